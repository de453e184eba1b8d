import * as v from 'valibot'
import { WORKLOAD_FORMATS } from '../core/interchange/imported'

const size = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(2 ** 31))

export const importOptionsSchema = v.object({
  dimensions: v.record(v.string(), size),
  phase: v.optional(v.picklist(['prefill', 'decode'])),
  batch: v.optional(size),
  length: v.optional(size),
})

export const importedSchema = v.object({
  format: v.picklist(WORKLOAD_FORMATS),
  name: v.string(),
  text: v.string(),
  repeats: v.number(),
  unmodelled: v.array(
    v.object({
      operator: v.string(),
      count: v.number(),
      bytes: v.nullable(v.number()),
      reason: v.string(),
    }),
  ),
  notes: v.array(v.string()),
})
