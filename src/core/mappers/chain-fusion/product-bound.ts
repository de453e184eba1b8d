import type { EinsumBound } from '../mapper'
import { mergeColumns, frontColumns, type SearchColumns } from '../each-einsum/columns'
import { encodeMapping } from '../../mapping/codec'
import { treeOfNest, type Nest } from '../../model/nest'
import { isRelevant, toSearchProblem, type SearchProblem } from '../../model/search-problem'
import { boundInBytes } from '../each-einsum/einsum-bound'
import type { Einsum } from '../../workload/einsum'
import type { ProductRanks } from './chain'
import { productFront, tilingCount, type ProductTiling } from './product-front'
import { productRoles } from './product-roles'

/**
 * The bound of a product that runs alone in a cascade (docs/model.md, section 6, Eq. 24): the mappings of section 2,
 * those with streamed weights, and the points of `found` with lower traffic. `input` is the operand that is not
 * streamed.
 */
export function productBound(einsum: Einsum, input: string, found: EinsumBound | null): EinsumBound {
  const problem = toSearchProblem(einsum)
  const { ranks, rankOf } = productRanks(einsum, problem, input)
  const roles = productRoles(einsum, input)!
  const front = productFront(ranks, {
    input: roles.input.bitsPerValue / 8,
    weights: roles.weights.bitsPerValue / 8,
    output: roles.output.bitsPerValue / 8,
  })
  const weights = problem.tensors.findIndex(({ name }) => name === roles.weights.tensor)
  const streamed = frontColumns(front, tilingCount(ranks), (tiling, words) =>
    encodeMapping(treeOfNest(nestOf(problem, rankOf, tiling, weights), 'retention'), words),
  )
  const columns = mergeColumns(found === null ? [streamed] : [asColumns(found), streamed])
  return boundInBytes(einsum, problem, columns)
}

const asColumns = ({
  bufferBytes,
  trafficBytes,
  mappings,
  mappingsEvaluated,
}: EinsumBound): SearchColumns => ({
  buffer: bufferBytes,
  traffic: trafficBytes,
  mappings,
  evaluated: mappingsEvaluated,
})

type RankOf = Readonly<Record<keyof ProductRanks, number | undefined>>

/**
 * The role of each flattened rank of the problem. Ranks of one role occur in the same tensors, so they are one rank.
 */
function productRanks(
  einsum: Einsum,
  problem: SearchProblem,
  input: string,
): { ranks: ProductRanks; rankOf: RankOf } {
  const along = einsum.inputs.findIndex(({ tensor }) => tensor === input)
  const [i, w, o] = [along, 1 - along, 2].map((at) => problem.tensors[at]!)
  const find = (inInput: boolean, inWeights: boolean, inOutput: boolean): number | undefined => {
    const at = problem.ranks.findIndex(
      (_, rank) =>
        isRelevant(i!, rank) === inInput &&
        isRelevant(w!, rank) === inWeights &&
        isRelevant(o!, rank) === inOutput,
    )
    return at < 0 ? undefined : at
  }
  const rankOf = {
    shared: find(true, true, true),
    m: find(true, false, true),
    k: find(true, true, false),
    n: find(false, true, true),
  }
  const size = (rank: number | undefined) => (rank === undefined ? 1 : problem.ranks[rank]!.size)
  return {
    ranks: { shared: size(rankOf.shared), m: size(rankOf.m), k: size(rankOf.k), n: size(rankOf.n) },
    rankOf,
  }
}

/** The loop nest of a tiling: loops around the tiles, and inside them the loops over which weights stream. */
function nestOf(
  problem: SearchProblem,
  rankOf: RankOf,
  { tile, innermost, streamed }: ProductTiling,
  weights: number,
): Nest {
  const order = ['shared', ...(['m', 'k', 'n'] as const).filter((r) => r !== innermost), innermost] as const
  const outer = order.flatMap((role) => {
    const rank = rankOf[role]
    return rank !== undefined && tile[role] < problem.ranks[rank]!.size ? [{ rank, tile: tile[role] }] : []
  })
  const inner = (streamed ? (['n', 'k', 'm'] as const) : []).flatMap((role) => {
    const rank = rankOf[role]
    return rank !== undefined && tile[role] > 1 ? [{ rank, tile: 1, role }] : []
  })
  const below = outer.length + inner.filter(({ role }) => role !== 'm').length
  return {
    loops: [...outer, ...inner.map(({ rank, tile: one }) => ({ rank, tile: one }))],
    places: problem.tensors.map((_, t) => {
      const depth = t === weights ? below : outer.length
      return { depth, hold: depth }
    }),
  }
}
