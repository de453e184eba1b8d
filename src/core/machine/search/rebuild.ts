import type { Holder, Nest, NestLoop } from '../mapping'
import type { MachineProblem } from '../problem'
import { splitCount, type Flattened } from './flatten'

/** The nest over a problem's own ranks, of one over joined ranks. */
export function rebuild(problem: MachineProblem, { groups }: Flattened, { loops, chains }: Nest): Nest {
  const left = groups.map((group) => group.map((rank) => problem.ranks[rank]!.size))
  const extents = problem.ranks.map(({ size }) => size)
  const own: NestLoop[] = []
  /** By loop: how many loops of its own stand before it. */
  const starts = [0]
  for (const { rank: joined, count, dim } of loops) {
    for (const [at, part] of splitCount(count, left[joined]!).entries()) {
      const rank = groups[joined]![at]!
      if (part === 1) continue
      extents[rank]! /= part
      own.push({ rank, count: part, tile: extents[rank]!, dim })
    }
    starts.push(own.length)
  }
  const moved = (holder: Holder): Holder => ({ ...holder, position: starts[holder.position]! })
  return { problem, loops: own, chains: chains.map((chain) => chain.map(moved)), isPerfect: true }
}
