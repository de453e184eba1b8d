import { cut, pieceCount, tileSizes, whole, type Pieces } from '../mapping/pieces'
import { extent, isPlain, isRelevant, type Dimension, type SearchProblem } from '../mapping/search-problem'
import { slidingSum } from '../mapping/mapping'
import type { Loop } from '../mapping/loop'
import { slidesEvenly, slidingWindow, type SlidingWindow } from '../mapping/window'
import type { Factors } from './bound'
import type { RankGroup } from './rank-groups'

/**
 * One way to cut a group's ranks around the tensors' places. Columns run over the problem's tensors: what the group
 * contributes, as a factor, to each tile and to each tensor's fetches.
 */
export interface GroupOption {
  readonly tile: Float64Array
  readonly fetches: Float64Array
  /** Bit i: tensor i slides a window over a rank of this group. */
  readonly windows: number
  /**
   * Whether a place was counted as standing between two loops that a window slides over, which needs the other groups
   * to have no loop there: the factors are then a lower bound, and the mapping has to be counted as a whole.
   */
  readonly underCounted: boolean
  /** That window, where it could be one side of a line buffer: it slides over one loop, along the group's only dimension. */
  readonly sliding: readonly (SlidingWindow | undefined)[]
  /** The two ranks that the tensor's window slides over as one, outermost first. */
  readonly jointly: readonly (readonly number[] | undefined)[]
  /** Tile sizes where tensor i is fetched and where it is held: `[i * ranks + position in group]`. */
  readonly fetchTiles: Float64Array
  readonly holdTiles: Float64Array
}

/** Past this many ways to cut one group, the search is refused rather than run out of memory. */
export const MOST_OPTIONS = 400_000

/**
 * Every cut of a group that can matter when the tensors' places follow one another in `order`, outermost first
 * (model section 3), less those that another cut beats in every factor.
 *
 * Places are a chain: going inwards, tiles only shrink. A tensor that a rank indexes wants the smallest tile that the
 * places inside it allow, one that it does not index wants the fewest loops above, so a rank is free only between an
 * indexed place and the next unindexed one. A tensor with a sliding window chooses for itself: where it is fetched,
 * and which window of that it holds.
 */
export function groupOptions(
  problem: SearchProblem,
  group: RankGroup,
  order: readonly number[],
  factors: Factors,
): readonly GroupOption[] {
  const options: GroupOption[] = []
  const walk = new ChainWalk(problem, group, order, factors)
  walk.each((option) => options.push(option))
  return undominated(options)
}

/** What a rank means to a tensor: it does not index it, indexes it plainly, or moves a window of it. */
type Bond = 'apart' | 'plain' | 'window'

/** What the places outside leave to those inside: the group's tiles, and how its ranks are cut into them. */
interface Chain {
  readonly tiles: readonly number[]
  readonly pieces: readonly Pieces[]
  readonly windows: number
  readonly underCounted: boolean
  /** The inner of two loops that the window just outside slides over: a place may still stand between the two. */
  readonly inner: { readonly at: number; readonly uncut: Pieces } | undefined
}

class ChainWalk {
  private readonly bonds: readonly (readonly Bond[])[]
  private readonly windowed: readonly (readonly Dimension[])[]
  private readonly fetchTiles: Float64Array
  private readonly holdTiles: Float64Array
  private readonly tile: Float64Array
  private readonly sliding: (SlidingWindow | undefined)[]
  private readonly jointly: (readonly number[] | undefined)[]
  private readonly fetches: Float64Array

  constructor(
    private readonly problem: SearchProblem,
    private readonly group: RankGroup,
    private readonly order: readonly number[],
    private readonly factors: Factors,
  ) {
    const tensors = problem.tensors
    this.windowed = tensors.map(({ dimensions }) =>
      dimensions.filter((d) => !isPlain(d) && d.some(({ rank }) => group.includes(rank))),
    )
    this.bonds = tensors.map((tensor, i) =>
      group.map((rank) =>
        this.windowed[i]!.some((d) => d.some((term) => term.rank === rank))
          ? 'window'
          : isRelevant(tensor, rank)
            ? 'plain'
            : 'apart',
      ),
    )
    this.fetchTiles = new Float64Array(tensors.length * group.length)
    this.holdTiles = new Float64Array(tensors.length * group.length)
    this.tile = new Float64Array(tensors.length)
    this.sliding = tensors.map(() => undefined)
    this.jointly = tensors.map(() => undefined)
    this.fetches = new Float64Array(tensors.length)
  }

  each(emit: (option: GroupOption) => void): void {
    const tiles = this.group.map((rank) => this.problem.ranks[rank]!.size)
    this.place(
      0,
      { tiles, pieces: tiles.map(whole), windows: 0, underCounted: false, inner: undefined },
      emit,
    )
  }

  /** Chooses the cuts for the place at `position` of the order, given what those outside it have left. */
  private place(position: number, outside: Chain, emit: (option: GroupOption) => void): void {
    const tensor = this.order[position]
    if (tensor === undefined) {
      emit({
        tile: this.tile.slice(),
        fetches: this.fetches.slice(),
        windows: outside.windows,
        underCounted: outside.underCounted,
        sliding: [...this.sliding],
        jointly: [...this.jointly],
        fetchTiles: this.fetchTiles.slice(),
        holdTiles: this.holdTiles.slice(),
      })
      return
    }
    this.eachFetchTile(position, 0, outside.tiles, [], (fetch) => {
      const pieces = fetch.map((tile, at) =>
        tile === outside.tiles[at] ? outside.pieces[at]! : cut(outside.pieces[at]!, tile),
      )
      const inner = fetch.every((tile, at) => tile === outside.tiles[at]) ? outside.inner : undefined
      const counted = inner ? pieces.map((piece, at) => (at === inner.at ? inner.uncut : piece)) : pieces
      this.settle(tensor, fetch, fetch, counted, [])
      this.place(position + 1, { ...outside, tiles: fetch, pieces, inner }, emit)
      for (const dimension of this.windowed[tensor]!) {
        this.eachSlide(dimension, fetch, (slides) => {
          if (slides.length > 1 && !slidesEvenly(this.byRank(pieces), slides)) return
          const tiles = [...fetch]
          for (const { rank, tile } of slides) tiles[this.group.indexOf(rank)] = tile
          this.settle(tensor, fetch, tiles, pieces, slides)
          const at = this.group.indexOf(slides.at(-1)!.rank)
          this.place(
            position + 1,
            {
              tiles,
              pieces: pieces.map((piece, i) => (tiles[i] === fetch[i] ? piece : cut(piece, tiles[i]!))),
              windows: outside.windows | (1 << tensor),
              underCounted: outside.underCounted || slides.length > 1,
              inner: slides.length > 1 ? { at, uncut: pieces[at]! } : undefined,
            },
            emit,
          )
        })
      }
    })
  }

  /** Every window over one rank of a dimension, or over two at once, that is less than the whole fetched box. */
  private eachSlide(
    dimension: Dimension,
    fetch: readonly number[],
    visit: (slides: readonly Loop[]) => void,
  ): void {
    const windowsOf = (rank: number) => {
      const tile = fetch[this.group.indexOf(rank)]!
      return tileSizes(tile, this.factors).filter((window) => window < tile)
    }
    for (const [i, first] of dimension.entries()) {
      for (const window of windowsOf(first.rank)) {
        const slide = { rank: first.rank, tile: window }
        visit([slide])
        for (const second of dimension.slice(i + 1)) {
          for (const other of windowsOf(second.rank)) {
            const across = { rank: second.rank, tile: other }
            visit([slide, across])
            visit([across, slide])
          }
        }
      }
    }
  }

  /** The tile sizes worth having above a place, rank by rank. */
  private eachFetchTile(
    position: number,
    at: number,
    tiles: readonly number[],
    chosen: readonly number[],
    visit: (fetch: readonly number[]) => void,
  ): void {
    if (at === tiles.length) {
      visit(chosen)
      return
    }
    for (const tile of this.choices(position, at, tiles[at]!))
      this.eachFetchTile(position, at + 1, tiles, [...chosen, tile], visit)
  }

  private choices(position: number, at: number, tile: number): readonly number[] {
    const bondOf = (tensor: number | undefined) =>
      tensor === undefined ? undefined : this.bonds[tensor]![at]!
    const bond = bondOf(this.order[position])
    // What follows a plain place directly shares its tile: the plain one had no reason to stop short of it.
    if (bond === 'apart' || bondOf(this.order[position - 1]) === 'plain') return [tile]
    return this.order.slice(position).every((tensor) => bondOf(tensor) === 'plain')
      ? [1]
      : tileSizes(tile, this.factors)
  }

  /** A column over the group's positions as one over the problem's ranks. */
  private byRank<T>(column: readonly T[]): T[] {
    const spread: T[] = []
    for (const [at, rank] of this.group.entries()) spread[rank] = column[at]!
    return spread
  }

  /** Writes down what this place costs its tensor. */
  private settle(
    tensor: number,
    fetch: readonly number[],
    hold: readonly number[],
    pieces: readonly Pieces[],
    slides: readonly Loop[],
  ): void {
    let tile = 1
    let fetches = 1
    for (const [at, bond] of this.bonds[tensor]!.entries()) {
      if (bond === 'apart') fetches *= pieceCount(pieces[at]!)
      else if (bond === 'plain') {
        tile *= hold[at]!
        fetches *= this.problem.ranks[this.group[at]!]!.size
      }
      this.fetchTiles[tensor * this.group.length + at] = fetch[at]!
      this.holdTiles[tensor * this.group.length + at] = hold[at]!
    }
    if (this.windowed[tensor]!.length > 0) {
      const held = this.byRank(hold)
      const cutPieces = this.byRank(pieces)
      for (const dimension of this.windowed[tensor]!) {
        tile *= extent(dimension, held)
        const here = slides.filter(({ rank }) => dimension.some((term) => term.rank === rank))
        fetches *= slidingSum(dimension, cutPieces, here)
      }
    }
    const [slide] = slides
    this.sliding[tensor] =
      slide !== undefined && slides.length === 1 && this.windowed[tensor]!.length === 1
        ? slidingWindow(this.windowed[tensor]![0]!, this.byRank(fetch), slide)
        : undefined
    this.jointly[tensor] = slides.length > 1 ? slides.map(({ rank }) => rank) : undefined
    this.tile[tensor] = tile
    this.fetches[tensor] = fetches
  }
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
  if ((a.windows & ~b.windows) !== 0 || (a.underCounted && !b.underCounted)) return false
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
