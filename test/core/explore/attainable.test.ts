import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { leastExecutable, unprovenOf, unprovenText } from '../../../src/core/explore/attainable'
import { curveOf, strategiesOf } from '../../../src/core/explore/read'
import { trafficAt } from '../../../src/core/front/read'
import { isOfPaper } from '../../../src/core/mappers/strategy'
import { buildWorkload } from '../../../src/core/workload/build-workload'
import { arbitraryCascade } from '../../support/arbitrary-cascade'
import { explore } from '../../support/explore'
import { pointsOf } from '../../support/search'

const built = buildWorkload({
  rank_sizes: { m: 8, k: 4, n: 12, p: 6 },
  bits_per_value: { All: 8 },
  einsums: ['T[m, n] = X[m, k] * W0[k, n]', 'Z[m, p] = T[m, n] * W1[n, p]'],
})
if (!built.ok) throw new Error(JSON.stringify(built.error))
const pair = built.value

describe('counts of the paper that no explicit buffer attains', () => {
  it('are marked, with the least that one moves at that size', () => {
    const found = explore(pair, {})
    expect(trafficAt(curveOf(found, 'tiled'), 57)).toBe(200)
    expect(leastExecutable(found, 'tiled', 57)).toBe(trafficAt(curveOf(found, 'fused'), 57))
    expect(leastExecutable(found, 'tiled', 57)).toBeGreaterThan(200)
    expect(leastExecutable(found, 'fused', 57)).toBeNull()
    expect(leastExecutable(found, 'unfused', 57)).toBeNull()
  })

  it('are as the paper counts them, whichever mapspace is searched', () => {
    fc.assert(
      fc.property(arbitraryCascade(4), (workload) => {
        const [full, paper] = [explore(workload, {}), explore(workload, { mapspace: 'paper' })]
        expect(strategiesOf(full).filter(isOfPaper)).toEqual(strategiesOf(paper).filter(isOfPaper))
        for (const strategy of strategiesOf(full).filter(isOfPaper))
          expect(pointsOf(curveOf(full, strategy))).toEqual(pointsOf(curveOf(paper, strategy)))
      }),
      { numRuns: 30 },
    )
  })

  it('are not marked where the general search does not know the least', () => {
    const found = explore(pair, {})
    const nothing = { bufferBytes: new Float64Array(), trafficBytes: new Float64Array() }
    const open = {
      ...found,
      curves: found.curves.map((curve) =>
        curve.strategy === 'fused' ? { ...curve, unproven: { reason: 'too wide', lower: nothing } } : curve,
      ),
    }
    expect(leastExecutable(open, 'tiled', 57)).toBeNull()
    expect(unprovenOf(open, 'fused')).toEqual({ reason: 'too wide', most: null })
  })
})

describe('a cascade that is too wide', () => {
  it('says what makes it so, and how far its curve may lie above the least', () => {
    const sizes = Array.from({ length: 15 }, (_, i) => [`n${i}`, 4 + (i % 3)] as const)
    const chain = buildWorkload({
      rank_sizes: { m: 6, ...Object.fromEntries(sizes) },
      einsums: sizes
        .slice(1)
        .map((_, i) => `T${i + 1}[m, n${i + 1}] = T${i}[m, n${i}] * W${i}[n${i}, n${i + 1}]`),
    })
    if (!chain.ok) throw new Error(JSON.stringify(chain.error))
    const found = explore(chain.value, {})
    const beyond = unprovenOf(found, 'fused')!
    expect(beyond.reason).toContain('it has 14 Einsums, and at most 12')
    expect(beyond.most).toBeGreaterThanOrEqual(1)
    expect(unprovenText(beyond)).toMatch(/not proven to be least.*at most [\d.]+x above/)
    expect(unprovenOf(explore(pair, {}), 'fused')).toBeNull()
  })
})
