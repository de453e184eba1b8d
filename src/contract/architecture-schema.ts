import * as v from 'valibot'
import type { Architecture, Chip, Technology } from '../core/architecture/architecture'

const positive = (what: string) =>
  v.pipe(v.number(), v.finite(), v.gtValue(0, `${what} must be greater than 0`))
const text = v.pipe(v.string(), v.maxLength(2000))

export const technologySchema = v.object({
  id: text,
  name: text,
  areaUm2PerMac: positive('area per MAC'),
  areaUm2PerByte: positive('area per byte'),
  source: text,
})

export const memoryLevelSchema = v.object({
  name: text,
  /** B */
  capacity: positive('capacity'),
  /** B/s */
  bandwidth: v.optional(v.nullable(positive('bandwidth')), null),
  /** Bits that a port moves in a cycle. */
  portBits: v.optional(
    v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1_048_576))),
    null,
  ),
  ports: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(4096)), 1),
})

export const architectureSchema = v.object({
  name: text,
  technology: technologySchema,
  /** mm² */
  die: positive('die area'),
  ioShare: v.pipe(
    v.number(),
    v.minValue(0, 'I/O share must be at least 0'),
    v.ltValue(1, 'I/O share must be below 1'),
  ),
  /** Hz */
  clock: positive('clock'),
  /** B/s */
  dramBandwidth: positive('DRAM bandwidth'),
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
  die: v.nullable(positive('die area')),
  sram: v.nullable(positive('SRAM')),
  sramName: text,
  peak: text,
  dramBandwidth: v.nullable(positive('DRAM bandwidth')),
  source: text,
  unverified: v.boolean(),
})

/** Checked numbers get their units here. */
export const asArchitecture = (checked: v.InferOutput<typeof architectureSchema>): Architecture =>
  checked as unknown as Architecture
export const asTechnology = (checked: v.InferOutput<typeof technologySchema>): Technology =>
  checked as unknown as Technology
export const asChip = (checked: v.InferOutput<typeof chipSchema>): Chip => checked as unknown as Chip
