import { err, ok, type Result } from '../support/result'
import { boxSize, isRelevant, rankSizes, type SearchProblem } from './search-problem'

/** The largest unit that divides every tensor's width. Searches count in it; with one width they count elements. */
export interface Weights {
  readonly bitsPerUnit: number
  /** Units per value of each tensor. */
  readonly perTensor: readonly number[]
}

export function weightsOf(problem: SearchProblem): Weights {
  const widths = problem.tensors.map(({ bitsPerValue }) => bitsPerValue)
  const bitsPerUnit = widths.reduce(gcd)
  return { bitsPerUnit, perTensor: widths.map((width) => width / bitsPerUnit) }
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b))

/** Whole bytes that hold this many units. */
export const bytesOfUnits = (units: number, { bitsPerUnit }: Weights): number =>
  bitsPerUnit % 8 === 0 ? units * (bitsPerUnit / 8) : Math.ceil((units * bitsPerUnit) / 8)

/**
 * Refuses a problem whose worst traffic (every tensor fetched in every iteration) exceeds what a double counts
 * exactly. Fault `too-large-to-count`.
 */
export function checkCountable(problem: SearchProblem, path: string): Result<true> {
  const sizes = rankSizes(problem)
  const bits = problem.tensors.reduce((sum, tensor) => {
    const repeats = sizes.reduce((product, size, rank) => product * (isRelevant(tensor, rank) ? 1 : size), 1)
    const values = tensor.dimensions.reduce(
      (product, dimension) => product * dimension.reduce((p, { rank }) => p * sizes[rank]!, 1),
      1,
    )
    return (
      sum + Math.max(values, boxSize(tensor, sizes)) * repeats * (tensor.output ? 2 : 1) * tensor.bitsPerValue
    )
  }, 0)
  const { bitsPerUnit } = weightsOf(problem)
  if (bits / Math.min(8, bitsPerUnit) <= Number.MAX_SAFE_INTEGER) return ok(true)
  return err([
    {
      code: 'too-large-to-count',
      path,
      message: 'The worst traffic of this Einsum passes 2^53 bytes and could not be counted exactly',
      value: sizes.join(' x '),
      hint: 'make its ranks smaller, or split it in two Einsums',
    },
  ])
}
