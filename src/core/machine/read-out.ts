import type { Counters } from './counting/counts'
import type { Evaluation } from './evaluate'
import { mappingItems, type Nest } from './mapping'

/** An evaluation as plain data with the names of reference cases: what scripts read. Counts are exact. */
export function readOut(nest: Nest, found: Evaluation): Record<string, unknown> {
  const { memories, compute } = nest.problem
  const components = [...memories.map(({ name }) => name), compute.name]
  const byComponent = (values: readonly number[]) =>
    Object.fromEntries(values.map((value, at) => [components[at]!, value]))
  return {
    mapping: mappingItems(nest),
    rules: found.rules,
    counts: countsOf(nest, found),
    steps: found.steps,
    occupancy_bytes: Object.fromEntries(
      memories.flatMap(({ name, capacity }, at) =>
        capacity === null ? [] : [[name, found.occupancyBytes[at]!]],
      ),
    ),
    bytes_read: Object.fromEntries(memories.map(({ name }, at) => [name, found.traffic[at]!.read])),
    bytes_written: Object.fromEntries(memories.map(({ name }, at) => [name, found.traffic[at]!.written])),
    seconds: byComponent(found.seconds),
    latency_s: found.latency,
    limiter: components[found.limiter],
    energy_pj: {
      ...byComponent(found.energies),
      ...Object.fromEntries(found.links.map(({ array, energy }) => [array, energy])),
    },
    leak_pj: byComponent(found.leakages),
    total_pj: found.totalEnergy,
    utilisation: found.utilisation,
    spatial_use: found.spatialUse,
    area_mm2: areaOf(nest),
  }
}

function countsOf({ problem }: Nest, { counts }: Evaluation): Record<string, unknown> {
  const four = ({ fills, drains, reads, writes }: Counters) => ({ fills, drains, reads, writes })
  return Object.fromEntries(
    counts
      .flat()
      .map((count) => [
        `${problem.tensors[count.holder.tensor]!.name}@${problem.memories[count.holder.memory]!.name}`,
        { tile: count.tile, instances: count.instances, ...four(count), busiest: four(count.busiest) },
      ]),
  )
}

/** Area of all instances; a figure that is missing makes the total unknown above what is known. */
export function areaOf({ problem: { memories, compute, macUnits } }: Nest): {
  known: number
  complete: boolean
} {
  const all = [...memories, { ...compute, instances: macUnits }]
  return {
    known: all.reduce((sum, { area, instances }) => sum + (area ?? 0) * instances, 0),
    // The backing store is another chip.
    complete: all.slice(1).every(({ area }) => area !== null),
  }
}
