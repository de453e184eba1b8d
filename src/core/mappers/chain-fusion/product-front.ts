import { ParetoFront } from '../../front/pareto-front'
import { tileSizes } from '../../model/pieces'
import type { PerOperand, ProductRanks } from './chain'
import type { Front } from '../../front/columns'

/** One tile of a product's operands, and the loop that runs innermost around it. */
export interface ProductTiling {
  readonly tile: ProductRanks
  readonly innermost: 'm' | 'k' | 'n'
  /** Whether weights are fetched one value at a time, again for every row block, under the tiles of the others. */
  readonly streamed: boolean
}

/** Operands that stay in the buffer whole, as intermediates of untiled fusion. */
export interface Pinned {
  readonly input: boolean
  readonly output: boolean
}

const NOTHING: Pinned = { input: false, output: false }

/**
 * Bytes that a product's operands occupy and move under a tiling (docs/model.md, section 6, Eq. 24). Pinned operands
 * are held whole and move nothing.
 */
export function productCost(
  { shared, m, k, n }: ProductRanks,
  bytesPerValue: PerOperand,
  { tile, innermost, streamed }: ProductTiling,
  pinned: Pinned = NOTHING,
): { readonly tile: PerOperand; readonly traffic: PerOperand } {
  const inputVisits = innermost === 'n' ? 1 : n / tile.n
  const outputVisits = innermost === 'k' ? 1 : k / tile.k
  const weightVisits = innermost === 'm' && !streamed ? 1 : m / tile.m
  const input = bytesPerValue.input * shared * m
  const output = bytesPerValue.output * shared * m
  return {
    tile: {
      input: pinned.input ? input * k : bytesPerValue.input * tile.shared * tile.m * tile.k,
      weights: bytesPerValue.weights * (streamed ? 1 : tile.shared * tile.k * tile.n),
      output: pinned.output ? output * n : bytesPerValue.output * tile.shared * tile.m * tile.n,
    },
    traffic: {
      input: pinned.input ? 0 : input * k * inputVisits,
      weights: bytesPerValue.weights * shared * k * n * weightVisits,
      output: pinned.output ? 0 : output * n * (2 * outputVisits - 1),
    },
  }
}

export const total = ({ input, weights, output }: PerOperand): number => Math.ceil(input + weights + output)

/** Number of tilings that `productFront` weighs. */
export const tilingCount = ({ shared, m, k, n }: ProductRanks): number =>
  [shared, m, k, n].reduce(
    (product, size) => product * tileSizes(size, 'perfect').length,
    shared === 1 ? 6 : 3,
  )

/**
 * The paper's mapspace of one product outside a tiled segment, in bytes (docs/model.md, section 6, Eq. 24): that of
 * section 2, and for a GEMM also streamed weights.
 *
 * Of the streamed cuts only single values matter: with a loop over k or n inside the tile, the weights' traffic is
 * rows/m * k * n for any weight tile. Of the loop orders only the innermost loop matters: a tensor that it does not
 * index is fetched once over it.
 */
export function productFront(
  ranks: ProductRanks,
  bytesPerValue: PerOperand,
  pinned: Pinned = NOTHING,
): Front<ProductTiling> {
  const front = new ParetoFront<ProductTiling>()
  const consider = (tiling: ProductTiling) => {
    const cost = productCost(ranks, bytesPerValue, tiling, pinned)
    const [buffer, traffic] = [total(cost.tile), total(cost.traffic)]
    if (!front.covers(buffer, traffic)) front.add(buffer, traffic, tiling)
  }
  for (const shared of tileSizes(ranks.shared, 'perfect'))
    for (const m of tileSizes(ranks.m, 'perfect'))
      for (const k of tileSizes(ranks.k, 'perfect'))
        for (const n of tileSizes(ranks.n, 'perfect'))
          for (const innermost of ['m', 'k', 'n'] as const) {
            const tile = { shared, m, k, n }
            consider({ tile, innermost, streamed: false })
            if (ranks.shared === 1 && k * n > 1) consider({ tile, innermost, streamed: true })
          }
  return front.front()
}
