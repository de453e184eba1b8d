import * as v from 'valibot'
import type { WorkloadBound } from '../core/mappers/each-einsum/bound'
import type { FusionBound } from '../core/mappers/chain-fusion/fusion-bound'
import { STRATEGIES } from '../core/mappers/chain-fusion/strategy'

const float64 = v.instance(Float64Array)

export const searchOptionsSchema = v.object({
  mapspace: v.picklist(['paper', 'full']),
  factors: v.picklist(['perfect', 'imperfect']),
})

/** How a cascade's members run; which operand continues a chain where several could, by names of Einsums. */
export const fusionOptionsSchema = v.object({
  execution: v.picklist(['sequential', 'pipelined']),
  along: v.record(v.string(), v.string()),
})

export const strategySchema = v.picklist(STRATEGIES)

const staircaseEntries = { bufferBytes: float64, trafficBytes: float64 }

const einsumBoundSchema = v.object({
  ...staircaseEntries,
  einsum: v.string(),
  macs: v.number(),
  algorithmicMinimum: v.number(),
  mappings: v.object({ words: float64, offsets: v.instance(Uint32Array) }),
  mappingsEvaluated: v.number(),
})

const workloadBoundShape = v.object({
  ...staircaseEntries,
  workload: v.string(),
  options: searchOptionsSchema,
  macs: v.number(),
  algorithmicMinimum: v.number(),
  members: v.array(einsumBoundSchema),
  mappingsEvaluated: v.number(),
  elapsedMs: v.number(),
})

const fusionBoundShape = v.looseObject({
  workload: v.string(),
  strategies: v.object(
    Object.fromEntries(STRATEGIES.map((strategy) => [strategy, v.object(staircaseEntries)])),
  ),
  clusters: v.array(v.looseObject({ cluster: v.number(), alone: v.array(einsumBoundSchema) })),
  instances: v.array(v.object({ cluster: v.number(), einsums: v.array(v.number()) })),
  einsums: v.array(v.string()),
})

/** What a search gives: the bound of a workload run unfused, and every strategy where something can be fused. */
export const explorationSchema = v.object({
  bound: v.custom<WorkloadBound>((value) => v.is(workloadBoundShape, value)),
  fusion: v.nullable(v.custom<FusionBound>((value) => v.is(fusionBoundShape, value))),
})
