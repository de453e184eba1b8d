import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import type { Factors } from '../../../src/core/bound/bound'
import { placeOrders, searchRetention } from '../../../src/core/bound/retention-search'
import { mergeColumns, type SearchColumns } from '../../../src/core/bound/search-columns'
import { searchUniform } from '../../../src/core/bound/uniform-search'
import { decodeMapping, tensorCost, uniformCost } from '../../../src/core/mapping/mapping'
import { tileSizes } from '../../../src/core/mapping/pieces'
import { isAffineTensor, type SearchProblem } from '../../../src/core/mapping/search-problem'
import { plainProblem, slidingProblem } from '../../support/arbitrary-einsum'
import { bruteForceRetention } from '../../support/brute-force'
import { measure } from '../../support/buffer-machine'
import { uniformFronts } from '../../support/halo-walk'
import { above, readAt } from '../../support/search'
import type { Point } from '../../support/truth'

vi.setConfig({ testTimeout: 60_000 })

const ALL = { from: 0, to: Infinity }
const full = (problem: SearchProblem, factors: Factors = 'perfect') => searchRetention(problem, factors, ALL)
const paper = (problem: SearchProblem, factors: Factors = 'perfect') => searchUniform(problem, factors, ALL)
const points = ({ buffers, traffics }: SearchColumns): readonly Point[] =>
  Array.from(buffers, (buffer, i) => [buffer, traffics[i]!] as const)
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
const factors = fc.constantFrom<Factors>('perfect', 'imperfect')
const sliding = slidingProblem({ rows: 6, window: 4, channels: 3 })

describe('per-tensor retention', () => {
  it('equals brute force where nothing slides', () => {
    fc.assert(
      fc.property(plainProblem(4), (problem) => {
        expect(points(full(problem))).toEqual(bruteForceRetention(problem))
      }),
      { numRuns: 150 },
    )
  })

  it('equals or beats brute force with one window loop where a window slides', () => {
    fc.assert(
      fc.property(slidingProblem({ rows: 4, window: 3, channels: 2 }), (problem) => {
        expect(above(points(full(problem)), bruteForceRetention(problem))).toEqual([])
      }),
      { numRuns: 120 },
    )
  })

  it('is attained: a machine that executes the mapping moves no more and holds no more', () => {
    fc.assert(
      fc.property(fc.oneof(plainProblem(7), sliding), factors, (problem, kind) => {
        const found = full(problem, kind)
        for (const [point, [buffer, traffic]] of points(found).entries()) {
          const mapping = decodeMapping(found.mappings, point)
          const costs = problem.tensors.map((_, i) => tensorCost(problem, mapping, i))
          expect(sum(costs.map(({ occupancy }) => occupancy))).toBe(buffer)
          expect(sum(costs.map((cost) => cost.traffic))).toBe(traffic)
          const run = measure(problem, mapping)
          for (const [i, tensor] of problem.tensors.entries()) {
            expect(run.peaks[i]).toBeLessThanOrEqual(costs[i]!.occupancy)
            if (isAffineTensor(tensor)) expect(run.traffic[i]).toBeLessThanOrEqual(costs[i]!.traffic)
            else expect(run.traffic[i]).toBe(costs[i]!.traffic)
          }
        }
      }),
      { numRuns: 300 },
    )
  })
})

describe('uniform retention', () => {
  // Known gap of the engine: it tries no loop order that gains only by a carry of translation zero after an idle
  // innermost loop. Where such an order reaches the front, paper lies between the fronts with and without it.
  it('equals the halo rule walked visit by visit', () => {
    fc.assert(
      fc.property(
        fc.oneof(plainProblem(8), slidingProblem({ rows: 12, window: 6, channels: 3 })),
        (problem) => {
          const found = paper(problem)
          const { literal, withoutZeroCarries } = uniformFronts(problem)
          expect(above(literal, points(found))).toEqual([])
          expect(above(points(found), withoutZeroCarries)).toEqual([])
          for (const [point, [buffer, traffic]] of points(found).entries()) {
            const costs = problem.tensors.map((_, i) =>
              uniformCost(problem, decodeMapping(found.mappings, point), i),
            )
            expect(sum(costs.map(({ occupancy }) => occupancy))).toBe(buffer)
            expect(sum(costs.map((cost) => cost.traffic))).toBe(traffic)
          }
        },
      ),
      { numRuns: 150 },
    )
  })

  it('with imperfect factors moves what a machine moves, where nothing slides', () => {
    fc.assert(
      fc.property(plainProblem(9), (problem) => {
        const found = paper(problem, 'imperfect')
        for (const [point, [buffer, traffic]] of points(found).entries()) {
          const run = measure(problem, decodeMapping(found.mappings, point))
          expect(sum(run.peaks)).toBe(buffer)
          expect(sum(run.traffic)).toBe(traffic)
        }
      }),
      { numRuns: 150 },
    )
  })
})

describe('order among the bounds', () => {
  const any = fc.oneof(plainProblem(12), slidingProblem({ rows: 13, window: 5, channels: 4 }))

  it('imperfect factors are never above perfect ones', () => {
    fc.assert(
      fc.property(any, (problem) => {
        expect(above(points(full(problem, 'imperfect')), points(full(problem)))).toEqual([])
        expect(above(points(paper(problem, 'imperfect')), points(paper(problem)))).toEqual([])
      }),
      { numRuns: 200 },
    )
  })

  // The halo rule looks at iterations 0 and 1 only: a carry whose translation happens to equal the innermost step is
  // charged one step, though after more than a few iterations the window really jumps back further. Such a point is
  // below what its own mapping moves on a machine that keeps the last window, and no bound need follow it there.
  it('full is never above paper, but where the halo rule counts less than its mapping moves', () => {
    fc.assert(
      fc.property(any, factors, (problem, kind) => {
        const uniform = paper(problem, kind)
        const tight = points(full(problem, kind))
        for (const [point, [buffer, traffic]] of points(uniform).entries()) {
          if (readAt(tight, buffer) <= traffic) continue
          const run = measure(problem, decodeMapping(uniform.mappings, point), 'overlap')
          expect(sum(run.traffic)).toBeGreaterThan(traffic)
        }
      }),
      { numRuns: 200 },
    )
  })

  it('fronts strictly fall, and do not depend on how the search is cut', () => {
    fc.assert(
      fc.property(any, factors, fc.integer({ min: 1, max: 5 }), (problem, kind, step) => {
        const whole = points(full(problem, kind))
        for (let i = 1; i < whole.length; i++) {
          expect(whole[i]![0]).toBeGreaterThan(whole[i - 1]![0])
          expect(whole[i]![1]).toBeLessThan(whole[i - 1]![1])
        }
        const inSlices = (count: number, search: (slice: { from: number; to: number }) => SearchColumns) =>
          points(
            mergeColumns(
              Array.from({ length: Math.ceil(count / step) }, (_, i) =>
                search({ from: i * step, to: (i + 1) * step }),
              ),
            ),
          )
        const orders = placeOrders(problem.tensors.length).length
        expect(inSlices(orders, (slice) => searchRetention(problem, kind, slice))).toEqual(whole)
        const tiles = tileSizes(problem.ranks[0]?.size ?? 1, kind).length
        expect(inSlices(tiles, (slice) => searchUniform(problem, kind, slice))).toEqual(
          points(paper(problem, kind)),
        )
      }),
      { numRuns: 60 },
    )
  })
})
