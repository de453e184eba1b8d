import * as v from 'valibot'
import type { MachineDefinition } from '../core/machine/definition'
import { RANGES } from '../core/units/ranges'
import { within } from './architecture-schema'

const name = v.pipe(v.string(), v.nonEmpty(), v.maxLength(200))
const names = v.optional(v.array(name), [])
const whole = (range: Parameters<typeof within>[0]) => v.pipe(within(range), v.integer())
const orNone = (range: Parameters<typeof within>[0]) => v.optional(v.nullable(within(range)), null)

const memorySchema = v.strictObject({
  memory: name,
  capacity_bytes: orNone(RANGES.capacity),
  capacity_by_role: v.optional(v.record(name, within(RANGES.capacity)), {}),
  read_pj_per_byte: within(RANGES.energyPerByte),
  write_pj_per_byte: within(RANGES.energyPerByte),
  read_bytes_per_s: orNone(RANGES.bandwidth),
  write_bytes_per_s: orNone(RANGES.bandwidth),
  ports: v.optional(v.picklist(['shared', 'separate']), 'shared'),
  keep: names,
  may: names,
  width_bits: v.optional(v.record(name, whole(RANGES.valueBits)), {}),
  overlap: v.optional(v.picklist(['free', 'double', 'none']), 'free'),
  leak_w: v.optional(within(RANGES.leakage), 0),
  area_mm2: orNone(RANGES.instanceArea),
})

const arraySchema = v.strictObject({
  array: name,
  dims: v.pipe(
    v.array(
      v.strictObject({
        name,
        size: whole(RANGES.arraySize),
        share: names,
        only_if_shared: names,
        ranks: v.optional(v.nullable(v.array(name)), null),
        use: v.optional(v.picklist(['any', 'max']), 'any'),
      }),
    ),
    v.maxLength(8),
  ),
  link_pj_per_byte: v.optional(within(RANGES.energyPerByte), 0),
})

const computeSchema = v.strictObject({
  compute: name,
  pj_per_mac: within(RANGES.energyPerMac),
  macs_per_s: orNone(RANGES.macRate),
  clock_hz: orNone(RANGES.clock),
  macs_per_cycle: v.optional(within(RANGES.macsPerCycle), 1),
  leak_w: v.optional(within(RANGES.leakage), 0),
  area_mm2: orNone(RANGES.instanceArea),
})

/** A node is known by its first field. Faults then name what is wrong in it, and not that it is no other node. */
const nodeSchema = v.lazy((input) => {
  const has = (field: string) => typeof input === 'object' && input !== null && Object.hasOwn(input, field)
  if (has('array')) return arraySchema
  return has('compute') ? computeSchema : memorySchema
})

/** `architecture:` of a file: nodes, outermost first. */
export const machineSchema: v.GenericSchema<unknown, MachineDefinition> = v.strictObject({
  name: v.optional(v.string(), 'machine'),
  nodes: v.pipe(v.array(nodeSchema), v.maxLength(40)),
})

const tileSchema = whole(RANGES.tile)

/** `mapping:` of a file: holders and loops, outermost first. */
export const mappingSchema = v.pipe(
  v.array(
    v.lazy((input) =>
      typeof input === 'object' && input !== null && Object.hasOwn(input, 'keep')
        ? v.strictObject({ keep: name, in: name })
        : v.strictObject({ loop: name, tile: tileSchema, at: v.optional(v.tuple([name, name])) }),
    ),
  ),
  v.maxLength(1000),
)

const keptSchema = { keep: name, in: name }

/** `constraints:` of a file: what a user asks of the mappings. */
export const constraintsSchema = v.strictObject({
  holders: v.optional(v.record(name, v.array(name)), {}),
  not_above: v.optional(v.array(v.strictObject({ loop: name, ...keptSchema })), []),
  stationary: v.optional(v.array(v.strictObject(keptSchema)), []),
  spatial: v.optional(
    v.array(v.strictObject({ loop: name, at: v.tuple([name, name]), count: whole(RANGES.arraySize) })),
    [],
  ),
})

/** A workload by its iteration space: each tensor's ranks as map from rank variable to coefficient. */
export const spaceSchema = v.strictObject({
  ranks: v.record(name, v.unknown()),
  tensors: v.record(
    name,
    v.array(
      v.pipe(
        v.record(name, v.pipe(v.number(), v.integer())),
        v.check((terms) => Object.keys(terms).length > 0, 'A rank has no variable'),
      ),
    ),
  ),
  output: name,
  width_bits: v.optional(v.record(name, v.unknown()), {}),
  roles: v.optional(v.record(name, v.picklist(['input', 'weight', 'output'])), {}),
})
export type SpaceDefinition = v.InferOutput<typeof spaceSchema>
