import type { MappingColumn } from '../mappers/each-einsum/bound'
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
 * Where a tensor is kept: its data is fetched below `depth` loops, and the tile of the loops below `hold` is what
 * stays in the buffer. They differ where a window slides over the loops in between.
 */
export interface Place {
  readonly depth: number
  readonly hold: number
  /** Whether the last box stays until the next one is there, which then fetches only what that lacked. */
  readonly keepsLast?: boolean
}

/** A loop nest, outermost first, with a place in it for each tensor of the problem. */
export interface Mapping {
  readonly loops: readonly Loop[]
  readonly places: readonly Place[]
}

/** What a mapping costs a tensor, in values of that tensor. */
export interface TensorCost {
  readonly occupancy: number
  readonly traffic: number
}

/** Tile size of each rank below the first `depth` loops. */
export function tilesBelow(problem: SearchProblem, mapping: Mapping, depth: number): number[] {
  const tiles = [...rankSizes(problem)]
  for (const { rank, tile } of mapping.loops.slice(0, depth)) tiles[rank] = tile
  return tiles
}

/**
 * Cost of one tensor under per-tensor retention (model section 3): its tile times the loops above its place, where
 * loops directly above that do not index it are free unless a window slides below them.
 */
export function tensorCost(problem: SearchProblem, mapping: Mapping, index: number): TensorCost {
  const tensor = problem.tensors[index]!
  const { depth, hold, keepsLast = false } = mapping.places[index]!
  const held = tilesBelow(problem, mapping, hold)
  if (keepsLast) {
    const fetched = stepsBetweenBoxes(problem, tensor, held, mapping.loops.slice(0, depth))
    return { occupancy: boxSize(tensor, held), traffic: withPartialSums(problem, tensor, fetched) }
  }
  const slides = mapping.loops.slice(depth, hold)
  const occupancy = heldValues(tensor, held, tilesBelow(problem, mapping, depth), slides)
  let top = depth
  if (hold === depth) while (top > 0 && !isRelevant(tensor, mapping.loops[top - 1]!.rank)) top--
  const pieces: Pieces[] = rankSizes(problem).map(whole)
  for (const { rank, tile } of mapping.loops.slice(0, top)) pieces[rank] = cut(pieces[rank]!, tile)
  const fetched = fetchesOf(problem, tensor, pieces, slides)
  return { occupancy, traffic: withPartialSums(problem, tensor, fetched) }
}

/** Cost of one tensor under uniform retention (model section 2), windows counted by the artifact's halo rule. */
export function uniformCost(problem: SearchProblem, mapping: Mapping, index: number): TensorCost {
  const tensor = problem.tensors[index]!
  const tiles = tilesBelow(problem, mapping, mapping.loops.length)
  const loops = mapping.loops.map(({ rank }) => rank).reverse()
  const rest = problem.ranks.map((_, rank) => rank).filter((rank) => !loops.includes(rank))
  const halo = new HaloTensor(problem, tensor)
  const tiling = tilingOf(problem, tiles)
  const fetched = halo.fetches(tiling, halo.boxSums(tiling), [...loops, ...rest])
  return { occupancy: boxSize(tensor, tiles), traffic: withPartialSums(problem, tensor, fetched) }
}

/** The box below a place, or a line buffer where windows slide along two dimensions, the outer loop's being its rows. */
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

/** Values fetched when each combination of pieces is one visit, a window sliding over `slides` within each. */
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

/** Values fetched along one affine dimension, with or without a window sliding along it. */
export function slidingSum(dimension: Dimension, pieces: readonly Pieces[], slides: readonly Loop[]): number {
  const [first] = slides
  if (first === undefined) return sumOfBoxes(dimension, pieces)
  return slides.length === 1
    ? sumOfSlides(dimension, pieces, first)
    : sumOfJointSlides(dimension, pieces, slides)
}

/** Partial sums are written and read back; the first read is elided ([O] sec. III). */
export const withPartialSums = (problem: SearchProblem, tensor: SearchTensor, fetched: number): number =>
  tensor.output ? 2 * fetched - boxSize(tensor, rankSizes(problem)) : fetched

/** Appends a mapping to a column: loop count, (rank, tile)..., (depth, hold)...; a hold below zero keeps the last box. */
export function encodeMapping(mapping: Mapping, words: number[]): void {
  words.push(mapping.loops.length)
  for (const { rank, tile } of mapping.loops) words.push(rank, tile)
  for (const { depth, hold, keepsLast } of mapping.places) words.push(depth, keepsLast ? -1 - hold : hold)
}

/** The mapping of point `point` of a column that `encodeMapping` filled. */
export function decodeMapping(column: MappingColumn, point: number): Mapping {
  const words = column.words.subarray(column.offsets[point]!, column.offsets[point + 1]!)
  const loopCount = words[0]!
  const pairs = Array.from(
    { length: (words.length - 1) / 2 },
    (_, i) => [words[1 + 2 * i]!, words[2 + 2 * i]!] as const,
  )
  return {
    loops: pairs.slice(0, loopCount).map(([rank, tile]) => ({ rank, tile })),
    places: pairs
      .slice(loopCount)
      .map(([depth, hold]) => (hold < 0 ? { depth, hold: -1 - hold, keepsLast: true } : { depth, hold })),
  }
}
