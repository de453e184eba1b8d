import type { SearchProblem } from '../../model/search-problem'
import type { Factors } from '../../model/pieces'
import { ChainWalk, type GroupOption } from './chain-walk'
import type { RankGroup } from './rank-groups'

/**
 * Every cut of a group that can matter when the tensors' places follow one another in `order`, outermost first
 * (model section 3), less those that another cut beats in every factor.
 *
 * Places are a chain: going inwards, tiles only shrink. A tensor that a rank indexes wants the smallest tile that the
 * places inside it allow, one that it does not index wants the fewest loops above, so a rank is free only between an
 * indexed place and the next unindexed one. A tensor with a sliding window chooses for itself: where it is fetched,
 * and which window of that it holds. `clear` as in `clearPlaces`.
 */
export function groupOptions(
  problem: SearchProblem,
  group: RankGroup,
  order: readonly number[],
  clear: number,
  factors: Factors,
): readonly GroupOption[] {
  const options: GroupOption[] = []
  new ChainWalk(problem, group, order, clear, factors).each((option) => options.push(option))
  return undominated(options)
}

/**
 * The sets of places to try that no group cuts just outside of, as bits over the positions of `order`. Such places
 * follow a window; where it slides over two loops as one, they can stand between the two. What a rank would be cut by
 * there is then cut outside that window instead, or not at all.
 */
export function clearPlaces(problem: SearchProblem, order: readonly number[]): readonly number[] {
  const slides = (position: number) =>
    problem.tensors[order[position]!]!.dimensions.some((dimension) => dimension.length > 1)
  const isClear = (clear: number, position: number) => ((clear >> position) & 1) === 1
  return Array.from({ length: 2 ** order.length }, (_, clear) => clear).filter((clear) =>
    order.every((_, k) => !isClear(clear, k) || (k > 0 && (isClear(clear, k - 1) || slides(k - 1)))),
  )
}

/** Drops options that another equals or beats in every tile and every fetch, and that ask for no window less. */
function undominated(options: GroupOption[]): readonly GroupOption[] {
  const weight = ({ tile, fetches }: GroupOption) =>
    tile.reduce((sum, x) => sum + Math.log(x), 0) + fetches.reduce((sum, x) => sum + Math.log(x), 0)
  const sorted = options
    .map((option, index) => ({ option, index, weight: weight(option) }))
    .sort((a, b) => a.weight - b.weight || a.index - b.index)
  const kept: GroupOption[] = []
  for (const { option } of sorted) if (!kept.some((other) => beats(other, option))) kept.push(option)
  return kept
}

function beats(a: GroupOption, b: GroupOption): boolean {
  if ((a.windows & ~b.windows) !== 0) return false
  for (let i = 0; i < a.tile.length; i++) {
    if (a.tile[i]! > b.tile[i]! || a.fetches[i]! > b.fetches[i]! || !servesLineBuffer(a, b, i)) return false
  }
  return true
}

/** Whether `a` does for tensor `i` in a line buffer all that `b` does; not sliding at all is never worse than sliding. */
function servesLineBuffer(a: GroupOption, b: GroupOption, i: number): boolean {
  if (((a.windows >> i) & 1) === 0) return true
  const [ours, theirs] = [a.sliding[i], b.sliding[i]]
  if (theirs === undefined) return true
  return ours !== undefined && ours.step >= theirs.step && ours.span <= theirs.span
}
