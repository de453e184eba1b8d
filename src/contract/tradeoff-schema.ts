import * as v from 'valibot'
import { MAP_PARAMETERS, type MapRow } from '../core/study/throughput-map'
import type { SplitGrid, SplitPoint } from '../core/study/three-way-split'
import { isWithin, outOfRange, RANGES } from '../core/units/ranges'
import { architectureSchema, within } from './architecture-schema'
import { requestOptionsSchema, strategySchema } from './search-schema'

const float64 = v.instance(Float64Array)

/** A curve: a workload's under a strategy, or that of one of its Einsums. */
const curveEntries = {
  workloadText: v.string(),
  options: requestOptionsSchema,
  strategy: strategySchema,
  einsum: v.nullable(v.string()),
}

export const curveSchema = v.object(curveEntries)
export type CurveRequest = v.InferOutput<typeof curveSchema>

const workEntries = { searchId: v.string(), slot: v.string() }

export const mapRequestSchema = v.object({
  ...workEntries,
  ...curveEntries,
  architecture: architectureSchema,
  axis: v.pipe(
    v.object({
      parameter: v.picklist(MAP_PARAMETERS),
      from: v.number(),
      to: v.number(),
      rows: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(400)),
    }),
    v.check(
      ({ parameter, from, to }) => [from, to].every((end) => isWithin(RANGES[parameter], end)),
      ({ input }) => outOfRange(RANGES[input.parameter]),
    ),
  ),
  columns: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(400)),
})

const mapRowShape = v.object({
  at: v.number(),
  throughput: float64,
  best: v.nullable(v.looseObject({ share: v.number() })),
})

/** Rows of a map, sent as soon as they are computed. */
export const mapRowsSchema = v.object({
  searchId: v.string(),
  values: v.custom<Float64Array>((value) => v.is(float64, value)),
  rows: v.array(v.custom<MapRow>((value) => v.is(mapRowShape, value))),
})

export const splitRequestSchema = v.object({
  ...workEntries,
  ...curveEntries,
  architecture: architectureSchema,
  /** B/s between the two levels. */
  innerBandwidth: within(RANGES.innerBandwidth),
  resolution: v.pipe(v.number(), v.integer(), v.minValue(2), v.maxValue(200)),
})

const splitEntries = {
  grid: v.custom<SplitGrid>((value) =>
    v.is(
      v.object({ resolution: v.number(), outerShare: float64, innerShare: float64, throughput: float64 }),
      value,
    ),
  ),
  best: v.nullable(v.custom<SplitPoint>((value) => v.is(v.looseObject({ outerShare: v.number() }), value))),
}

export const splitSchema = v.object(splitEntries)
/** A coarser triangle, shown while the finer one is computed. */
export const splitCellsSchema = v.object({ searchId: v.string(), ...splitEntries })
