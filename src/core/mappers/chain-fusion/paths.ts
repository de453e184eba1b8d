import type { Workload } from '../../workload/einsum'
import type { Chain } from './chain'
import { chainOf, chainRanks, pathMember, type PathMember } from './chain-roles'
import type { FusibleEdge } from './fusible-edges'
import { RankClasses } from './rank-classes'

/**
 * A product that reads outputs of several other products: one of them continues its chain, the rest are read like
 * weights.
 */
export interface Merge {
  readonly consumer: number
  /** Edges that could continue the chain, in order. */
  readonly candidates: readonly FusibleEdge[]
}

/** Merges of a cluster, by consumer. */
export function mergesOf(edges: readonly FusibleEdge[]): readonly Merge[] {
  const byConsumer = new Map<number, FusibleEdge[]>()
  for (const edge of edges) byConsumer.set(edge.consumer, [...(byConsumer.get(edge.consumer) ?? []), edge])
  return [...byConsumer]
    .filter(([, candidates]) => candidates.length > 1)
    .map(([consumer, candidates]) => ({ consumer, candidates }))
}

/** A place where a chain ends; Einsums are positions in the cluster. */
export interface RowBreak {
  readonly producer: number
  /** First member of the chain so far, and the Einsum that does not pass on its rows. */
  readonly first: number
  readonly after: number
  /** The rows of the chain so far. */
  readonly rows: readonly { readonly einsum: number; readonly variable: number }[]
}

export interface ChainsFound {
  /** Chains of at least two members. */
  readonly chains: readonly Chain[]
  readonly breaks: readonly RowBreak[]
}

/** The chains of a choice of edges. Each producer and each consumer may occur once in `edges`. */
export function chainsAlong(workload: Workload, edges: readonly FusibleEdge[]): ChainsFound {
  const next = new Map(edges.map((edge) => [edge.producer, edge]))
  const continued = new Set(edges.map(({ consumer }) => consumer))
  const chains: Chain[] = []
  const breaks: RowBreak[] = []
  for (const { producer } of edges) {
    if (continued.has(producer)) continue
    const path: FusibleEdge[] = []
    for (let edge = next.get(producer); edge !== undefined; edge = next.get(edge.consumer)) path.push(edge)
    splitPath(workload, path, chains, breaks)
  }
  return { chains, breaks }
}

/** Cuts a path where rows do not run through, and where a reduction runs over them. */
function splitPath(
  workload: Workload,
  path: readonly FusibleEdge[],
  chains: Chain[],
  breaks: RowBreak[],
): void {
  const classes = new RankClasses(workload, path)
  const first = pathMember(workload, path[0]!.producer, firstInput(workload, path[0]!.producer), classes)
  const members = [first, ...path.map(({ consumer, read }) => pathMember(workload, consumer, read, classes))]
  const fits = (from: number, to: number) => {
    const ranks = chainRanks(members.slice(from, to + 1))
    const overRows = path
      .slice(from, to)
      .some(({ reducedVariables }) =>
        reducedVariables.some(({ einsum, variable }) => ranks?.rows.has(classes.of(einsum, variable))),
      )
    return overRows ? null : ranks
  }
  let from = 0
  while (from < members.length) {
    let to = from
    let ranks = fits(from, from)
    for (let longer = ranks; longer !== null && to + 1 < members.length;) {
      longer = fits(from, to + 1)
      if (longer === null) break
      ranks = longer
      to++
    }
    if (ranks !== null && to > from)
      chains.push(chainOf(workload, members.slice(from, to + 1), path.slice(from, to), ranks, classes))
    if (to + 1 < members.length)
      breaks.push(rowBreak(workload, members.slice(from, to + 1), members[to + 1]!))
    from = to + 1
  }
}

/** Why a chain ends: which ranks were its rows so far, and which Einsum does not pass them on. */
function rowBreak(workload: Workload, chain: readonly PathMember[], after: PathMember): RowBreak {
  return {
    producer: chain.at(-1)!.index,
    first: chain[0]!.index,
    after: after.index,
    rows: [...(chainRanks(chain)?.rows ?? [])].map((rank) => {
      const [einsum, variable] = rank.split(':')
      const { variables } = workload.einsums[Number(einsum)]!
      return { einsum: Number(einsum), variable: variables.findIndex(({ name }) => name === variable) }
    }),
  }
}

/** The operand of a chain's first member that its rows index: the activation, not the weights. */
export function firstInput(workload: Workload, index: number): string {
  const { inputs } = workload.einsums[index]!
  const produced = (name: string) => workload.tensors.find((tensor) => tensor.name === name)?.producer != null
  const [first, second] = inputs
  return !produced(first!.tensor) && second !== undefined && produced(second.tensor)
    ? second.tensor
    : first!.tensor
}
