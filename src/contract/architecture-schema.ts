import * as v from 'valibot'
import { isWithin, outOfRange, RANGES, rangeText, type QuantityRange } from '../core/units/ranges'
import type { Architecture, Chip, Technology } from '../core/architecture/architecture'

/** A number in the range of its quantity. */
export const within = (range: QuantityRange) =>
  v.pipe(
    v.number(),
    v.check((value) => isWithin(range, value), outOfRange(range)),
    v.description(rangeText(range)),
  )
const text = v.pipe(v.string(), v.maxLength(2000))

export const technologySchema = v.object({
  id: text,
  name: text,
  areaUm2PerMac: within(RANGES.areaUm2PerMac),
  areaUm2PerByte: within(RANGES.areaUm2PerByte),
  source: text,
})

export const memoryLevelSchema = v.object({
  name: text,
  /** B */
  capacity: within(RANGES.capacity),
  /** B/s */
  bandwidth: v.optional(v.nullable(within(RANGES.bandwidth)), null),
  /** bits a port moves in a cycle */
  portBits: v.optional(
    v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1_048_576))),
    null,
  ),
  ports: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(4096)), 1),
})

export const architectureSchema = v.object({
  name: text,
  technology: technologySchema,
  /** mm2 */
  die: within(RANGES.die),
  ioShare: within(RANGES.ioShare),
  /** Hz */
  clock: within(RANGES.clock),
  /** B/s */
  dramBandwidth: within(RANGES.dramBandwidth),
  /** Innermost first. */
  levels: v.pipe(v.array(memoryLevelSchema), v.maxLength(16)),
  peArray: v.object({
    rows: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65536)),
    columns: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65536)),
  }),
})

export const chipSchema = v.object({
  id: text,
  name: text,
  node: text,
  die: v.nullable(within(RANGES.die)),
  sram: v.nullable(within(RANGES.capacity)),
  sramName: text,
  peak: text,
  dramBandwidth: v.nullable(within(RANGES.dramBandwidth)),
  source: text,
  unverified: v.boolean(),
})

/** Checked numbers get their units here. */
export const asArchitecture = (checked: v.InferOutput<typeof architectureSchema>): Architecture =>
  checked as unknown as Architecture
export const asTechnology = (checked: v.InferOutput<typeof technologySchema>): Technology =>
  checked as unknown as Technology
export const asChip = (checked: v.InferOutput<typeof chipSchema>): Chip => checked as unknown as Chip
