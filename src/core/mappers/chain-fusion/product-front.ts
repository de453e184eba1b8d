import { ParetoFront } from '../../front/pareto-front'
import { tileSizes } from '../../model/pieces'
import type { PerOperand, ProductRanks } from './chain'
import type { Front } from '../../front/columns'

/** One tile of a product's operands and the loop that runs innermost around it. */
export interface ProductTiling {
  readonly tile: ProductRanks
  readonly innermost: 'm' | 'k' | 'n'
  /** Whether weights pass through one value at a time, fetched anew for every row block, under tiles of the others. */
  readonly streamed: boolean
}

/** Which operands stay in the buffer whole, as intermediates of untiled fusion. */
export interface Pinned {
  readonly input: boolean
  readonly output: boolean
}

const NOTHING: Pinned = { input: false, output: false }

/** Bytes that a product's operands occupy and move under a tiling; pinned ones are all there and move nothing. */
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

/** How many tilings `productFront` weighs. */
export const tilingCount = ({ shared, m, k, n }: ProductRanks): number =>
  [shared, m, k, n].reduce(
    (product, size) => product * tileSizes(size, 'perfect').length,
    shared === 1 ? 6 : 3,
  )

/**
 * The paper's mapspace of one product outside a tiled segment (model section 6): that of section 2, and for a GEMM also
 * weights that stream through a middle level.
 *
 * Of the streamed cuts only single values matter, since with a loop over k or n inside the tile the weights' traffic is
 * rows/m * k * n whatever their tile. Of the loop orders only the innermost matters: it alone spares a tensor a visit.
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
