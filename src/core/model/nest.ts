import { assert } from '../support/assert'
import type { Block, Counting, Holding, Mapping } from '../mapping/tree'
import { HaloTensor, tilingOf } from './halo'
import type { Loop } from './loop'
import { cut, pieceCount, whole, type Pieces } from './pieces'
import {
  boxSize,
  extent,
  isPlain,
  isRelevant,
  rankSizes,
  type Dimension,
  type SearchProblem,
  type SearchTensor,
} from './search-problem'
import {
  lineBuffer,
  slidingWindow,
  stepsBetweenBoxes,
  sumOfBoxes,
  sumOfJointSlides,
  sumOfSlides,
} from './window'

/**
 * Where a tensor is kept. It is fetched below the `depth` outermost loops. The buffer holds the tile of the loops
 * below `hold`. The two differ if a window slides over the loops in between.
 */
export interface Place {
  readonly depth: number
  readonly hold: number
  /** Whether the last box stays until the next one is complete; the next one then fetches only its new part. */
  readonly keepsLast?: boolean
}

/** A mapping of one Einsum: a loop nest, outermost first, and a place in it for each tensor of the problem. */
export interface Nest {
  readonly loops: readonly Loop[]
  readonly places: readonly Place[]
}

/** What one tensor occupies and moves under a nest, in values of that tensor. */
export interface TensorCost {
  readonly occupancy: number
  readonly traffic: number
}

/** Tile size of each rank below the first `depth` loops. */
export function tilesBelow(problem: SearchProblem, nest: Nest, depth: number): number[] {
  const tiles = [...rankSizes(problem)]
  for (const { rank, tile } of nest.loops.slice(0, depth)) tiles[rank] = tile
  return tiles
}

/**
 * Cost of one tensor under per-tensor retention, in values (docs/model.md, section 3, Eq. 7 to 12): its tile times
 * the loops above its place. Irrelevant loops directly above the place are free, unless a window slides below it.
 */
export function tensorCost(problem: SearchProblem, nest: Nest, index: number): TensorCost {
  const tensor = problem.tensors[index]!
  const { depth, hold, keepsLast = false } = nest.places[index]!
  const held = tilesBelow(problem, nest, hold)
  if (keepsLast) {
    const fetched = stepsBetweenBoxes(problem, tensor, held, nest.loops.slice(0, depth))
    return { occupancy: boxSize(tensor, held), traffic: withPartialSums(problem, tensor, fetched) }
  }
  const slides = nest.loops.slice(depth, hold)
  const occupancy = heldValues(tensor, held, tilesBelow(problem, nest, depth), slides)
  let top = depth
  if (hold === depth) while (top > 0 && !isRelevant(tensor, nest.loops[top - 1]!.rank)) top--
  const pieces: Pieces[] = rankSizes(problem).map(whole)
  for (const { rank, tile } of nest.loops.slice(0, top)) pieces[rank] = cut(pieces[rank]!, tile)
  const fetched = fetchesOf(problem, tensor, pieces, slides)
  return { occupancy, traffic: withPartialSums(problem, tensor, fetched) }
}

/**
 * Cost of one tensor under uniform retention, in values; windows by the halo rule (docs/model.md, section 2, Eq. 2,
 * 3, 6).
 */
export function uniformCost(problem: SearchProblem, nest: Nest, index: number): TensorCost {
  const tensor = problem.tensors[index]!
  const tiles = tilesBelow(problem, nest, nest.loops.length)
  const loops = nest.loops.map(({ rank }) => rank).reverse()
  const rest = problem.ranks.map((_, rank) => rank).filter((rank) => !loops.includes(rank))
  const halo = new HaloTensor(problem, tensor)
  const tiling = tilingOf(problem, tiles)
  const fetched = halo.fetches(tiling, halo.boxSums(tiling), [...loops, ...rest])
  return { occupancy: boxSize(tensor, tiles), traffic: withPartialSums(problem, tensor, fetched) }
}

/**
 * Values of the box below a place, or of a line buffer if windows slide along two dimensions. The outer loop's are
 * the rows.
 */
function heldValues(
  tensor: SearchTensor,
  held: readonly number[],
  fetchTiles: readonly number[],
  slides: readonly Loop[],
): number {
  const [rows, columns] = slides
  const dimensionOf = (rank: number) => tensor.dimensions.find((d) => d.some((term) => term.rank === rank))!
  if (rows === undefined || columns === undefined || dimensionOf(rows.rank) === dimensionOf(columns.rank))
    return boxSize(tensor, held)
  const windows = [rows, columns].map((slide) => slidingWindow(dimensionOf(slide.rank), fetchTiles, slide))
  const others = tensor.dimensions
    .filter((d) => d !== dimensionOf(rows.rank) && d !== dimensionOf(columns.rank))
    .reduce((product, dimension) => product * extent(dimension, held), 1)
  return others * lineBuffer(windows[0]!, windows[1]!)
}

/** Values fetched if each combination of pieces is one visit, and a window slides over `slides` within each visit. */
function fetchesOf(
  problem: SearchProblem,
  tensor: SearchTensor,
  pieces: readonly Pieces[],
  slides: readonly Loop[],
): number {
  let fetched = 1
  for (const [rank, { size }] of problem.ranks.entries()) {
    if (!isRelevant(tensor, rank)) fetched *= pieceCount(pieces[rank]!)
    else if (tensor.dimensions.some((d) => isPlain(d) && d[0]!.rank === rank)) fetched *= size
  }
  for (const dimension of tensor.dimensions) {
    if (isPlain(dimension)) continue
    const here = slides.filter(({ rank }) => dimension.some((term) => term.rank === rank))
    fetched *= slidingSum(dimension, pieces, here)
  }
  return fetched
}

/**
 * Values fetched along one affine dimension, with or without a sliding window (docs/model.md, section 3, Eq. 9 and
 * 10).
 */
export function slidingSum(dimension: Dimension, pieces: readonly Pieces[], slides: readonly Loop[]): number {
  const [first] = slides
  if (first === undefined) return sumOfBoxes(dimension, pieces)
  return slides.length === 1
    ? sumOfSlides(dimension, pieces, first)
    : sumOfJointSlides(dimension, pieces, slides)
}

/**
 * Values moved, from values fetched: an output is written and read back, without the first read (docs/model.md,
 * section 2, Eq. 4; Orojenesis sec. III).
 */
export const withPartialSums = (problem: SearchProblem, tensor: SearchTensor, fetched: number): number =>
  tensor.output ? 2 * fetched - boxSize(tensor, rankSizes(problem)) : fetched

/** The tree of a nest: a block below each loop, which holds the tensors of the places there. */
export function treeOfNest({ loops, places }: Nest, counting: Counting): Mapping {
  const slidesOver = ({ depth, hold, keepsLast = false }: Place, loop: number): boolean =>
    loop < hold && (keepsLast || loop >= depth)
  const blockAt = (depth: number): Block => {
    const loop = loops[depth]
    const holdings = places.flatMap(({ depth: fetch, hold }, tensor): readonly Holding[] =>
      hold === depth ? [{ tensor, level: 1, from: 0, to: 0, ...(hold > fetch ? { window: true } : {}) }] : [],
    )
    if (loop === undefined) return { holdings, children: [{ kind: 'einsum', einsum: 0 }] }
    const slides = places.flatMap((place, tensor) => (slidesOver(place, depth) ? [tensor] : []))
    return {
      holdings,
      children: [
        { kind: 'loop', ...loop, ...(slides.length > 0 ? { slides } : {}), body: blockAt(depth + 1) },
      ],
    }
  }
  return { counting, root: blockAt(0) }
}

/** The nest of a tree from `treeOfNest`. A tensor that slides and is no window keeps its last box. */
export function nestOfTree({ root }: Mapping): Nest {
  const loops: Loop[] = []
  const places: Place[] = []
  const firstSlide = new Map<number, number>()
  for (let block = root; ;) {
    for (const { tensor, window = false } of block.holdings) {
      const hold = loops.length
      const depth = firstSlide.get(tensor) ?? hold
      places[tensor] = depth < hold && !window ? { depth: hold, hold, keepsLast: true } : { depth, hold }
    }
    const [child, ...others] = block.children
    assert(child !== undefined && others.length === 0, 'a nest is a tree without sequences')
    if (child.kind === 'einsum') return { loops, places }
    for (const tensor of child.slides ?? []) if (!firstSlide.has(tensor)) firstSlide.set(tensor, loops.length)
    loops.push({ rank: child.rank, tile: child.tile })
    block = child.body
  }
}
