import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CascadeProblem } from '../../../../src/core/mappers/loop-trees/problem'
import { costOfTree } from '../../../../src/core/mappers/loop-trees/counting'
import { searchLoopTrees } from '../../../../src/core/mappers/loop-trees/search-loop-trees'
import { plainCascade } from '../../../../src/core/mappers/loop-trees/plain-cascade'
import { searchPlain } from '../../../../src/core/mappers/loop-trees/search-plain'
import {
  arbitraryPlainCascade,
  arbitraryWindowCascade,
  problemOf,
  type Cascade,
} from '../../../support/loop-trees/arbitrary'
import { searchReference } from '../../../support/loop-trees/reference'
import { execute } from '../../../support/loop-trees/simulator'

interface Options {
  readonly factors: 'perfect' | 'imperfect'
  readonly recompute: 'halo' | 'any'
}

/** The problem with some of its intermediates pinned: those at the bits that are set. */
function pinned(problem: CascadeProblem, pins: number): CascadeProblem {
  let at = 0
  const tensors = problem.tensors.map((tensor) =>
    tensor.role === 'intermediate' ? { ...tensor, pinned: ((pins >> at++) & 1) === 1 } : tensor,
  )
  return { ...problem, tensors }
}

/** The search finds what the exhaustive one finds, by trees that cost it when they are executed. */
function expectOptimum(cascade: Cascade, options: Options, pins = 0): void {
  const problem = pinned(problemOf(cascade), pins)
  const found = searchLoopTrees(problem, options)
  const optimum = searchReference(problem, options)
  if (found.lower === null)
    expect(found.points).toEqual(optimum.map(({ peak, traffic }) => ({ peak, traffic })))
  // Where a point was left out, the rest is attained, and never below the optimum.
  for (const { peak, traffic } of found.points)
    expect(traffic).toBeGreaterThanOrEqual(optimum.findLast((point) => point.peak <= peak)!.traffic)
  for (const [i, { peak, traffic }] of found.points.entries()) {
    const mapping = found.treeOf(i)
    expect(costOfTree(problem, mapping, options.recompute)).toMatchObject({
      ok: true,
      value: { peak, traffic },
    })
    expect(execute(problem, mapping)).toMatchObject({ peak, traffic })
  }
}

describe('the search equals the exhaustive one', { timeout: 60_000 }, () => {
  it('on graphs of up to three Einsums', () => {
    fc.assert(
      fc.property(arbitraryPlainCascade(3, [1, 2, 3]), (cascade) =>
        expectOptimum(cascade, { factors: 'perfect', recompute: 'halo' }),
      ),
      { numRuns: 25 },
    )
  })

  it('where intermediates must be kept', () => {
    fc.assert(
      fc.property(
        fc.oneof(arbitraryPlainCascade(3, [1, 2, 3]), arbitraryWindowCascade(4)),
        fc.nat(7),
        (cascade, pins) => expectOptimum(cascade, { factors: 'perfect', recompute: 'halo' }, pins),
      ),
      { numRuns: 25 },
    )
  })

  it('where a product is read by a variable that follows its own, which no loop may use', () => {
    expectOptimum(
      {
        sizes: { d: 4, f: 4, b: 2 },
        bits: {},
        einsums: ['T1[d] = X[d, b]', 'T2[f] = T1[D: f]', 'T3[d] = T2[F: d] * Y[d]'],
      },
      { factors: 'perfect', recompute: 'halo' },
    )
  })

  it('on pairs with imperfect factors, and with recomputation', () => {
    fc.assert(
      fc.property(
        arbitraryPlainCascade(2, [1, 2, 3]),
        fc.constantFrom<Options>(
          { factors: 'imperfect', recompute: 'halo' },
          { factors: 'perfect', recompute: 'any' },
        ),
        (cascade, options) => expectOptimum(cascade, options),
      ),
      { numRuns: 12 },
    )
  })

  it('says what is not proven, where strides leave gaps in a tensor that is read at two shifts', () => {
    const cascade = {
      sizes: { p: 2, r: 1, s: 2, q: 3, c: 2 },
      bits: { O: 16 },
      einsums: ['T[c, q] = I[H: q + s] * I[H: q] * E[c]', 'O[p] = T[c, Q: 2*p + r]'],
    }
    expectOptimum(cascade, { factors: 'perfect', recompute: 'halo' })
    const found = searchLoopTrees(problemOf(cascade), { factors: 'perfect', recompute: 'halo' })
    expect(found.lower).not.toBeNull()
  })

  it('on windows: strides, dilations, reversed filters, skips and branches', () => {
    fc.assert(
      fc.property(
        arbitraryWindowCascade(3),
        fc.constantFrom<Options>(
          { factors: 'perfect', recompute: 'halo' },
          { factors: 'imperfect', recompute: 'halo' },
        ),
        (cascade, options) => expectOptimum(cascade, options),
      ),
      { numRuns: 15 },
    )
  })

  it('with and without pruning, on chains with many divisors', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(4, 6, 12, 30), { minLength: 4, maxLength: 5 }), ([m, ...n]) => {
        const cascade = plainCascade(
          problemOf({
            sizes: { m: m!, ...Object.fromEntries(n.map((size, i) => [`n${i}`, size])) },
            bits: {},
            einsums: n
              .slice(1)
              .map((_, i) => `T${i + 1}[m, n${i + 1}] = T${i}[m, n${i}] * W${i}[n${i}, n${i + 1}]`),
          }),
        )
        const [all] = searchPlain(cascade, false)
        const pruned = searchPlain(cascade)
        const capacities = new Set([all!, ...pruned].flatMap(({ curve }) => Array.from(curve.peaks)))
        for (const capacity of capacities)
          expect(Math.min(...pruned.map(({ curve }) => curve.at(capacity)))).toBe(all!.curve.at(capacity))
      }),
      { numRuns: 20 },
    )
  })
})
