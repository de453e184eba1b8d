import { codesOf } from './codes'
import type { SearchOptions } from './exact'
import { MOST_BITS } from './masks'
import type { CascadeProblem } from './problem'
import { isPlainCascade } from './plain-cascade'

/** Searched as a whole up to these; past them in runs, between an attained curve and a lower bound. */
const MOST_EINSUMS = 12
const MOST_WINDOW_WEIGHT = 100_000
/** Longest run past the limits. */
export const LONGEST_RUN = 4
const MOST_RUN_WEIGHT = 25_000

/** About how many ranges the search over windows looks at. */
export function windowWeight({ ranks, einsums }: CascadeProblem, { factors }: SearchOptions): number {
  const derived = new Set<number>()
  for (const { output } of einsums)
    for (const { inputs } of einsums)
      for (const { tensor, indices } of inputs)
        if (tensor === output.tensor)
          indices.forEach(({ terms }, d) => {
            if (terms.length > 1) derived.add(output.indices[d]!.terms[0]!.rank)
          })
  const sizes = ranks.map(({ size }, rank) => {
    if (derived.has(rank)) return 1
    return factors === 'perfect' ? codesOf(size).sizes.length : size
  })
  return sizes.reduce((product, size) => product * size, 4 ** (einsums.length - 1))
}

/** Whether ranges are sizes and tiles divide them: then the search over plain cascades does. */
export const isPlainSearch = (problem: CascadeProblem, { factors, recompute }: SearchOptions): boolean =>
  factors === 'perfect' && recompute === 'halo' && isPlainCascade(problem)

/** Whether a cascade is searched as a whole. */
export const isWithinLimits = (problem: CascadeProblem, options: SearchOptions): boolean =>
  tooWide(problem, options) === null

/** What makes a cascade too wide to be searched as a whole; null if it is not. */
export function tooWide(problem: CascadeProblem, options: SearchOptions): string | null {
  const [einsums, tensors] = [problem.einsums.length, problem.tensors.length]
  if (einsums > MOST_EINSUMS)
    return `it has ${einsums} Einsums, and at most ${MOST_EINSUMS} are searched as a whole`
  if (tensors >= MOST_BITS)
    return `it has ${tensors} tensors, and at most ${MOST_BITS - 1} are searched as a whole`
  if (isPlainSearch(problem, options) || windowWeight(problem, options) <= MOST_WINDOW_WEIGHT) return null
  const why =
    options.factors === 'imperfect'
      ? 'imperfect factors'
      : options.recompute === 'any'
        ? 'recomputation of whole intermediates'
        : 'windows'
  return `with ${why} its ranks can be cut in about ${windowWeight(problem, options).toPrecision(1)} ways, and about ${MOST_WINDOW_WEIGHT} are searched as a whole`
}

/** Whether a run of a larger cascade is searched; a single Einsum always is. */
export function isRunWithinLimits(problem: CascadeProblem, options: SearchOptions): boolean {
  if (problem.tensors.length >= MOST_BITS) return false
  if (problem.einsums.length === 1 || isPlainSearch(problem, options)) return true
  return windowWeight(problem, options) <= MOST_RUN_WEIGHT
}
