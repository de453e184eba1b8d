import type { Loop } from '../../src/core/model/loop'
import type { Nest, Place } from '../../src/core/model/nest'
import type { SearchProblem } from '../../src/core/model/search-problem'
import { measure } from './buffer-machine'
import { NaiveFront } from './naive-front'
import type { Point } from './truth'

/**
 * In addition to windows over one loop: `joint` has windows over two loops along one dimension, the longer step
 * outside; `line` has windows over two loops along two dimensions.
 */
export type Windows = 'single' | 'joint' | 'line'

/**
 * The space of per-tensor retention by brute force: every order of every rank's prime factors as a nest, every place
 * of every tensor in it, a window over the loop below where one can slide, all counted by the buffer machine.
 */
export function bruteForceRetention(problem: SearchProblem, windows: Windows = 'single'): readonly Point[] {
  const front = new NaiveFront()
  for (const loops of primeNests(problem)) {
    let sums: readonly Point[] = [[0, 0]]
    for (const tensor of problem.tensors.keys())
      sums = sumFronts(sums, placesOf(problem, loops, tensor, windows))
    for (const [buffer, traffic] of sums) front.add(buffer, traffic)
  }
  return front.points()
}

/** Occupancy and traffic of one tensor at each place; the others are kept whole. */
function placesOf(
  problem: SearchProblem,
  loops: readonly Loop[],
  tensor: number,
  windows: Windows,
): readonly Point[] {
  const front = new NaiveFront()
  const { dimensions } = problem.tensors[tensor]!
  const alone: SearchProblem = { ranks: problem.ranks, tensors: [problem.tensors[tensor]!] }
  const tryPlace = (place: Place) => {
    const nest: Nest = { loops, places: [place] }
    const { peaks, traffic } = measure(alone, nest)
    front.add(peaks[0]!, traffic[0]!)
  }
  for (let depth = 0; depth <= loops.length; depth++) {
    tryPlace({ depth, hold: depth })
    const [outer, inner] = loops.slice(depth).map(({ rank, tile }) => {
      const dimension = dimensions.findIndex((d) => d.length > 1 && d.some((term) => term.rank === rank))
      const term = dimensions[dimension]?.find((candidate) => candidate.rank === rank)
      return { dimension, step: (term?.coefficient ?? 0) * tile }
    })
    if (outer === undefined || outer.dimension < 0) continue
    tryPlace({ depth, hold: depth + 1 })
    if (inner === undefined || inner.dimension < 0 || windows === 'single') continue
    const slidesAsOne = inner.dimension === outer.dimension && outer.step > inner.step
    if (windows === 'joint' ? slidesAsOne : inner.dimension !== outer.dimension)
      tryPlace({ depth, hold: depth + 2 })
  }
  return front.points()
}

function sumFronts(a: readonly Point[], b: readonly Point[]): readonly Point[] {
  const front = new NaiveFront()
  for (const [b1, t1] of a) for (const [b2, t2] of b) front.add(b1 + b2, t1 + t2)
  return front.points()
}

/** Every distinct order of the ranks' prime factors; a nest of larger loops is one where neighbours share a rank. */
function primeNests(problem: SearchProblem): readonly (readonly Loop[])[] {
  const nests: Loop[][] = []
  const grow = (loops: readonly Loop[], left: readonly number[]): void => {
    if (left.every((size) => size === 1)) nests.push([...loops])
    for (const [rank, size] of left.entries()) {
      for (let prime = 2; prime <= size; prime++) {
        if (size % prime !== 0 || !isPrime(prime)) continue
        grow(
          [...loops, { rank, tile: size / prime }],
          left.map((s, i) => (i === rank ? s / prime : s)),
        )
      }
    }
  }
  grow(
    [],
    problem.ranks.map(({ size }) => size),
  )
  return nests
}

const isPrime = (n: number): boolean => {
  for (let d = 2; d * d <= n; d++) if (n % d === 0) return false
  return true
}
