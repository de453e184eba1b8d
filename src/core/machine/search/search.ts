import type { Checkpoint } from '../../support/checkpoint'
import type { Rules } from '../counting/counts'
import type { MachineProblem } from '../problem'
import { evaluate, PICOJOULES_PER_JOULE } from '../evaluate'
import { windowFaults, type Nest } from '../mapping'
import { channelsOf } from './channels'
import { Coefficients } from './coefficients'
import type { Constraints } from './constraints'
import { groupsOf } from './groups'
import { plainNest, windowNests } from './loop-orders'
import { NestedSearch } from './nested-search'
import { Incumbent, valueOf, type Objective } from './objective'
import { leastOfAll, numberSplits, pairBatches } from './pairs'
import { lesserRanks, relax } from './relax'
import { holderSets, type Order } from './skeletons'
import { splitsOf } from './splits'

export interface SearchInput {
  /** Flattened. */
  readonly problem: MachineProblem
  readonly objective: Objective
  readonly rules: Rules
  readonly order: Order
  readonly constraints: Constraints
}

export interface SearchResult {
  readonly best: Nest | null
  /** No mapping is below this value; null if `best` is proven. */
  readonly bound: number | null
  readonly leaves: number
}

/**
 * The best mapping with perfect factors, proven: every pair of a skeleton and a split is bounded, and searched in the order
 * of the bounds until none can be better (docs/model.md, section 11, bound 4). Where windows overlap the costs are bounds,
 * and what they do not exclude is evaluated in every order of the loops. `isLate` ends it before.
 */
export function searchMappings(
  input: SearchInput,
  checkpoint: Checkpoint,
  isLate: () => boolean,
): SearchResult {
  const { problem, objective, rules, order, constraints } = input
  const leakage = leakagePerSecond(problem)
  const needsTime = objective.kind === 'latency' || objective.kind === 'edp'
  const channels = needsTime ? channelsOf(problem) : []
  const incumbent = new Incumbent({ kind: objective.kind, leakage })
  const relaxed = relax(problem)
  let best: Nest | null = null
  const isWindowed = problem.tensors.some((tensor) => tensor.isWindowed)
  // Leakage alone is not worth a bound on every memory's time.
  const isExact = !isWindowed && (needsTime || leakage === 0)
  const accept = (nest: Nest, energy: number, latency: number) => {
    if (incumbent.beats(energy, latency)) return
    incumbent.accept(energy, latency)
    best = nest
  }
  const tick = () => {
    checkpoint()
    if (best !== null && isLate()) throw new Late()
  }
  const lesser = lesserRanks(problem)
  const search = new NestedSearch(
    relaxed,
    lesser,
    channels.length,
    incumbent,
    tick,
    (found, energy, latency) => {
      if (isExact) return accept(plainNest(problem, found, order), energy, latency)
      for (const nest of isWindowed
        ? windowNests(problem, found, order)
        : [plainNest(problem, found, order)]) {
        tick()
        const evaluation = windowFaults(nest).length > 0 ? null : evaluate(nest, rules)
        if (evaluation === null || evaluation.violations.length > 0) continue
        accept(nest, evaluation.totalEnergy - leakage * evaluation.latency, evaluation.latency)
      }
    },
  )
  const splits = numberSplits(problem, splitsOf(problem, constraints), needsTime)
  const sets = holderSets(problem, order, rules, constraints)
  const groups = sets.flatMap((set) => groupsOf(relaxed, set, search))
  const costs = new Map(sets.map((set) => [set, new Coefficients(relaxed, set.edges, channels, rules)]))

  const pairs = { problem: relaxed, lesser, groups, splits, costs }
  const least = leastOfAll(pairs)
  let left = least
  let bound: number | null = null
  try {
    for (const batch of pairBatches(pairs, incumbent)) {
      for (const pair of batch.pairs) {
        if (incumbent.isBelow(pair.energy, pair.latency)) break
        if (incumbent.beats(pair.energy, pair.latency)) continue
        // Batches that are still to come are bounded by what is below everything.
        left = batch.isLast ? pair : least
        tick()
        const { set, skeletons } = groups[pair.group]!
        const split = splits[pair.split]!
        costs.get(set)!.set(split.split)
        for (const shape of skeletons) search.run(set, shape, split, costs.get(set)!)
      }
    }
  } catch (late) {
    if (!(late instanceof Late)) throw late
    bound = valueOf(incumbent.score, left.energy, left.latency)
  }
  return { best, bound, leaves: search.leaves }
}

/** Thrown when the time is up and there is a mapping. It never leaves the search. */
class Late extends Error {}

const leakagePerSecond = ({ memories, compute, macUnits }: MachineProblem): number =>
  [...memories, { ...compute, instances: macUnits }].reduce(
    (sum, { leakage, instances }) => sum + leakage * instances * PICOJOULES_PER_JOULE,
    0,
  )
