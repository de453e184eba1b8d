import { assert } from '../../support/assert'
import { NEVER_STOPS, type Checkpoint } from '../../support/checkpoint'
import type { Workload } from '../../workload/einsum'
import { chainFront, isAttentionPair, type AloneFronts, type PlanFront } from './chain-fronts'
import type { Chain } from './chain'
import type { FusibleEdge } from './fusible-edges'
import { chainsAlong, firstInput, mergesOf, type ChainsFound, type RowBreak } from './paths'
import { productBound } from './product-bound'
import { isFusibleProduct } from './product-roles'
import { PAPER_STRATEGIES, type PaperStrategy } from '../strategy'
import type { EinsumBound, Execution, Task } from '../mapper'
import { frontOf, type Front, type Staircase } from '../../front/columns'
import { inSequence } from '../../front/sum'
import type { PlannedSegment } from './trail'

/** A cluster's search as plain data for a worker. */
export interface ClusterTask extends Task {
  readonly kind: 'cluster'
  readonly cluster: number
  /** The cluster's Einsums only. */
  readonly workload: Workload
  readonly edges: readonly FusibleEdge[]
  /** Bounds of its Einsums alone, from another search; null if the product's own front is enough. */
  readonly found: readonly (EinsumBound | null)[]
  /** Merges that the user decided: the consumer, and the producer that continues the chain. */
  readonly along: readonly (readonly [consumer: number, producer: number])[]
  readonly execution: Execution
}

/** One chain, or one Einsum alone, under one strategy. */
export interface FusedPart extends Staircase {
  /** Positions in the cluster of its Einsums, point-wise ones included. */
  readonly einsums: readonly number[]
  /** Its chain; null for an Einsum alone. */
  readonly chain: number | null
  /** The segments of each point, first to last; empty for an Einsum alone. */
  readonly plans: readonly (readonly PlannedSegment[])[]
}

/** How a merge was decided. */
export interface MergeChoice {
  readonly consumer: number
  readonly candidates: readonly number[]
  readonly along: number
  /** Whether the user decided it; otherwise it is the choice of least traffic. */
  readonly settled: boolean
}

export interface ClusterResult {
  readonly cluster: number
  /** Each Einsum alone, in the cluster's order. */
  readonly alone: readonly EinsumBound[]
  readonly chains: readonly Chain[]
  readonly breaks: readonly RowBreak[]
  readonly merges: readonly MergeChoice[]
  readonly hasAttention: boolean
  readonly parts: Readonly<Record<PaperStrategy, readonly FusedPart[]>>
}

/** If there are more combinations of merges than this, they are tried one merge at a time. */
const MOST_COMBINATIONS = 64

/** Searches a cluster under every strategy. Pure and synchronous. */
export function fuseCluster(task: ClusterTask, checkpoint: Checkpoint = NEVER_STOPS): ClusterResult {
  const { workload, cluster } = task
  const alone = workload.einsums.map((einsum, i): EinsumBound => {
    checkpoint()
    const found = task.found[i] ?? null
    if (isFusibleProduct(einsum)) return productBound(einsum, firstInput(workload, i), found)
    assert(found !== null, 'an Einsum that is no fusible product has been searched by itself')
    return found
  })
  const { edges, merges } = settleMerges(task, alone, checkpoint)
  const found = chainsAlong(workload, edges)
  return {
    cluster,
    alone,
    ...found,
    merges,
    hasAttention: found.chains.some((chain) => chain.members.some((_, e) => isAttentionPair(chain, e))),
    parts: Object.fromEntries(
      PAPER_STRATEGIES.map((strategy) => [strategy, partsOf(task, found, alone, strategy, checkpoint)]),
    ) as unknown as ClusterResult['parts'],
  }
}

/**
 * Picks one edge into every product: the user's choice, or the one whose segmented traffic is least at the right end.
 */
function settleMerges(
  task: ClusterTask,
  alone: readonly EinsumBound[],
  checkpoint: Checkpoint,
): { edges: readonly FusibleEdge[]; merges: readonly MergeChoice[] } {
  const merges = mergesOf(task.edges)
  const along = new Map(task.along)
  const consumers = new Set(merges.map(({ consumer }) => consumer))
  const plain = task.edges.filter(({ consumer }) => !consumers.has(consumer))
  const options = merges.map(({ consumer, candidates }) => {
    const settled = candidates.findIndex(({ producer }) => producer === along.get(consumer))
    return settled >= 0 ? [settled] : candidates.map((_, i) => i)
  })
  const edgesOf = (choice: readonly number[]) => [
    ...plain,
    ...merges.map(({ candidates }, i) => candidates[choice[i]!]!),
  ]
  const costs = new Map<string, { traffic: number; buffer: number }>()
  const costOf = (choice: readonly number[]) => {
    const key = choice.join()
    const known =
      costs.get(key) ??
      endOf(partsOf(task, chainsAlong(task.workload, edgesOf(choice)), alone, 'segmented', checkpoint))
    costs.set(key, known)
    return known
  }
  let best = options.map((list) => list[0]!)
  const consider = (choice: readonly number[]) => {
    const [a, b] = [costOf(choice), costOf(best)]
    if (a.traffic < b.traffic || (a.traffic === b.traffic && a.buffer < b.buffer)) best = [...choice]
  }
  const combinations = options.reduce((product, list) => product * list.length, 1)
  if (combinations > 1 && combinations <= MOST_COMBINATIONS)
    for (const choice of product(options)) consider(choice)
  else if (combinations > 1)
    for (const [i, list] of options.entries())
      for (const other of list) consider(best.map((chosen, j) => (i === j ? other : chosen)))
  return {
    edges: edgesOf(best),
    merges: merges.map(({ consumer, candidates }, i) => ({
      consumer,
      candidates: candidates.map(({ producer }) => producer),
      along: candidates[best[i]!]!.producer,
      settled: candidates.some(({ producer }) => producer === along.get(consumer)),
    })),
  }
}

function* product(lists: readonly (readonly number[])[]): Generator<readonly number[]> {
  const [first, ...rest] = lists
  if (first === undefined) yield []
  else for (const tail of product(rest)) for (const head of first) yield [head, ...tail]
}

/** The right end of the parts' sum: the least traffic, and the buffer that it needs; bytes. */
const endOf = (parts: readonly FusedPart[]): { traffic: number; buffer: number } => ({
  traffic: parts.reduce((sum, { trafficBytes }) => sum + (trafficBytes.at(-1) ?? 0), 0),
  buffer: Math.max(0, ...parts.map(({ bufferBytes }) => bufferBytes.at(-1) ?? 0)),
})

function partsOf(
  { workload, execution }: ClusterTask,
  { chains }: ChainsFound,
  alone: readonly EinsumBound[],
  strategy: PaperStrategy,
  checkpoint: Checkpoint,
): readonly FusedPart[] {
  const inChains = new Set<number>()
  const parts = chains.map((chain, i): FusedPart => {
    const einsums = [
      ...chain.members.map(({ einsum }) => einsum),
      ...chain.links.flatMap(({ pointwise }) => pointwise),
    ].sort((a, b) => a - b)
    for (const einsum of einsums) inChains.add(einsum)
    return partOf(einsums, i, chainFront(chain, strategy, aloneFronts(chain, alone), execution, checkpoint))
  })
  const rest = workload.einsums.flatMap((_, i): FusedPart[] => {
    if (inChains.has(i)) return []
    const { bufferBytes, trafficBytes } = alone[i]!
    return [{ einsums: [i], chain: null, bufferBytes, trafficBytes, plans: [] }]
  })
  return [...parts, ...rest]
}

const partOf = (einsums: readonly number[], chain: number, front: PlanFront): FusedPart => ({
  einsums,
  chain,
  bufferBytes: front.buffer.slice(),
  trafficBytes: front.traffic.slice(),
  plans: front.tags,
})

function aloneFronts(chain: Chain, alone: readonly EinsumBound[]): AloneFronts {
  return {
    members: chain.members.map(({ einsum }) => frontOf(alone[einsum]!)),
    links: chain.links.map(({ pointwise }) =>
      pointwise
        .map((einsum): Front<unknown> => frontOf(alone[einsum]!))
        .reduce<Front<unknown> | null>(
          (sum, front) => (sum === null ? front : inSequence(sum, front, () => null)),
          null,
        ),
    ),
  }
}
