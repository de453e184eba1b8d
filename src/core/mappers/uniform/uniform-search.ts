import { encodeMapping } from '../../mapping/codec'
import { treeOfNest, type Nest } from '../../model/nest'
import { tileSizes, type Factors } from '../../model/pieces'
import {
  boxSize,
  isAffineTensor,
  isRelevant,
  rankSizes,
  type SearchProblem,
} from '../../model/search-problem'
import { HaloTensor, tilingOf, type Tiling } from '../../model/halo'
import { CHECK_MASK, NEVER_STOPS, type Checkpoint } from '../../support/checkpoint'
import { loopOrders } from './loop-orders'
import { ParetoFront } from '../../front/pareto-front'
import { ProductSearch, type FactorOption } from '../each-einsum/product-search'
import type { Slice } from '../each-einsum/each-einsum'
import { frontColumns, type SearchColumns } from '../each-einsum/columns'
import { weightsOf } from '../../model/weights'

/**
 * The paper's mapspace of one Einsum (docs/model.md, section 2, Eq. 2 to 6): one tile of every tensor in the buffer,
 * loops around it in any order. Exact: every tile is weighed under every order that can gain. A slice is a range of
 * the tile sizes of the first rank. Result in units of `weightsOf(problem)`.
 */
export function searchUniform(
  problem: SearchProblem,
  factors: Factors,
  slice: Slice,
  checkpoint: Checkpoint = NEVER_STOPS,
): SearchColumns {
  const candidates = problem.ranks.map(({ size }) => tileSizes(size, factors))
  if (candidates.length > 0) candidates[0] = candidates[0]!.slice(slice.from, slice.to)
  return problem.tensors.some(isAffineTensor)
    ? searchSliding(problem, candidates, checkpoint)
    : searchPlain(problem, candidates, checkpoint)
}

interface Tag {
  readonly tiles: readonly number[]
  readonly order: readonly number[]
}

const columnsOf = (problem: SearchProblem, front: ParetoFront<Tag>, evaluated: number): SearchColumns =>
  frontColumns(front.front(), evaluated, ({ tiles, order }, words) =>
    encodeMapping(treeOfNest(uniformNest(problem, tiles, order), 'uniform'), words),
  )

/**
 * Without sliding windows an order only decides which loops are free to which tensor, so each rank chooses its tile
 * independently. A loop is free to the tensors to which it and all loops inside it are irrelevant.
 */
function searchPlain(
  problem: SearchProblem,
  candidates: readonly (readonly number[])[],
  checkpoint: Checkpoint,
): SearchColumns {
  const search = new ProductSearch<FactorOption & { readonly tileSize: number }, Tag>(problem, checkpoint)
  for (const order of loopOrders(problem)) {
    const lists = candidates.map((tileSizes, rank) => {
      const inside = order.slice(0, order.indexOf(rank) + 1)
      return tileSizes.map((tileSize) => {
        const { size } = problem.ranks[rank]!
        const moves = problem.tensors.map((tensor) => isRelevant(tensor, rank))
        const free = problem.tensors.map((tensor) => !inside.some((inner) => isRelevant(tensor, inner)))
        return {
          tileSize,
          tile: moves.map((moved) => (moved ? tileSize : 1)),
          fetches: moves.map((moved, i) => (moved ? size : free[i] ? 1 : Math.ceil(size / tileSize))),
        }
      })
    })
    search.combine(lists, (chosen) => ({ tiles: chosen.map(({ tileSize }) => tileSize), order }))
  }
  return columnsOf(problem, search.front, search.evaluated)
}

/** With sliding windows the lengths of the loops matter as well: every tile is tried under every order. */
function searchSliding(
  problem: SearchProblem,
  candidates: readonly (readonly number[])[],
  checkpoint: Checkpoint,
): SearchColumns {
  const sizes = rankSizes(problem)
  const orders = loopOrders(problem)
  const { perTensor } = weightsOf(problem)
  const costs = problem.tensors.map((tensor, i) =>
    tensorFetches(problem, i, orders, perTensor[i]! * (tensor.output ? 2 : 1)),
  )
  const elided = problem.tensors.reduce(
    (sum, t, i) => sum + (t.output ? perTensor[i]! * boxSize(t, sizes) : 0),
    0,
  )
  const front = new ParetoFront<Tag>()
  const traffic = new Float64Array(orders.length)
  const tiles = sizes.map(() => 1)
  let evaluated = 0
  let visited = 0
  const visit = (rank: number): void => {
    if (rank < tiles.length) {
      for (const tile of candidates[rank]!) {
        tiles[rank] = tile
        visit(rank + 1)
      }
      return
    }
    if ((++visited & CHECK_MASK) === 0) checkpoint()
    let buffer = 0
    for (const [i, tensor] of problem.tensors.entries()) buffer += perTensor[i]! * boxSize(tensor, tiles)
    const tiling = tilingOf(problem, tiles)
    traffic.fill(-elided)
    for (const addTo of costs) addTo(tiling, traffic)
    evaluated += orders.length
    for (let k = 0; k < orders.length; k++) {
      if (!front.covers(buffer, traffic[k]!))
        front.add(buffer, traffic[k]!, { tiles: [...tiles], order: orders[k]! })
    }
  }
  visit(0)
  return columnsOf(problem, front, evaluated)
}

/** Adds a tensor's weighted fetches under each order to a row of sums. */
function tensorFetches(
  problem: SearchProblem,
  index: number,
  orders: readonly (readonly number[])[],
  weight: number,
): (tiling: Tiling, sums: Float64Array) => void {
  const tensor = problem.tensors[index]!
  if (isAffineTensor(tensor)) {
    const halo = new HaloTensor(problem, tensor)
    return (tiling, sums) => {
      const boxSums = halo.boxSums(tiling)
      for (const [k, order] of orders.entries())
        sums[k] = sums[k]! + weight * halo.fetches(tiling, boxSums, order)
    }
  }
  const size = weight * boxSize(tensor, rankSizes(problem))
  const relevant = problem.ranks.map((_, rank) => isRelevant(tensor, rank))
  return ({ counts }, sums) => {
    for (let k = 0; k < orders.length; k++) {
      let fetched = size
      let moved = false
      for (const rank of orders[k]!) {
        if (counts[rank] === 1) continue
        if (relevant[rank]) moved = true
        else if (moved) fetched *= counts[rank]!
      }
      sums[k] = sums[k]! + fetched
    }
  }
}

/** The nest of a uniform tile: every tensor is held below all loops, also one that is counted by the halo rule. */
function uniformNest(problem: SearchProblem, tiles: readonly number[], order: readonly number[]): Nest {
  const loops = [...order]
    .reverse()
    .filter((rank) => tiles[rank]! < problem.ranks[rank]!.size)
    .map((rank) => ({ rank, tile: tiles[rank]! }))
  return { loops, places: problem.tensors.map(() => ({ depth: loops.length, hold: loops.length })) }
}
