import fc from 'fast-check'
import { toSearchProblem, type SearchProblem } from '../../src/core/model/search-problem'
import { workloadOf } from './truth'

const size = (max: number) => fc.integer({ min: 1, max })

/** Small Einsums as in workloads, and some unusual ones. */
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

/** Windows that no convolution has: without a filter, over three variables, with other operands, with gaps. */
const ODD = [
  'O[m,p] = I[H: X*p] * F[m,p]',
  'O[p,q] = I[H: X*p + q]',
  'O[p] = I[H: X*p + D*r + q] * F[r,q]',
  'O[c,p] = I[c, H: X*p + D*r] * F[c,r]',
  'O[c,m,p] = I[c, H: X*p + D*r] * F[m,r]',
  'O[m,p] = I[H: X*p + D*r] * F[m,r] * G[p]',
  'O[m,p,q] = I[H: X*p + D*r, q] * F[m,r]',
] as const

/** Several operands that slide along the same rank in different ways. */
const SEVERAL_SLIDING = [
  'O[p] = I[H: X*p + D*r] * J[W: p + r] * F[r]',
  'O[q] = I[H: X*p + D*r] * J[W: q + p] * F[r]',
] as const

const withSizes = (einsums: readonly string[], max: number): fc.Arbitrary<SearchProblem> =>
  fc
    .record({
      einsum: fc.constantFrom(...einsums),
      stride: size(3),
      dilation: size(3),
      P: size(max),
      R: size(Math.ceil(max / 2)),
      Q: size(Math.ceil(max / 2)),
      C: size(2),
      M: size(3),
    })
    .map(({ einsum, stride, dilation, ...sizes }) => {
      const text = einsum.replace('X*', `${stride}*`).replace('D*', `${dilation}*`)
      return toSearchProblem(workloadOf(text, sizes).einsums[0]!)
    })

export const oddProblem = (max: number): fc.Arbitrary<SearchProblem> => withSizes(ODD, max)
export const severalSlidingProblem = (max: number): fc.Arbitrary<SearchProblem> =>
  withSizes(SEVERAL_SLIDING, max)
