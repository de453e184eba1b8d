import type { Fault } from '../support/result'
import { seconds, type Seconds } from '../units/quantity'
import { countNest, type HolderCounts, type Rules } from './counting/counts'
import { linkEnergies, type LinkEnergy } from './counting/links'
import { stepsOf } from './counting/partial'
import type { Nest } from './mapping'
import { occupancyOf } from './occupancy'
import type { MachineProblem, ProblemMemory } from './problem'
import { violations } from './violations'

/** What a mapping does on a machine (docs/model.md, section 10, Eq. 51 to 54). Energies are in pJ. */
export interface Evaluation {
  readonly rules: Rules
  /** By tensor, outermost holder first. */
  readonly counts: readonly (readonly HolderCounts[])[]
  readonly steps: bigint
  /** By memory, of one instance. */
  readonly occupancyBytes: readonly number[]
  /** By memory: bytes read and written by all instances. */
  readonly traffic: readonly Traffic[]
  /** By memory, then the compute node. */
  readonly seconds: readonly Seconds[]
  readonly latency: Seconds
  /** Position in `seconds` of what takes longest. */
  readonly limiter: number
  /** By memory, then the compute node, without leakage. */
  readonly energies: readonly number[]
  /** By array, of its links. */
  readonly links: readonly LinkEnergy[]
  readonly leakages: readonly number[]
  readonly totalEnergy: number
  /** MACs done for each that could have been done in the steps. */
  readonly utilisation: number
  /** The share of physical MACs that loops are spread over. */
  readonly spatialUse: number
  readonly violations: readonly Fault[]
}

export const PICOJOULES_PER_JOULE = 1e12
const BITS_PER_BYTE = 8

export function evaluate(nest: Nest, rules: Rules): Evaluation {
  const { problem } = nest
  const { memories, compute, macUnits } = problem
  const counts = countNest(nest, rules)
  const steps = stepsOf(nest)
  const occupancyBytes = memories.map((memory, at) => occupancyOf(memory, at, counts))
  const traffic = memories.map((memory, at) => bytesOf(memory, at, counts, (count) => count))
  const busiest = memories.map((memory, at) => bytesOf(memory, at, counts, ({ busiest }) => busiest))
  const times = [
    ...memories.map((memory, at) => secondsOf(memory, busiest[at]!)),
    seconds(Number(steps) / compute.rate),
  ]
  const latency = latencyOf(problem, times)
  const energies = [
    ...memories.map(({ readEnergy, writeEnergy }, at) => {
      const { read, written } = traffic[at]!
      return read * readEnergy + written * writeEnergy
    }),
    Number(problem.macs) * compute.energyPerMac,
  ]
  const leakages = [...memories, { ...compute, instances: macUnits }].map(
    ({ leakage, instances }) => leakage * instances * latency * PICOJOULES_PER_JOULE,
  )
  const links = linkEnergies(nest, counts, rules)
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
  const used = nest.loops.reduce((product, { dim, count }) => (dim < 0 ? product : product * count), 1)
  return {
    rules,
    counts,
    steps,
    occupancyBytes,
    traffic,
    seconds: times,
    latency,
    limiter: times.indexOf(seconds(Math.max(...times))),
    energies,
    links,
    leakages,
    totalEnergy: sum(energies) + sum(links.map(({ energy }) => energy)) + sum(leakages),
    utilisation: Number(problem.macs) / (Number(steps) * macUnits),
    spatialUse: used / macUnits,
    violations: violations(nest, counts, occupancyBytes),
  }
}

export interface Traffic {
  readonly read: number
  readonly written: number
}

function bytesOf(
  { bits }: ProblemMemory,
  at: number,
  counts: Evaluation['counts'],
  pick: (count: HolderCounts) => HolderCounts['busiest'],
): Traffic {
  let read = 0n
  let written = 0n
  for (const count of counts.flat()) {
    if (count.holder.memory !== at) continue
    const width = BigInt(bits[count.holder.tensor]!)
    const { fills, drains, reads, writes } = pick(count)
    read += (reads + drains) * width
    written += (fills + writes) * width
  }
  return { read: Number(read) / BITS_PER_BYTE, written: Number(written) / BITS_PER_BYTE }
}

function secondsOf(
  { readBandwidth, writeBandwidth, ports }: ProblemMemory,
  { read, written }: Traffic,
): Seconds {
  const reading = readBandwidth === null ? 0 : read / readBandwidth
  const writing = writeBandwidth === null ? 0 : written / writeBandwidth
  return seconds(ports === 'shared' ? reading + writing : Math.max(reading, writing))
}

/** Transfers and compute overlap fully, but for memories whose overlap is `none`. */
function latencyOf({ memories }: MachineProblem, times: readonly Seconds[]): Seconds {
  const apart = memories.reduce((sum, { overlap }, at) => (overlap === 'none' ? sum + times[at]! : sum), 0)
  return seconds(Math.max(...times, times.at(-1)! + apart))
}
