import type { Loop } from '../mapping/loop'
import { encodeMapping, tensorCost, type Mapping, type Place, type TensorCost } from '../mapping/mapping'
import { boxSize, rankSizes, type SearchProblem } from '../mapping/search-problem'
import { lineBuffer } from '../mapping/window'
import type { Factors } from './bound'
import { groupOptions, nestedByStep, type GroupOption } from './group-options'
import { ParetoFront } from './pareto-front'
import { rankGroups, type RankGroup } from './rank-groups'
import { frontColumns, type SearchColumns } from './search-columns'
import { weightsOf } from '../mapping/weights'

/** A slice of the mapspace: orders of the tensors' places with indices `from <= i < to` in `placeOrders`. */
export interface OrderSlice {
  readonly from: number
  readonly to: number
}

interface Tag {
  readonly order: readonly number[]
  readonly chosen: readonly GroupOption[]
}

/** Every order in which tensors' places can follow one another, outermost first. */
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
 * The tightest mapspace of one Einsum that Piste knows (model section 3): one loop nest, each tensor kept at its own
 * place in it, windows sliding where they can.
 *
 * For each order of places a mapping is one option from each rank group; its tiles and fetches are products over the
 * groups. Options are combined depth first; since every factor is at least 1, partial products bound what can follow,
 * and a branch that the front already covers is left.
 */
export function searchRetention(problem: SearchProblem, factors: Factors, slice: OrderSlice): SearchColumns {
  const groups = rankGroups(problem)
  const sizes = rankSizes(problem)
  const { perTensor } = weightsOf(problem)
  const count = problem.tensors.length
  const trafficWeights = problem.tensors.map((tensor, i) => perTensor[i]! * (tensor.output ? 2 : 1))
  const elided = problem.tensors.reduce(
    (sum, t, i) => sum + (t.output ? perTensor[i]! * boxSize(t, sizes) : 0),
    0,
  )
  const front = new ParetoFront<Tag>()
  let evaluated = 0

  const costOf = (tag: Tag) => {
    const mapping = mappingOf(problem, groups, tag)
    const costs = perTensor.map((_, i) => tensorCost(problem, mapping, i))
    const sum = (pick: (cost: TensorCost) => number) =>
      costs.reduce((s, cost, i) => s + perTensor[i]! * pick(cost), 0)
    return { buffer: sum((cost) => cost.occupancy), traffic: sum((cost) => cost.traffic) }
  }

  for (const order of placeOrders(count).slice(slice.from, slice.to)) {
    const lists = groups.map((group) => groupOptions(problem, group, order, factors))
    // Partial products of tiles and fetches, a row per depth.
    const tiles = Float64Array.from({ length: (groups.length + 1) * count }, () => 1)
    const fetches = Float64Array.from({ length: (groups.length + 1) * count }, () => 1)
    const chosen: GroupOption[] = []
    const combine = (depth: number, windows: number): void => {
      const here = depth * count
      const below = here + count
      const leaf = depth + 1 === groups.length
      for (const option of lists[depth]!) {
        if ((option.windows & windows) !== 0 && !canJoin(option, windows, chosen, depth)) continue
        let buffer = 0
        let traffic = -elided
        for (let i = 0; i < count; i++) {
          const tile =
            (option.windows & windows & (1 << i)) === 0
              ? tiles[here + i]! * option.tile[i]!
              : tiles[here + i]! * linesPerRow(option, chosen, depth, i)
          const fetched = fetches[here + i]! * option.fetches[i]!
          tiles[below + i] = tile
          fetches[below + i] = fetched
          buffer += perTensor[i]! * tile
          traffic += trafficWeights[i]! * fetched
        }
        evaluated++
        if (front.covers(buffer, traffic)) continue
        chosen[depth] = option
        if (leaf) {
          const tag = { order, chosen: chosen.slice() }
          const exact = tag.chosen.some(({ underCounted }) => underCounted)
            ? costOf(tag)
            : { buffer, traffic }
          front.add(exact.buffer, exact.traffic, tag)
        } else combine(depth + 1, windows | option.windows)
      }
    }
    if (groups.length > 0) combine(0, 0)
    else
      front.add(
        perTensor.reduce((a, b) => a + b, 0),
        trafficWeights.reduce((a, b) => a + b, 0) - elided,
        { order, chosen: [] },
      )
  }
  return frontColumns(front, evaluated, (tag, words) => encodeMapping(mappingOf(problem, groups, tag), words))
}

/** The option chosen above `depth` that slides tensor `i`'s window. */
const slidingAbove = (chosen: readonly GroupOption[], depth: number, i: number): readonly GroupOption[] =>
  chosen.slice(0, depth).filter(({ windows }) => ((windows >> i) & 1) === 1)

/** Whether each tensor that already slides along one dimension can slide along this option's as well. */
function canJoin(
  option: GroupOption,
  windows: number,
  chosen: readonly GroupOption[],
  depth: number,
): boolean {
  return option.sliding.every((own, i) => {
    if ((option.windows & windows & (1 << i)) === 0) return true
    const others = slidingAbove(chosen, depth, i)
    return own !== undefined && others.length === 1 && others[0]!.sliding[i] !== undefined
  })
}

/** Factor by which a line buffer over this option's dimension and the one slid along above exceeds the latter's window. */
function linesPerRow(option: GroupOption, chosen: readonly GroupOption[], depth: number, i: number): number {
  const above = slidingAbove(chosen, depth, i)[0]!.sliding[i]!
  const own = option.sliding[i]!
  return Math.min(lineBuffer(above, own), lineBuffer(own, above)) / above.width
}

/** Writes out the nest: going inwards, each place's loops, then its window's. Loops left over stand innermost. */
function mappingOf(problem: SearchProblem, groups: readonly RankGroup[], { order, chosen }: Tag): Mapping {
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
        : nestedByStep(problem.tensors[tensor]!, slides)),
    )
    places[tensor] = { depth, hold: loops.length }
  }
  loops.push(...descend(() => 1))
  return { loops, places }
}
