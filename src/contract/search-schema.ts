import * as v from 'valibot'
import type { Exploration, SearchOptions } from '../core/mappers/mapper'
import { STRATEGIES } from '../core/mappers/strategy'

const float64 = v.instance(Float64Array)

export const searchOptionsSchema = v.object({
  mapspace: v.picklist(['paper', 'full']),
  factors: v.picklist(['perfect', 'imperfect']),
})

/** How a cascade's members run; by names of Einsums, which operand continues a chain if several could. */
export const fusionOptionsSchema = v.object({
  execution: v.picklist(['sequential', 'pipelined']),
  along: v.record(v.string(), v.string()),
  recompute: v.optional(v.picklist(['halo', 'any']), 'halo'),
})

export const strategySchema = v.picklist(STRATEGIES)

/** All that a search depends on besides the workload's text. */
export const requestOptionsSchema = v.object({
  ...searchOptionsSchema.entries,
  fuse: v.picklist(['never', 'if-possible', 'always']),
  ...fusionOptionsSchema.entries,
  /** Intermediates that must not be written. */
  keep: v.pipe(v.optional(v.array(v.string()), []), v.readonly()),
})

/** The search for a design. */
export const optionsOf = ({
  search,
  fusion: { execution, along, recompute },
}: {
  readonly search: v.InferOutput<typeof searchOptionsSchema>
  readonly fusion: v.InferOutput<typeof fusionOptionsSchema>
}): SearchOptions => ({ ...search, fuse: 'if-possible', execution, along, recompute, keep: [] })

const staircaseEntries = {
  bufferBytes: float64,
  trafficBytes: float64,
  macs: v.number(),
  algorithmicMinimum: v.number(),
}

const explorationShape = v.looseObject({
  mapper: v.string(),
  workload: v.string(),
  options: requestOptionsSchema,
  einsums: v.array(v.string()),
  members: v.array(
    v.looseObject({
      ...staircaseEntries,
      einsum: v.string(),
      mappings: v.object({ words: float64, offsets: v.instance(Uint32Array) }),
    }),
  ),
  curves: v.pipe(v.array(v.looseObject({ ...staircaseEntries, strategy: strategySchema })), v.minLength(1)),
  mappingsEvaluated: v.number(),
  elapsedMs: v.number(),
})

/** The result of a search. */
export const explorationSchema = v.custom<Exploration>((value) => v.is(explorationShape, value))
