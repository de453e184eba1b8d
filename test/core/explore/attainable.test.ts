import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { leastExecutable } from '../../../src/core/explore/attainable'
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
    const open = {
      ...found,
      curves: found.curves.map((curve) =>
        curve.strategy === 'fused'
          ? { ...curve, lower: { bufferBytes: new Float64Array(), trafficBytes: new Float64Array() } }
          : curve,
      ),
    }
    expect(leastExecutable(open, 'tiled', 57)).toBeNull()
  })
})
