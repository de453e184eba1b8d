import type { SearchProblem } from '../../model/search-problem'
import type { Factors } from '../../model/pieces'
import { CHECK_MASK, NEVER_STOPS, type Checkpoint } from '../../support/checkpoint'
import { ChainWalk, type GroupOption } from './chain-walk'
import type { RankGroup } from './rank-groups'

/**
 * All cuts of a rank group that can matter if the tensors' places follow one another in `order`, outermost first
 * (docs/model.md, section 3, Eq. 7 to 11), without those that another cut dominates in every factor.
 *
 * Places form a chain: inwards, tiles only shrink. A tensor to which a rank is relevant wants the smallest tile that
 * the places inside it allow. One to which it is irrelevant wants the fewest loops above. So a rank is free only
 * between a place to which it is relevant and the next to which it is irrelevant. A tensor with a sliding window has
 * its own choices: where it is fetched, and which window it holds. `clear` is as in `clearPlaces`.
 */
export function groupOptions(
  problem: SearchProblem,
  group: RankGroup,
  order: readonly number[],
  clear: number,
  factors: Factors,
  checkpoint: Checkpoint = NEVER_STOPS,
): readonly GroupOption[] {
  const options: GroupOption[] = []
  new ChainWalk(problem, group, order, clear, factors).each((option) => {
    if ((options.push(option) & CHECK_MASK) === 0) checkpoint()
  })
  return undominated(options, checkpoint)
}

/**
 * The sets of places with no cut directly outside them, as bits over the positions of `order`. Such places follow a
 * window. If the window slides over two loops together, they can stand between the two loops. A cut of a rank there
 * is then made outside the window, or not at all.
 */
export function clearPlaces(problem: SearchProblem, order: readonly number[]): readonly number[] {
  const slides = (position: number) =>
    problem.tensors[order[position]!]!.dimensions.some((dimension) => dimension.length > 1)
  const isClear = (clear: number, position: number) => ((clear >> position) & 1) === 1
  return Array.from({ length: 2 ** order.length }, (_, clear) => clear).filter((clear) =>
    order.every((_, k) => !isClear(clear, k) || (k > 0 && (isClear(clear, k - 1) || slides(k - 1)))),
  )
}

/** Drops options that another option equals or beats in every tile and fetch, and that has no additional window. */
function undominated(options: GroupOption[], checkpoint: Checkpoint): readonly GroupOption[] {
  const weight = ({ tile, fetches }: GroupOption) =>
    tile.reduce((sum, x) => sum + Math.log(x), 0) + fetches.reduce((sum, x) => sum + Math.log(x), 0)
  const sorted = options
    .map((option, index) => ({ option, index, weight: weight(option) }))
    .sort((a, b) => a.weight - b.weight || a.index - b.index)
  const kept: GroupOption[] = []
  for (const { option } of sorted) {
    checkpoint()
    if (!kept.some((other) => beats(other, option))) kept.push(option)
  }
  return kept
}

function beats(a: GroupOption, b: GroupOption): boolean {
  if ((a.windows & ~b.windows) !== 0) return false
  for (let i = 0; i < a.tile.length; i++) {
    if (a.tile[i]! > b.tile[i]! || a.fetches[i]! > b.fetches[i]! || !servesLineBuffer(a, b, i)) return false
  }
  return true
}

/**
 * Whether option `a` is at least as good as `b` for tensor `i` in a line buffer. An option without sliding always is.
 */
function servesLineBuffer(a: GroupOption, b: GroupOption, i: number): boolean {
  if (((a.windows >> i) & 1) === 0) return true
  const [ours, theirs] = [a.sliding[i], b.sliding[i]]
  if (theirs === undefined) return true
  return ours !== undefined && ours.step >= theirs.step && ours.span <= theirs.span
}
