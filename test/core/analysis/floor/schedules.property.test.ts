import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fusedFloor, unfusedFloor } from '../../../../src/core/analysis/floor/floor'
import { trafficAt } from '../../../../src/core/front/read'
import { leastFound, leastOfAll, operationsOf } from '../../../support/any-schedule'
import { cascadeOf } from '../../../support/einsums'
import { explore } from '../../../support/explore'

const PAIR = ['P[m,n] = A[m,k] * B[k,n]', 'C[m,j] = P[m,n] * W[n,j]']

describe('no order of operations moves less than the floor', () => {
  const size = (max: number) => fc.integer({ min: 1, max })
  const some = fc.integer({ min: 2, max: 6 })
  const width = fc.constantFrom(8, 8, 16, 24)
  const search = fc.record({ seed: fc.nat(), tilings: fc.constant(30), moves: fc.constant(200) })
  const SINGLES = [
    'Z[m,n] = A[m,k] * B[k,n]',
    'Z[k,m,n] = A[k,m] * B[k,n]',
    'Z[m,n] = A[m] * B[n]',
    'Z[m,n] = A[H: m + k] * B[k,n]',
    'Z[m,n] = A[H: 2*m + k] * B[k,n]',
    'Z[m] = A[m,k] * B[k,n] * D[m,n]',
  ]

  it('of a single Einsum, with tensors of different widths', () => {
    let above = 0
    fc.assert(
      fc.property(
        fc.constantFrom(...SINGLES),
        fc.record({ M: some, N: some, K: some }),
        fc.record({ A: width, B: width, Z: width }),
        fc.integer({ min: 0, max: 6 }),
        search,
        (text, sizes, bits, more, effort) => {
          const { einsums } = cascadeOf([text], sizes, bits)
          const operations = operationsOf(einsums)
          const capacity = (text.includes('D') ? 8 : 0) + bits.A + bits.B + bits.Z + 8 * more
          const floor = unfusedFloor(einsums)(capacity / 8)
          if (floor.validity !== 'compulsory') above++
          expect(floor.bytes).toBeLessThanOrEqual(leastFound(operations, capacity, effort) / 8)
        },
      ),
      { numRuns: 100 },
    )
    // More than the compulsory traffic is known in some of these, or nothing was tried.
    expect(above).toBeGreaterThan(0)
  })

  it('of two products in a row, each element between them made once', () => {
    let above = 0
    fc.assert(
      fc.property(
        fc.record({ M: size(12), N: size(12), K: size(3), J: size(3) }),
        fc.record({ A: width, B: width, P: width, W: width, C: width }),
        fc.integer({ min: 0, max: 12 }),
        search,
        (sizes, bits, more, effort) => {
          const { einsums } = cascadeOf(PAIR, sizes, bits)
          const operations = operationsOf(einsums)
          const capacity = Math.max(bits.A + bits.B + bits.P, bits.P + bits.W + bits.C) + 8 * more
          const floor = fusedFloor(einsums, 'halo')(capacity / 8)
          if (floor.validity === 'computed-once') above++
          const found = leastFound(operations, capacity, effort) / 8
          expect(floor.bytes).toBeLessThanOrEqual(found)
          expect(fusedFloor(einsums, 'any')(capacity / 8).bytes).toBeLessThanOrEqual(found)
        },
      ),
      { numRuns: 100 },
    )
    expect(above).toBeGreaterThan(0)
  })

  it('of three in a row, and of two that read one input', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(
          [...PAIR, 'E[m,i] = C[m,j] * V[j,i]'],
          ['P[m,n] = A[m,k] * B[k,n]', 'C[m,j] = A[m,k] * W[k,j]', 'E[m] = P[m,n] * C[m,j]'],
          ['P[m] = A[H: m + k] * B[k]', 'C[n] = P[M: n] * W[n,j]', 'E[n,j] = P[M: n] * V[j]'],
        ),
        fc.record({ M: size(8), N: size(6), K: size(3), J: size(3), I: size(3) }),
        fc.integer({ min: 0, max: 6 }),
        search,
        (texts, sizes, more, effort) => {
          const { N, M } = sizes
          const { einsums } = cascadeOf(texts, { ...sizes, N: Math.min(N, M) }, { A: 16 })
          const capacity = 40 + 8 * more
          const found = leastFound(operationsOf(einsums), capacity, effort) / 8
          expect(fusedFloor(einsums, 'halo')(capacity / 8).bytes).toBeLessThanOrEqual(found)
        },
      ),
      { numRuns: 60 },
    )
  })
})

describe('counting, against every schedule whatever', () => {
  const FULL = { mapspace: 'full', fuse: 'never' } as const
  it.each([
    ['Z[m,n] = A[m,k] * B[k,n]', { M: 2, N: 2, K: 1 }, [3, 4, 5, 8]],
    ['Z[m,n] = A[m,k] * B[k,n]', { M: 2, N: 1, K: 3 }, [3, 4, 6]],
    ['Z[m,n] = A[m,k] * B[k,n]', { M: 2, N: 2, K: 2 }, [3]],
    ['Z[p] = A[H: p + r] * B[r]', { P: 3, R: 2 }, [3, 4, 5]],
  ] as const)('%s %o', (text, sizes, capacities) => {
    const { einsums } = cascadeOf([text], sizes)
    const operations = operationsOf(einsums)
    const curve = explore(cascadeOf([text], sizes), FULL).curves[0]!
    for (const capacity of capacities) {
      const least = leastOfAll(operations, capacity * 8) / 8
      expect(unfusedFloor(einsums)(capacity).bytes).toBeLessThanOrEqual(least)
      expect(least).toBeLessThanOrEqual(trafficAt(curve, capacity))
      expect(least).toBeLessThanOrEqual(
        leastFound(operations, capacity * 8, { seed: 1, tilings: 50, moves: 100 }) / 8,
      )
    }
    // Where all fits, the least is what must cross; a partial sum is not read before it is begun.
    expect(leastOfAll(operations, 8 * 12) / 8).toBe(trafficAt(curve, 12))
  })
})
