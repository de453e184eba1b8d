import { slidingSum } from '../../model/nest'
import type { Loop } from '../../model/loop'
import { cut, pieceCount, tileSizes, whole, type Pieces } from '../../model/pieces'
import { extent, isPlain, isRelevant, type Dimension, type SearchProblem } from '../../model/search-problem'
import { slidesEvenly, slidingWindow, type SlidingWindow } from '../../model/window'
import type { Factors } from '../../model/pieces'
import type { RankGroup } from './rank-groups'

/**
 * One way to cut a group's ranks around the tensors' places: for each tensor of the problem, the group's factor to
 * its tile and to its fetches.
 */
export interface GroupOption {
  readonly tile: Float64Array
  readonly fetches: Float64Array
  /** Bit i: tensor i has a window that slides over a rank of this group. */
  readonly windows: number
  /** The window, if it can be one side of a line buffer: it slides over one loop, along the group's only dimension. */
  readonly sliding: readonly (SlidingWindow | undefined)[]
  /** The two ranks over which the tensor's window slides together, outermost first. */
  readonly jointly: readonly (readonly number[] | undefined)[]
  /** Tile sizes at the place where tensor i is fetched and where it is held: `[i * ranks + position in group]`. */
  readonly fetchTiles: Float64Array
  readonly holdTiles: Float64Array
}

type Emit = (option: GroupOption) => void

/** Whether a rank is irrelevant, relevant or partially relevant to a tensor (docs/model.md, section 1). */
type Relevance = 'irrelevant' | 'relevant' | 'partially-relevant'

/** What the places outside leave to those inside: the group's tiles, and how its ranks are cut into them. */
interface Chain {
  readonly tiles: readonly number[]
  readonly pieces: readonly Pieces[]
  readonly windows: number
  /** The inner of two loops over which the window directly outside slides: a place may still stand between the two. */
  readonly inner?: { readonly at: number; readonly uncut: Pieces } | undefined
}

/**
 * Visits every chain of places of one rank group, for one order of the tensors (docs/model.md, section 3, Eq. 7 to
 * 10).
 */
export class ChainWalk {
  private readonly relevance: readonly (readonly Relevance[])[]
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
    private readonly clear: number,
    private readonly factors: Factors,
  ) {
    const tensors = problem.tensors
    this.windowed = tensors.map(({ dimensions }) =>
      dimensions.filter((d) => !isPlain(d) && d.some(({ rank }) => group.includes(rank))),
    )
    this.relevance = tensors.map((tensor, i) =>
      group.map((rank) =>
        this.windowed[i]!.some((d) => d.some((term) => term.rank === rank))
          ? 'partially-relevant'
          : isRelevant(tensor, rank)
            ? 'relevant'
            : 'irrelevant',
      ),
    )
    this.fetchTiles = new Float64Array(tensors.length * group.length)
    this.holdTiles = new Float64Array(tensors.length * group.length)
    this.tile = new Float64Array(tensors.length)
    this.sliding = tensors.map(() => undefined)
    this.jointly = tensors.map(() => undefined)
    this.fetches = new Float64Array(tensors.length)
  }

  each(emit: Emit): void {
    const tiles = this.group.map((rank) => this.problem.ranks[rank]!.size)
    this.place(0, { tiles, pieces: tiles.map(whole), windows: 0 }, emit)
  }

  /** Chooses the cuts for the place at `position` of the order, inside those already chosen. */
  private place(position: number, outside: Chain, emit: Emit): void {
    const tensor = this.order[position]
    if (tensor === undefined) {
      emit({
        tile: this.tile.slice(),
        fetches: this.fetches.slice(),
        windows: outside.windows,
        sliding: [...this.sliding],
        jointly: [...this.jointly],
        fetchTiles: this.fetchTiles.slice(),
        holdTiles: this.holdTiles.slice(),
      })
      return
    }
    this.eachFetchTile(position, outside.tiles, [], (fetch) => {
      const pieces = fetch.map((tile, at) =>
        tile === outside.tiles[at] ? outside.pieces[at]! : cut(outside.pieces[at]!, tile),
      )
      const inner = this.isClear(position) ? outside.inner : undefined
      const stands = inner !== undefined && this.relevance[tensor]![inner.at] === 'irrelevant'
      const counted = stands ? pieces.map((piece, at) => (at === inner.at ? inner.uncut : piece)) : pieces
      this.settle(tensor, fetch, fetch, counted, [])
      this.place(position + 1, { tiles: fetch, pieces, windows: outside.windows, inner }, emit)
      // A window of this group would put its loops where no other group may cut.
      if (this.isClear(position) && this.isClear(position + 1) && !inner) return
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
              inner: slides.length > 1 ? { at, uncut: pieces[at]! } : undefined,
            },
            emit,
          )
        })
      }
    })
  }

  private isClear(position: number): boolean {
    return ((this.clear >> position) & 1) === 1
  }

  /** Every window over one rank of a dimension, or over two together, that is smaller than the whole fetched box. */
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

  /** The combinations of tile sizes to try above a place. */
  private eachFetchTile(
    position: number,
    tiles: readonly number[],
    chosen: readonly number[],
    visit: (fetch: readonly number[]) => void,
  ): void {
    const at = chosen.length
    if (at === tiles.length) {
      visit(chosen)
      return
    }
    for (const tile of this.choices(position, at, tiles[at]!))
      this.eachFetchTile(position, tiles, [...chosen, tile], visit)
  }

  private choices(position: number, at: number, tile: number): readonly number[] {
    if (this.isClear(position)) return [tile]
    const relevanceAt = (place: number) => this.relevance[this.order[place]!]?.[at]
    // An irrelevant rank is cut here only for places further inside that have no cut of their own.
    if (relevanceAt(position) === 'irrelevant')
      return this.isClear(position + 1) ? tileSizes(tile, this.factors) : [tile]
    // A place directly after one to which the rank is relevant has the same tile: the outer one could be cut as far.
    if (relevanceAt(position - 1) === 'relevant' && !this.isClear(position - 1)) return [tile]
    return this.order.slice(position).every((_, i) => relevanceAt(position + i) === 'relevant')
      ? [1]
      : tileSizes(tile, this.factors)
  }

  /** From the group's positions to the problem's ranks. */
  private byRank<T>(column: readonly T[]): T[] {
    const spread: T[] = []
    for (const [at, rank] of this.group.entries()) spread[rank] = column[at]!
    return spread
  }

  /** Stores what this place costs its tensor. */
  private settle(
    tensor: number,
    fetch: readonly number[],
    hold: readonly number[],
    pieces: readonly Pieces[],
    slides: readonly Loop[],
  ): void {
    let tile = 1
    let fetches = 1
    for (const [at, relevance] of this.relevance[tensor]!.entries()) {
      if (relevance === 'irrelevant') fetches *= pieceCount(pieces[at]!)
      else if (relevance === 'relevant') {
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
