import type { MachineProblem } from '../problem'

/** What a mapping is best at. Latency: then energy. `traffic`: bytes read and written at one memory. */
export type Objective =
  { readonly kind: 'energy' | 'latency' | 'edp' } | { readonly kind: 'traffic'; readonly memory: number }

/** Two values are the same if they differ by less than this share: sums in another order round differently. */
const ROUNDING = 1e-12

/** What a search minimises, from the energy without leakage (pJ) and the latency (s). */
export interface Score {
  readonly kind: Objective['kind']
  /** pJ per second of latency. */
  readonly leakage: number
}

export const valueOf = ({ kind, leakage }: Score, energy: number, latency: number): number => {
  if (kind === 'latency') return latency
  const total = energy + leakage * latency
  return kind === 'edp' ? total * latency : total
}

/** The best found so far. */
export class Incumbent {
  value = Infinity
  /** Decides between equal latencies: total energy. */
  second = Infinity

  constructor(readonly score: Score) {}

  /** Whether nothing with at least this energy and latency can be better. */
  beats(energy: number, latency: number): boolean {
    const { score, value } = this
    const bound = valueOf(score, energy, latency)
    if (score.kind !== 'latency') return bound >= value
    if (bound > value * (1 + ROUNDING)) return true
    return bound >= value * (1 - ROUNDING) && energy + score.leakage * latency >= this.second
  }

  /** Whether nothing with at least this value can be better, whatever decides between equal ones. */
  isBelow(energy: number, latency: number): boolean {
    return valueOf(this.score, energy, latency) > this.value * (1 + ROUNDING)
  }

  /** The longest latency with which something of at least this energy could still be better. */
  longest(energy: number): number {
    const { score, value } = this
    if (score.kind === 'latency') return value * (1 + ROUNDING)
    return score.kind === 'edp' && energy > 0 ? (value / energy) * (1 + ROUNDING) : Infinity
  }

  accept(energy: number, latency: number): void {
    this.value = valueOf(this.score, energy, latency)
    this.second = energy + this.score.leakage * latency
  }
}

/** A problem in which energy is the traffic of one memory, in bytes. */
export const trafficProblem = (problem: MachineProblem, memory: number): MachineProblem => ({
  ...problem,
  memories: problem.memories.map((level, at) => ({
    ...level,
    readEnergy: (at === memory ? 1 : 0) as typeof level.readEnergy,
    writeEnergy: (at === memory ? 1 : 0) as typeof level.writeEnergy,
    leakage: 0 as typeof level.leakage,
  })),
  dims: problem.dims.map((dim) => ({
    ...dim,
    array: { ...dim.array, linkEnergy: 0 as typeof dim.array.linkEnergy },
  })),
  compute: {
    ...problem.compute,
    energyPerMac: 0 as typeof problem.compute.energyPerMac,
    leakage: 0 as typeof problem.compute.leakage,
  },
})
