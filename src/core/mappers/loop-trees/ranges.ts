import type { Access, CascadeProblem, Index } from './problem'

/**
 * The values that a rank variable takes in an Einsum: `lo .. lo + len - 1` in the iteration looked at. `motion` has one
 * entry for each loop above that repeats this iteration: by how much each repetition moves `lo`.
 */
export interface Range {
  readonly lo: number
  readonly len: number
  readonly motion: readonly number[]
}

/** Ranges by Einsum, then by rank. */
export type Ranges = readonly (readonly (Range | undefined)[])[]

/** The whole cascade: every rank at its full size. */
export const fullRanges = (problem: CascadeProblem): Ranges =>
  problem.einsums.map(({ ranks }) => {
    const row: (Range | undefined)[] = []
    for (const rank of ranks) row[rank] = { lo: 0, len: problem.ranks[rank]!.size, motion: [] }
    return row
  })

/** What an index touches: an interval, negative coefficients mirrored. */
export function intervalOf({ terms, offset }: Index, ranges: readonly (Range | undefined)[]): Range {
  let [lo, len] = [offset, 1]
  const motion: number[] = []
  for (const { rank, coefficient } of terms) {
    const range = ranges[rank]!
    lo += coefficient * (coefficient < 0 ? range.lo + range.len - 1 : range.lo)
    len += Math.abs(coefficient) * (range.len - 1)
    range.motion.forEach((step, loop) => (motion[loop] = (motion[loop] ?? 0) + coefficient * step))
  }
  return { lo, len, motion }
}

/** The least interval that contains all of them. They move alike, or the tensor would be held (loop trees, "equal motion"). */
export function hullOf(intervals: readonly Range[]): Range {
  let lo = Infinity
  let end = -Infinity
  for (const interval of intervals) {
    lo = Math.min(lo, interval.lo)
    end = Math.max(end, interval.lo + interval.len)
  }
  return { lo, len: end - lo, motion: intervals[0]!.motion }
}

export interface Use {
  readonly einsum: number
  readonly access: Access
}

/** Reads of a tensor by the given Einsums. */
export const readsOf = (problem: CascadeProblem, tensor: number, einsums: readonly number[]): Use[] =>
  einsums.flatMap((einsum) =>
    problem.einsums[einsum]!.inputs.filter((access) => access.tensor === tensor).map((access) => ({
      einsum,
      access,
    })),
  )

/** Reads of a tensor by the given Einsums, and its production by one of them. */
export function usesOf(problem: CascadeProblem, tensor: number, einsums: readonly number[]): Use[] {
  const { producer } = problem.tensors[tensor]!
  const reads = readsOf(problem, tensor, einsums)
  return einsums.includes(producer)
    ? [{ einsum: producer, access: problem.einsums[producer]!.output }, ...reads]
    : reads
}

/** The box that the uses touch together, by dimension. */
export const windowOf = (uses: readonly Use[], ranges: Ranges): Range[] =>
  uses[0]!.access.indices.map((_, d) =>
    hullOf(uses.map(({ einsum, access }) => intervalOf(access.indices[d]!, ranges[einsum]!))),
  )

/** Units that a box occupies. A window that reads past the tensor's border occupies no more than the tensor. */
export function unitsOf(problem: CascadeProblem, tensor: number, window: readonly Range[]): number {
  const { width, shape } = problem.tensors[tensor]!
  return window.reduce((product, { len }, d) => product * Math.min(len, shape[d]!), width)
}
