import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { withLlmShape, type LlmShape } from '../../src/contract/llm-shape'
import { parseWorkloadText } from '../../src/contract/workload-file'

import type { FusionDetail } from '../../src/core/mappers/chain-fusion/assemble'
import type { Exploration, Mapspace, SearchOptions } from '../../src/core/mappers/mapper'
import { tensorsOf } from '../../src/core/workload/cascade'
import type { Workload } from '../../src/core/workload/einsum'
import { explore } from './explore'

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
export const fusionOf = (
  workload: Workload,
  mapspace: Mapspace,
  options: Partial<Pick<SearchOptions, 'execution' | 'along'>> = {},
): Exploration =>
  explore(workload, { mapspace, fuse: mapspace === 'full' ? 'if-possible' : 'always', ...options })

/** What the paper's fusion keeps for itself: distinct clusters, and where they are. */
export const detailOf = ({ detail }: Exploration): FusionDetail => detail as FusionDetail
