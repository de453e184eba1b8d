import * as v from 'valibot'
import { RANGES } from '../core/units/ranges'
import { DATA_UNITS, PREFIXES, USUAL_CHOICE, WORK_UNITS } from '../core/units/units'
import { MAP_PARAMETERS } from '../core/study/throughput-map'
import { architectureSchema, within } from './architecture-schema'
import { fusionOptionsSchema, searchOptionsSchema, strategySchema } from './search-schema'

export const PROJECT_FORMAT = 'piste'
export const PROJECT_VERSION = 2

const name = v.pipe(v.string(), v.maxLength(200))

/** A design: everything that its results depend on. */
const designEntries = {
  workload: v.object({
    /** Id of the preset from which the text was made, if any; only shown. */
    preset: v.nullable(v.string()),
    /** The workload file's text (YAML). It is the source of the workload, so comments are kept. */
    text: v.pipe(v.string(), v.maxLength(1_000_000)),
  }),
  architecture: architectureSchema,
  /** Share of the area net of I/O that is given to buffer, 0..1; null means the best share. */
  bufferShare: v.nullable(v.pipe(v.number(), v.minValue(0), v.maxValue(1))),
  search: searchOptionsSchema,
  /** How Einsums run; charts, share and report use this strategy. */
  fusion: v.object({ strategy: strategySchema, ...fusionOptionsSchema.entries }),
}

/** A state of the project that was pinned for comparison. */
export const designSchema = v.object({
  id: v.pipe(v.string(), v.minLength(1)),
  name,
  ...designEntries,
  /** Its part of the mix of workloads: of all MACs that the mix runs, in any unit; 0 leaves it out. */
  weight: v.optional(within(RANGES.weight), 0),
})

/** How this project is shown, wherever it is opened or reported. */
export const settingsSchema = v.object({
  units: v.optional(
    v.object({
      work: v.picklist(WORK_UNITS),
      data: v.picklist(DATA_UNITS),
      prefixes: v.picklist(PREFIXES),
    }),
    USUAL_CHOICE,
  ),
  /** What charts show besides their curve. */
  beside: v.optional(v.picklist(['strategies', 'designs']), 'strategies'),
  /** The second parameter of the throughput map. */
  mapParameter: v.optional(v.picklist(MAP_PARAMETERS), 'dramBandwidth'),
  /** Between the two levels of a three-way split, B/s; null for what the levels say. */
  innerBandwidth: v.optional(v.nullable(within(RANGES.innerBandwidth)), null),
  /** Throughput that the least die, bandwidth and SRAM are asked for, MAC/s; null for what the best share attains. */
  wantedThroughput: v.optional(v.nullable(within(RANGES.wantedThroughput)), null),
})

/** A Piste project: everything that is needed to show the same numbers again. Saved as JSON, `*.piste`. */
export const projectSchema = v.object({
  format: v.literal(PROJECT_FORMAT),
  version: v.literal(PROJECT_VERSION),
  name,
  ...designEntries,
  /** Ids of the chips overlaid on the charts. */
  overlays: v.array(v.string()),
  designs: v.pipe(v.array(designSchema), v.maxLength(100)),
  settings: v.optional(settingsSchema, {}),
})

export const USUAL_SETTINGS: v.InferOutput<typeof settingsSchema> = v.parse(settingsSchema, {})

export type Settings = v.InferOutput<typeof settingsSchema>
export type Design = v.InferOutput<typeof designSchema>
export type Project = v.InferOutput<typeof projectSchema>
