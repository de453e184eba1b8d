import type { Loop } from './loop'
import type { Pieces } from './pieces'
import {
  boxSize,
  extent,
  rankSizes,
  type Dimension,
  type SearchProblem,
  type SearchTensor,
} from './search-problem'

/**
 * Values fetched along an affine dimension if the box of every combination of pieces is fetched once: the exact sum
 * of extents, partial pieces included (docs/model.md, section 4, Eq. 14).
 */
export const sumOfBoxes = (dimension: Dimension, pieces: readonly Pieces[]): number =>
  sumOver(dimension, pieces, [], (reach) => reach)

/**
 * The same if the box slides over the pieces of one rank, each cut into windows: a slide is charged the union of its
 * windows (docs/model.md, section 3, Eq. 9). Windows farther apart than they are wide leave the gaps unfetched.
 */
export function sumOfSlides(dimension: Dimension, pieces: readonly Pieces[], { rank, tile }: Loop): number {
  const coefficient = dimension.find((term) => term.rank === rank)!.coefficient
  const run = pieces[rank]!
  return sumOver(dimension, pieces, [rank], (reach) => {
    let sum = 0
    for (let i = 0; i < run.size.length; i++) {
      const windows = Math.ceil(run.size[i]! / tile)
      const joined = coefficient * (run.size[i]! - 1) + reach
      const apart = coefficient * (run.size[i]! - windows) + windows * reach
      sum += run.count[i]! * Math.min(joined, apart)
    }
    return sum
  })
}

/** Whether several loops can slide together: all pieces of each are alike, and a whole number of windows long. */
export const slidesEvenly = (pieces: readonly Pieces[], slides: readonly Loop[]): boolean =>
  slides.every(({ rank, tile }) => pieces[rank]!.size.length === 1 && pieces[rank]!.size[0]! % tile === 0)

/**
 * Values fetched if a window slides over several nested loops of one dimension, `slides` from the outermost inwards
 * (docs/model.md, section 3, Eq. 10). The buffer holds one window; each step fetches what the last window lacked.
 */
export function sumOfJointSlides(
  dimension: Dimension,
  pieces: readonly Pieces[],
  slides: readonly Loop[],
): number {
  const loops = slides.map(({ rank, tile }) => ({
    step: dimension.find((term) => term.rank === rank)!.coefficient * tile,
    count: pieces[rank]!.size[0]! / tile,
  }))
  const runs = slides.reduce((product, { rank }) => product * pieces[rank]!.count[0]!, 1)
  const windows: number[] = []
  for (const { rank, tile } of slides) windows[rank] = tile
  const ownReach = extent(
    dimension.filter(({ rank }) => windows[rank] !== undefined),
    windows,
  )
  return sumOver(
    dimension,
    pieces,
    slides.map(({ rank }) => rank),
    (reach) => {
      const box = reach - 1 + ownReach
      let fetched = box
      let outer = 1
      for (const [i, { step, count }] of loops.entries()) {
        const rewound = loops.slice(i + 1).reduce((sum, inner) => sum + (inner.count - 1) * inner.step, 0)
        fetched += outer * (count - 1) * Math.min(Math.abs(step - rewound), box)
        outer *= count
      }
      return runs * fetched
    },
  )
}

/** Sums `charge(1 + sum of coefficient * (piece - 1))` over all combinations of pieces, without the ranks in `but`. */
function sumOver(
  dimension: Dimension,
  pieces: readonly Pieces[],
  but: readonly number[],
  charge: (reach: number) => number,
): number {
  const visit = (at: number, reach: number): number => {
    if (at === dimension.length) return charge(reach)
    const { rank, coefficient } = dimension[at]!
    if (but.includes(rank)) return visit(at + 1, reach)
    const { size, count } = pieces[rank]!
    let sum = 0
    for (let i = 0; i < size.length; i++)
      sum += count[i]! * visit(at + 1, reach + coefficient * (size[i]! - 1))
    return sum
  }
  return visit(0, 1)
}

/** A window that slides along one dimension during one visit of its place, in values along that dimension. */
export interface SlidingWindow {
  /** Extent of the window. */
  readonly width: number
  /** How far it moves at each step. */
  readonly step: number
  /** The whole range that it passes over. */
  readonly span: number
}

export function slidingWindow(
  dimension: Dimension,
  fetchTiles: readonly number[],
  slide: Loop,
): SlidingWindow {
  const held = [...fetchTiles]
  held[slide.rank] = slide.tile
  const pieces = fetchTiles.map((size): Pieces => ({ size: [size], count: [1] }))
  return {
    width: extent(dimension, held),
    step: dimension.find(({ rank }) => rank === slide.rank)!.coefficient * slide.tile,
    span: sumOfSlides(dimension, pieces, slide),
  }
}

/**
 * Values held by a line buffer: a window sliding along `columns` inside one sliding along `rows`, each value fetched
 * once (docs/model.md, section 3, Eq. 11).
 */
export function lineBuffer(rows: SlidingWindow, columns: SlidingWindow): number {
  const kept = Math.max(0, rows.width - rows.step)
  return kept * columns.span + (rows.width - kept) * columns.width
}

/**
 * Values fetched of a tensor whose last box under all `loops` stays until the next one is complete (docs/model.md,
 * section 3, Eq. 12). Each step fetches what the last box lacked, whatever loops it carries over. Tiles must divide.
 */
export function stepsBetweenBoxes(
  problem: SearchProblem,
  tensor: SearchTensor,
  tiles: readonly number[],
  loops: readonly Loop[],
): number {
  const sizes = [...rankSizes(problem)]
  const nest = loops.map(({ rank, tile }) => {
    const count = sizes[rank]! / tile
    sizes[rank] = tile
    const moves = tensor.dimensions.map((dimension) =>
      dimension.reduce((sum, term) => sum + (term.rank === rank ? term.coefficient * tile : 0), 0),
    )
    return { count, moves }
  })
  const extents = tensor.dimensions.map((dimension) => extent(dimension, tiles))
  const box = boxSize(tensor, tiles)
  const rewound = extents.map(() => 0)
  const steps = nest.reduce((product, { count }) => product * count, 1)
  let fetched = box
  let outer = steps
  for (const { count, moves } of [...nest].reverse()) {
    outer /= count
    const shared = extents.reduce(
      (product, size, d) => product * Math.max(0, size - Math.abs(moves[d]! - rewound[d]!)),
      1,
    )
    fetched += outer * (count - 1) * (box - shared)
    for (const [d, move] of moves.entries()) rewound[d] = rewound[d]! + (count - 1) * move
  }
  return fetched
}
