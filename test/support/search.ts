import { curveOf } from '../../src/core/explore/read'
import type { Slope, Staircase } from '../../src/core/front/columns'
import type { EinsumBound, Exploration, Mapspace } from '../../src/core/mappers/mapper'
import type { Factors } from '../../src/core/model/pieces'
import type { Workload } from '../../src/core/workload/einsum'
import { explore } from './explore'
import type { Point } from './truth'

/** The sum of a workload's Einsums, each by itself; searched in the calling thread. */
export function boundOf(
  workload: Workload,
  mapspace: Mapspace,
  factors: Factors = 'perfect',
): Slope & { readonly members: readonly EinsumBound[]; readonly exploration: Exploration } {
  const exploration = explore(workload, { mapspace, factors, fuse: 'never' })
  return { ...curveOf(exploration, 'unfused'), members: exploration.members, exploration }
}

export const pointsOf = (curve: Staircase): readonly Point[] =>
  Array.from(curve.bufferBytes, (buffer, i) => [buffer, curve.trafficBytes[i]!] as const)

/** Traffic of a front at a buffer size: the last step at or left of it. */
export const readAt = (points: readonly Point[], buffer: number): number =>
  points.findLast(([size]) => size <= buffer)?.[1] ?? Infinity

/** Sizes at which `curve` lies above `reference`: none if it is at least as tight. */
export const above = (curve: readonly Point[], reference: readonly Point[]): readonly Point[] =>
  reference.filter(([buffer, traffic]) => readAt(curve, buffer) > traffic)
