import {
  boxSize,
  rankSizes,
  type SearchProblem,
  type SearchTensor,
} from '../../src/core/model/search-problem'
import { NaiveFront } from './naive-front'
import type { Point } from './truth'

/**
 * The paper's mapspace, enumerated: every divisor tile, every loop order, the halo rule visit by visit
 * (docs/model.md, section 2, Eq. 6).
 */
export function bruteForceUniform(problem: SearchProblem): readonly Point[] {
  const front = new NaiveFront()
  const sizes = rankSizes(problem)
  const ranks = sizes.map((_, rank) => rank)
  for (const tiles of product(sizes.map((size) => divisors(size)))) {
    const buffer = problem.tensors.reduce((sum, tensor) => sum + boxSize(tensor, tiles), 0)
    for (const loops of permutations(ranks.filter((rank) => tiles[rank]! < sizes[rank]!))) {
      const traffic = problem.tensors.reduce((sum, tensor) => {
        const values = walk(tensor, sizes, tiles, loops)
        return sum + (tensor.output ? 2 * values - boxSize(tensor, sizes) : values)
      }, 0)
      front.add(buffer, traffic)
    }
  }
  return front.points()
}

/** Visits of the nest with each loop at iteration 0 and 1, the latter weighted by its remaining iterations. */
function walk(
  tensor: SearchTensor,
  sizes: readonly number[],
  tiles: readonly number[],
  loops: readonly number[],
): number {
  const extents = tensor.dimensions.map((d) =>
    d.reduce((sum, { rank, coefficient }) => sum + coefficient * (tiles[rank]! - 1), 1),
  )
  const box = extents.reduce((product, extent) => product * extent, 1)
  let previous: readonly number[] | undefined
  let translation: readonly number[] | null = null
  let values = 0
  for (let visit = 0; visit < 2 ** loops.length; visit++) {
    const iteration = new Map(loops.map((rank, i) => [rank, (visit >> (loops.length - 1 - i)) & 1]))
    const weight = loops.reduce(
      (w, rank) => w * (iteration.get(rank) === 1 ? sizes[rank]! / tiles[rank]! - 1 : 1),
      1,
    )
    const at = tensor.dimensions.map((d) =>
      d.reduce(
        (sum, { rank, coefficient }) => sum + coefficient * tiles[rank]! * (iteration.get(rank) ?? 0),
        0,
      ),
    )
    if (previous === undefined) values += weight * box
    else {
      const from = previous
      const step = at.map((x, i) => x - from[i]!)
      if (translation === null || translation.every((x, i) => x === step[i])) {
        translation = step
        values += weight * newPart(step, extents, box)
      } else {
        translation = null
        values += weight * box
      }
    }
    previous = at
  }
  return values
}

/** What a moved box adds: the difference if it moved along one rank and still overlaps, else all of it. */
function newPart(step: readonly number[], extents: readonly number[], box: number): number {
  const moved = step.flatMap((distance, i) => (distance === 0 ? [] : [i]))
  if (moved.length === 0) return 0
  const [rank] = moved
  const distance = Math.abs(step[rank!]!)
  return moved.length > 1 || distance >= extents[rank!]! ? box : (box / extents[rank!]!) * distance
}

const divisors = (n: number): number[] =>
  Array.from({ length: n }, (_, i) => i + 1).filter((d) => n % d === 0)

const product = (lists: readonly (readonly number[])[]): number[][] =>
  lists.reduce<number[][]>((rows, list) => rows.flatMap((row) => list.map((item) => [...row, item])), [[]])

const permutations = (items: readonly number[]): number[][] =>
  items.length === 0
    ? [[]]
    : items.flatMap((item) =>
        permutations(items.filter((other) => other !== item)).map((rest) => [item, ...rest]),
      )
