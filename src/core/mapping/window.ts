import type { Pieces } from './pieces'
import type { Dimension } from './search-problem'

/**
 * Values fetched along an affine dimension when the box of every combination of pieces is fetched once: the exact sum
 * of extents, partial pieces included.
 */
export function sumOfBoxes(dimension: Dimension, pieces: readonly Pieces[]): number {
  return sumOver(dimension, pieces, undefined, (reach) => reach)
}

/**
 * The same where the box slides over the pieces of rank `sliding`, each cut into windows of `window` values: a slide
 * is charged the union of its windows. Windows further apart than they are wide leave their gaps unfetched.
 */
export function sumOfSlides(
  dimension: Dimension,
  pieces: readonly Pieces[],
  sliding: number,
  window: number,
): number {
  const coefficient = dimension.find(({ rank }) => rank === sliding)!.coefficient
  const run = pieces[sliding]!
  return sumOver(dimension, pieces, sliding, (reach) => {
    let sum = 0
    for (let i = 0; i < run.size.length; i++) {
      const windows = Math.ceil(run.size[i]! / window)
      const joined = coefficient * (run.size[i]! - 1) + reach
      const apart = coefficient * (run.size[i]! - windows) + windows * reach
      sum += run.count[i]! * Math.min(joined, apart)
    }
    return sum
  })
}

/** Sums `charge(1 + sum of coefficient * (piece - 1))` over all combinations of pieces, rank `but` left out. */
function sumOver(
  dimension: Dimension,
  pieces: readonly Pieces[],
  but: number | undefined,
  charge: (reach: number) => number,
): number {
  const visit = (at: number, reach: number): number => {
    if (at === dimension.length) return charge(reach)
    const { rank, coefficient } = dimension[at]!
    if (rank === but) return visit(at + 1, reach)
    const { size, count } = pieces[rank]!
    let sum = 0
    for (let i = 0; i < size.length; i++)
      sum += count[i]! * visit(at + 1, reach + coefficient * (size[i]! - 1))
    return sum
  }
  return visit(0, 1)
}
