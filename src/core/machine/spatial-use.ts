import type { Factors } from '../model/pieces'
import type { MachineProblem } from './problem'

/**
 * The greatest number of instances of a dim that allowed loops can reach, each dim by itself, capacities ignored: a product
 * of divisors of the bounds, or of numbers of tiles if factors are imperfect.
 */
export function greatestUse({ dims, ranks }: MachineProblem, d: number, factors: Factors): number {
  const { size, allowed } = dims[d]!
  let reached = new Set([1])
  for (const [rank, { size: bound }] of ranks.entries()) {
    if (!allowed[rank]) continue
    const counts = countsUpTo(bound, size, factors)
    reached = new Set(
      [...reached].flatMap((product) =>
        counts.map((count) => product * count).filter((next) => next <= size),
      ),
    )
  }
  return Math.max(...reached)
}

/** Numbers of tiles into which an extent can be cut, ascending, up to a limit: divisors if factors are perfect. */
export function countsUpTo(extent: number, limit: number, factors: Factors): number[] {
  const counts: number[] = []
  for (let count = 1; count <= Math.min(extent, limit); count++)
    if (
      factors === 'perfect' ? extent % count === 0 : Math.ceil(extent / Math.ceil(extent / count)) === count
    )
      counts.push(count)
  return counts
}
