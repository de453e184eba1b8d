import fc from 'fast-check'
import { toSearchProblem, type SearchProblem } from '../../src/core/mapping/search-problem'
import { workloadOf } from './truth'

const size = (max: number) => fc.integer({ min: 1, max })

/** Small Einsums of the kinds that workloads are made of, and some that they are not. */
const PLAIN = [
  'Z[m,n] = A[m,k] * B[k,n]',
  'Z[h,m,n] = A[h,m,k] * B[h,k,n]',
  'Z[h,m,n] = A[h,m,k] * B[k,n]',
  'Z[m] = A[m,k] * B[k]',
  'Z[m,n] = A[m] * B[n]',
  'Z[m,n] = A[m,k] * B[k,h] * C[h,n]',
  'Z[m] = A[m,k] * B[m,n] * C[k,n]',
  'Z[m,n] = exp(A[m,n]) / B[m]',
  'Z[m] = A[m,k] + B[k]',
] as const

export const plainProblem = (max: number): fc.Arbitrary<SearchProblem> =>
  fc
    .tuple(fc.constantFrom(...PLAIN), size(max), size(max), size(max), size(max))
    .map(([einsum, M, N, K, H]) => toSearchProblem(workloadOf(einsum, { M, N, K, H }).einsums[0]!))

/** Convolutions in one or two dimensions, with stride and dilation. */
export const slidingProblem = (max: {
  rows: number
  window: number
  channels: number
}): fc.Arbitrary<SearchProblem> =>
  fc
    .record({
      flat: fc.boolean(),
      stride: size(3),
      dilation: size(2),
      P: size(max.rows),
      Q: size(Math.ceil(max.rows / 2)),
      R: size(max.window),
      S: size(2),
      C: size(max.channels),
      M: size(max.channels),
    })
    .map(({ flat, stride, dilation, ...sizes }) => {
      const rows = `H: ${stride}*p + ${dilation}*r`
      const einsum = flat
        ? `O[m,p] = I[c, ${rows}] * F[m,c,r]`
        : `O[m,p,q] = I[c, ${rows}, W: q + s] * F[m,c,r,s]`
      return toSearchProblem(workloadOf(einsum, sizes).einsums[0]!)
    })
