import * as v from 'valibot'
import type { WorkloadBound } from '../core/bound/bound'

const float64 = v.instance(Float64Array)

export const searchOptionsSchema = v.object({
  mapspace: v.picklist(['paper', 'full']),
  factors: v.picklist(['perfect', 'imperfect']),
})

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

/** A `WorkloadBound` as it crosses from host to window, recognised by its shape. */
export const workloadBoundSchema = v.custom<WorkloadBound>((value) => v.is(workloadBoundShape, value))
