import * as v from 'valibot'
import { architectureSchema } from './architecture-schema'
import { fusionOptionsSchema, searchOptionsSchema, strategySchema } from './search-schema'

export const PROJECT_FORMAT = 'piste'
export const PROJECT_VERSION = 2

const name = v.pipe(v.string(), v.maxLength(200))

/** What a design is: all that its results follow from. */
const designEntries = {
  workload: v.object({
    /** Id of the preset that the text began as, if any; for display only. */
    preset: v.nullable(v.string()),
    /** The workload file's text (YAML), the source of truth: comments survive. */
    text: v.pipe(v.string(), v.maxLength(1_000_000)),
  }),
  architecture: architectureSchema,
  /** Share of the area net of I/O that is given to buffer, 0..1; null follows the best one. */
  bufferShare: v.nullable(v.pipe(v.number(), v.minValue(0), v.maxValue(1))),
  search: searchOptionsSchema,
  /** How Einsums run; the strategy is the one that charts, share and report speak of. */
  fusion: v.object({ strategy: strategySchema, ...fusionOptionsSchema.entries }),
}

/** A state of the project that was pinned, to be compared with others. */
export const designSchema = v.object({
  id: v.pipe(v.string(), v.minLength(1)),
  name,
  ...designEntries,
  /** Its part of the mix of workloads: of all MACs that the mix runs, in any unit; 0 leaves it out. */
  weight: v.optional(v.pipe(v.number(), v.finite(), v.minValue(0)), 0),
})

/** A Piste project: everything needed to show the same numbers again. Saved as JSON, `*.piste`. */
export const projectSchema = v.object({
  format: v.literal(PROJECT_FORMAT),
  version: v.literal(PROJECT_VERSION),
  name,
  ...designEntries,
  /** Ids of the chips overlaid on the charts. */
  overlays: v.array(v.string()),
  designs: v.pipe(v.array(designSchema), v.maxLength(100)),
})

export type Design = v.InferOutput<typeof designSchema>
export type Project = v.InferOutput<typeof projectSchema>
