import type { SearchOptions, Staircase, WorkloadBound } from '../../src/core/mappers/each-einsum/bound'
import { assembleBound, planSearch, runSearchTask } from '../../src/core/mappers/each-einsum/search-plan'
import type { Workload } from '../../src/core/workload/einsum'
import type { Point } from './truth'

/** Searches in the calling thread. */
export function boundOf(
  workload: Workload,
  mapspace: SearchOptions['mapspace'],
  factors: SearchOptions['factors'] = 'perfect',
): WorkloadBound {
  const plan = planSearch(workload, { mapspace, factors })
  if (!plan.ok) throw new Error(JSON.stringify(plan.error))
  return assembleBound(plan.value, plan.value.tasks.map(runSearchTask))
}

export const pointsOf = (curve: Staircase): readonly Point[] =>
  Array.from(curve.bufferBytes, (buffer, i) => [buffer, curve.trafficBytes[i]!] as const)

/** Traffic of a front at a buffer size: the last step at or left of it. */
export const readAt = (points: readonly Point[], buffer: number): number =>
  points.findLast(([size]) => size <= buffer)?.[1] ?? Infinity

/** Sizes at which `curve` lies above `reference`: none if it is at least as tight. */
export const above = (curve: readonly Point[], reference: readonly Point[]): readonly Point[] =>
  reference.filter(([buffer, traffic]) => readAt(curve, buffer) > traffic)
