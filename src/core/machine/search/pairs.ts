import type { MachineProblem } from '../problem'
import type { Coefficients } from './coefficients'
import type { Group } from './groups'
import type { NumberedSplit } from './nested-search'
import { valueOf, type Incumbent } from './objective'
import type { HolderSet } from './skeletons'
import type { Split } from './splits'

/** Pairs that are bounded before the first of them is searched. */
const PAIRS_AT_ONCE = 300_000

/**
 * Numbers, for each rank, what the prices of its lists depend on: its own loops on the dims, and for times how far the
 * tensors that lack it are spread.
 */
export function numberSplits(
  { ranks, dims, tensors }: MachineProblem,
  splits: readonly Split[],
  needsTime: boolean,
): NumberedSplit[] {
  const ids = new Map<string, number>()
  return splits.map((split) => ({
    split,
    contexts: ranks.map((_, rank) => {
      const own = split.subarray(rank * dims.length, (rank + 1) * dims.length).join()
      const spreads = tensors.map(({ indexes }) =>
        indexes[rank] || !needsTime
          ? ''
          : dims
              .map((_dim, d) =>
                indexes.reduce(
                  (product, isIndexed, other) =>
                    isIndexed ? product * split[other * dims.length + d]! : product,
                  1,
                ),
              )
              .join(),
      )
      const key = `${rank}:${own}:${spreads.join(';')}`
      const id = ids.get(key) ?? ids.size
      ids.set(key, id)
      return id
    }),
  }))
}

/** A group and a split, with a bound on all of its mappings. */
export interface Pair {
  readonly group: number
  readonly split: number
  readonly energy: number
  readonly latency: number
}

export interface PairInput {
  /** Relaxed. */
  readonly problem: MachineProblem
  readonly lesser: readonly (readonly number[])[]
  readonly groups: readonly Group[]
  readonly splits: readonly NumberedSplit[]
  readonly costs: ReadonlyMap<HolderSet, Coefficients>
}

/** Batches of pairs that could be better than the incumbent, each best first; splits that use most of the arrays first. */
export function* pairBatches(
  input: PairInput,
  incumbent: Incumbent,
): Generator<{ readonly pairs: readonly Pair[]; readonly isLast: boolean }> {
  const { groups, splits } = input
  const use = splits.map(({ split }) => split.reduce((product, count) => product * count, 1))
  const order = [...splits.keys()].sort((a, b) => use[b]! - use[a]! || a - b)
  const size = Math.max(1, Math.floor(PAIRS_AT_ONCE / Math.max(1, groups.length)))
  for (let from = 0; from < order.length; from += size)
    yield {
      pairs: boundPairs(input, order.slice(from, from + size), incumbent),
      isLast: from + size >= order.length,
    }
}

function boundPairs(
  { problem: { ranks, dims }, lesser, groups, splits, costs }: PairInput,
  chosen: readonly number[],
  incumbent: Incumbent,
): Pair[] {
  const pairs: Pair[] = []
  const quotients = new Float64Array(ranks.length)
  for (const [set, cost] of costs) {
    const own = groups.flatMap((group, at) => (group.set === set ? [at] : []))
    for (const s of chosen) {
      cost.set(splits[s]!.split)
      for (let rank = 0; rank < ranks.length; rank++)
        quotients[rank] = ranks[rank]!.size / cost.before[rank * (dims.length + 1) + dims.length]!
      for (const g of own) {
        const group = groups[g]!
        if (group.hasPlace.some((has, rank) => !has && quotients[rank]! > 1)) continue
        const bound = boundOf(group, cost, quotients, lesser)
        if (!incumbent.beats(bound.energy, bound.latency)) pairs.push({ group: g, split: s, ...bound })
      }
    }
  }
  const { score } = incumbent
  const value = (pair: Pair) => valueOf(score, pair.energy, pair.latency)
  const second = (pair: Pair) => pair.energy + score.leakage * pair.latency
  return pairs.sort(
    (a, b) => value(a) - value(b) || second(a) - second(b) || a.group - b.group || a.split - b.split,
  )
}

/** Below every mapping, however spread: each tensor passes each boundary once, and all MACs work. */
export function leastOfAll({ problem, costs }: PairInput): { energy: number; latency: number } {
  const { ranks, dims, macs, compute, macUnits } = problem
  const none = new Float64Array(ranks.length * dims.length).fill(1)
  let energy = Infinity
  for (const cost of costs.values()) {
    cost.set(none)
    let sum = cost.energyConstant
    for (const one of cost.energy) sum += one
    energy = Math.min(energy, sum)
  }
  return { energy, latency: Number(macs) / macUnits / compute.rate }
}

function boundOf(
  { set, inner, outer }: Group,
  cost: Coefficients,
  quotients: Float64Array,
  lesser: readonly (readonly number[])[],
): { energy: number; latency: number } {
  const edges = set.edges.length
  const channels = cost.secondsConstant.length
  let energy = cost.energyConstant
  const seconds = Float64Array.from(cost.secondsConstant)
  for (let e = 0; e < edges; e++) {
    let least = 1
    let greatest = 1
    for (let rank = 0; rank < quotients.length; rank++) {
      const { tensor, inner: to } = set.edges[e]!
      const most = to < 0 ? 0 : lesser[tensor]![rank]!
      if (most > 0) {
        // A lesser rank of a window: its loops may be above, with what they bring at least.
        if (outer[e * quotients.length + rank] === 1) least *= Math.min(1, quotients[rank]! / most)
        continue
      }
      if (inner[e * quotients.length + rank] === 1) least *= quotients[rank]!
      if (outer[e * quotients.length + rank] === 1) greatest *= quotients[rank]!
    }
    energy += cost.energy[e]! * (cost.energy[e]! >= 0 ? least : greatest)
    for (let c = 0; c < channels; c++) seconds[c]! += cost.seconds[c * edges + e]! * least
  }
  let latency = cost.computeSeconds
  for (let c = 0; c < channels; c++) latency = Math.max(latency, seconds[c]!)
  return { energy, latency }
}
