import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { withLlmShape, type LlmShape } from '../../src/contract/llm-shape'
import { parseWorkloadText } from '../../src/contract/workload-file'
import type { SearchOptions } from '../../src/core/mappers/each-einsum/bound'
import { assembleBound, runSearchTask } from '../../src/core/mappers/each-einsum/search-plan'
import { fuseCluster } from '../../src/core/mappers/chain-fusion/fuse-cluster'
import type { FusionBound } from '../../src/core/mappers/chain-fusion/fusion-bound'
import { assembleFusion, clusterTasks, planFusion } from '../../src/core/mappers/chain-fusion/plan-fusion'
import type { Execution } from '../../src/core/mappers/chain-fusion/segment'
import { tensorsOf } from '../../src/core/workload/cascade'
import type { Workload } from '../../src/core/workload/einsum'

/** A shipped workload, or some of its Einsums. */
export function preset(id: string, einsums?: readonly string[]): Workload {
  const file = join(import.meta.dirname, '..', '..', 'resources', 'presets', 'workloads', `${id}.yaml`)
  const workload = parseWorkloadText(readFileSync(file, 'utf8'))
  if (!workload.ok) throw new Error(JSON.stringify(workload.error))
  if (einsums === undefined) return workload.value
  const chosen = workload.value.einsums.filter(({ name }) => einsums.includes(name))
  return { ...workload.value, einsums: chosen, tensors: tensorsOf(chosen) }
}

/** A shipped LLM layer at another phase, batch and length. */
export function presetAt(id: string, shape: LlmShape): Workload {
  const file = join(import.meta.dirname, '..', '..', 'resources', 'presets', 'workloads', `${id}.yaml`)
  const workload = parseWorkloadText(withLlmShape(readFileSync(file, 'utf8'), shape))
  if (!workload.ok) throw new Error(JSON.stringify(workload.error))
  return workload.value
}

/** Searches all strategies in the calling thread. */
export function fusionOf(
  workload: Workload,
  mapspace: SearchOptions['mapspace'],
  { execution = 'sequential' as Execution, along = {} as Readonly<Record<string, string>> } = {},
): FusionBound {
  const plan = planFusion(workload, { mapspace, factors: 'perfect', execution, along })
  if (!plan.ok) throw new Error(JSON.stringify(plan.error))
  const { singles } = plan.value
  const found = singles === null ? null : assembleBound(singles, singles.tasks.map(runSearchTask))
  return assembleFusion(plan.value, clusterTasks(plan.value, found).map(fuseCluster), found)
}
