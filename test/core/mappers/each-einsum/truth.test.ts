import { describe, expect, it } from 'vitest'
import { above, boundOf, pointsOf } from '../../../support/search'
import { truths, workloadOf } from '../../../support/truth'

describe('reference curves, uniform retention', () => {
  for (const { name, workload, points } of truths('single')) {
    it(`paper equals ${name}, and full is never above it`, () => {
      expect(pointsOf(boundOf(workload, 'paper'))).toEqual(points)
      expect(above(pointsOf(boundOf(workload, 'full')), points)).toEqual([])
    })
  }
})

describe('reference curves, per-tensor retention', () => {
  for (const { name, workload, factors, points } of truths('retention')) {
    it(`full is at or below ${name} at every size`, () => {
      expect(above(pointsOf(boundOf(workload, 'full', factors)), points)).toEqual([])
    })
  }
})

describe('examples by hand', () => {
  it('GEMM m 2, k 3, n 4: 26 elements of traffic at 9 of buffer', () => {
    const points = pointsOf(boundOf(workloadOf('Z[m,n] = A[m,k] * B[k,n]', { M: 2, K: 3, N: 4 }), 'full'))
    expect(points.at(-1)).toEqual([9, 26])
  })

  it('convolution p 4, r 3: 13 elements at 7', () => {
    const points = pointsOf(boundOf(workloadOf('O[p] = I[H: p + r] * F[r]', { P: 4, R: 3 }), 'full'))
    expect(points.at(-1)).toEqual([7, 13])
  })

  it('4096 cubed: the maximal effectual size is smallest operand + smallest rank + 1; under paper, smallest operand + two ranks', () => {
    const workload = workloadOf('Z[m,n] = A[m,k] * B[k,n]', { M: 4096, K: 4096, N: 4096 })
    expect(pointsOf(boundOf(workload, 'full')).at(-1)).toEqual([16781313, 50331648])
    expect(pointsOf(boundOf(workload, 'paper'))[0]).toEqual([3, 137455730688])
    expect(pointsOf(boundOf(workload, 'paper')).at(-1)).toEqual([16785408, 50331648])
  })

  it('3 x 3 convolution, c = m = 64: the minimum is attained at 16673 or less', () => {
    const workload = workloadOf('O[m,p,q] = I[c, H: p + r, W: q + s] * F[m,c,r,s]', {
      R: 3,
      S: 3,
      P: 16,
      Q: 16,
      C: 64,
      M: 64,
    })
    const [buffer, traffic] = pointsOf(boundOf(workload, 'full')).at(-1)!
    expect(traffic).toBe(73984)
    expect(buffer).toBeLessThanOrEqual(16673)
  })
})
