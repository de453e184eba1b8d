import type { Factors } from '../../model/pieces'
import type { MachineProblem } from '../problem'
import { countsUpTo, greatestUse } from '../spatial-use'
import type { Constraints } from './constraints'

/** How ranks are spread over array dims: `counts[rank * dims + dim]` iterations. */
export type Split = Float64Array

/** Every way to spread the ranks over the array dims, if factors are perfect. */
export function splitsOf(
  problem: MachineProblem,
  constraints: Constraints,
  factors: Factors = 'perfect',
): Split[] {
  const { ranks, dims } = problem
  const found: Split[] = []
  const split = new Float64Array(ranks.length * dims.length).fill(1)
  const left = ranks.map(({ size }) => size)
  const reach = dims.map((dim, d) => (dim.use === 'max' ? greatestUse(problem, d, factors) : 1))
  const isFree = constraints.spatial.length === 0
  const fixed = new Map(constraints.spatial.map(({ rank, dim, count }) => [rank * dims.length + dim, count]))
  const extend = (d: number, rank: number, used: number): void => {
    if (d === dims.length) {
      found.push(split.slice())
      return
    }
    if (rank === ranks.length) {
      if (used >= reach[d]! && !(isFree && isRepeated(problem, split, d))) extend(d + 1, 0, 1)
      return
    }
    const at = rank * dims.length + d
    const { size, allowed } = dims[d]!
    const wanted = fixed.get(at)
    for (const count of allowed[rank] ? countsUpTo(left[rank]!, Math.floor(size / used), factors) : [1]) {
      if (wanted !== undefined && wanted !== count) continue
      const before = left[rank]!
      left[rank] = Math.ceil(before / count)
      split[at] = count
      extend(d, rank + 1, used * count)
      left[rank] = before
    }
    split[at] = 1
  }
  extend(0, 0, 1)
  return found
}

/** Whether a dim is like the one before, and the two could be exchanged for a split that is found too. */
function isRepeated({ ranks, dims }: MachineProblem, split: Split, d: number): boolean {
  const [dim, before] = [dims[d]!, dims[d - 1]]
  if (
    before === undefined ||
    before.array !== dim.array ||
    before.size !== dim.size ||
    before.use !== dim.use
  )
    return false
  if (before.wired.join() !== dim.wired.join() || before.allowed.join() !== dim.allowed.join()) return false
  for (let rank = 0; rank < ranks.length; rank++) {
    const at = rank * dims.length + d
    if (split[at] !== split[at - 1]) return split[at]! > split[at - 1]!
  }
  return false
}
