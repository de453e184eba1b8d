import type { Loop } from '../../model/loop'
import { encodeMapping } from '../../mapping/codec'
import { treeOfNest, type Nest, type Place } from '../../model/nest'
import { rankSizes, type SearchProblem } from '../../model/search-problem'
import { lineBuffer } from '../../model/window'
import type { Factors } from '../../model/pieces'
import type { GroupOption } from './chain-walk'
import { clearPlaces, groupOptions } from './group-options'
import { ProductSearch } from '../each-einsum/product-search'
import { NEVER_STOPS, type Checkpoint } from '../../support/checkpoint'
import { rankGroups, type RankGroup } from './rank-groups'
import type { Slice } from '../each-einsum/each-einsum'
import { frontColumns, type SearchColumns } from '../each-einsum/columns'

interface Tag {
  readonly order: readonly number[]
  readonly chosen: readonly GroupOption[]
}

/** Every order of the tensors' places, outermost first. */
export function placeOrders(tensorCount: number): readonly (readonly number[])[] {
  const grow = (order: readonly number[]): readonly (readonly number[])[] =>
    order.length === tensorCount
      ? [order]
      : Array.from({ length: tensorCount }, (_, i) => i)
          .filter((i) => !order.includes(i))
          .flatMap((i) => grow([...order, i]))
  return grow([])
}

/**
 * The tightest mapspace of one Einsum that Piste searches (docs/model.md, section 3): one loop nest, each tensor at
 * its own place in it, with sliding windows.
 *
 * For each order of places, a mapping is one option from each rank group. Tiles and fetches are products over the
 * groups. Options are combined depth first. Every factor is at least 1, so partial products are lower bounds, and a
 * branch that the front covers is dropped. A slice is a range of the orders in `placeOrders`. Result in units of
 * `weightsOf(problem)`.
 */
export function searchRetention(
  problem: SearchProblem,
  factors: Factors,
  slice: Slice,
  checkpoint: Checkpoint = NEVER_STOPS,
): SearchColumns {
  const groups = rankGroups(problem)
  const search = new ProductSearch<GroupOption, Tag>(problem, checkpoint, { allows: canJoin, tileFactor })
  for (const order of placeOrders(problem.tensors.length).slice(slice.from, slice.to)) {
    for (const clear of clearPlaces(problem, order)) {
      const lists = groups.map((group) => groupOptions(problem, group, order, clear, factors, checkpoint))
      search.combine(lists, (chosen) => ({ order, chosen }))
    }
  }
  return frontColumns(search.front.front(), search.evaluated, (tag, words) =>
    encodeMapping(treeOfNest(nestOf(problem, groups, tag), 'retention'), words),
  )
}

const slides = ({ windows }: GroupOption, i: number): boolean => ((windows >> i) & 1) === 1

/** Whether each tensor that already has a sliding window can make a line buffer with this option's dimension. */
function canJoin(option: GroupOption, chosen: readonly GroupOption[]): boolean {
  if (option.windows === 0) return true
  return option.sliding.every((own, i) => {
    if (!slides(option, i)) return true
    const others = chosen.filter((other) => slides(other, i))
    return (
      others.length === 0 || (others.length === 1 && own !== undefined && others[0]!.sliding[i] !== undefined)
    )
  })
}

/**
 * An option's factor to a tile. A line buffer is larger than the product of its two windows (docs/model.md, section
 * 3, Eq. 11).
 */
function tileFactor(option: GroupOption, chosen: readonly GroupOption[], i: number): number {
  const own = option.sliding[i]
  if (own === undefined) return option.tile[i]!
  const above = chosen.find((other) => slides(other, i))?.sliding[i]
  return above ? Math.min(lineBuffer(above, own), lineBuffer(own, above)) / above.width : option.tile[i]!
}

/** Makes the nest: from the outside in, each place's loops, then its window's loops. The other loops are innermost. */
function nestOf(problem: SearchProblem, groups: readonly RankGroup[], { order, chosen }: Tag): Nest {
  const loops: Loop[] = []
  const places: Place[] = []
  const tiles = [...rankSizes(problem)]
  const descend = (tileOf: (option: GroupOption, at: number) => number): Loop[] => {
    const added: Loop[] = []
    for (const [g, group] of groups.entries()) {
      for (const [at, rank] of group.entries()) {
        const tile = tileOf(chosen[g]!, at)
        if (tile < tiles[rank]!) added.push({ rank, tile })
        tiles[rank] = Math.min(tile, tiles[rank]!)
      }
    }
    return added
  }
  for (const tensor of order) {
    const columnOf = (option: GroupOption) => tensor * (option.fetchTiles.length / problem.tensors.length)
    loops.push(...descend((option, at) => option.fetchTiles[columnOf(option) + at]!))
    const depth = loops.length
    const slides = descend((option, at) => option.holdTiles[columnOf(option) + at]!)
    const windows = chosen.flatMap(({ sliding }) => sliding[tensor] ?? [])
    const [first, second] = windows
    const rowsFirst = first && second ? lineBuffer(first, second) <= lineBuffer(second, first) : true
    loops.push(
      ...(windows.length === 2
        ? rowsFirst
          ? slides
          : [...slides].reverse()
        : nestedAs(
            chosen.flatMap(({ jointly }) => jointly[tensor] ?? []),
            slides,
          )),
    )
    places[tensor] = { depth, hold: loops.length }
  }
  loops.push(...descend(() => 1))
  return { loops, places }
}

/** Window loops in the order in which they were counted. */
const nestedAs = (ranks: readonly number[], loops: readonly Loop[]): readonly Loop[] =>
  [...loops].sort((a, b) => ranks.indexOf(a.rank) - ranks.indexOf(b.rank))
