import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { curveOf, exactTrafficAt, segmentsAt, strategiesOf, viewOf } from '../../../../src/core/explore/read'
import { trafficAt } from '../../../../src/core/front/read'
import { isFused } from '../../../../src/core/mappers/chain-fusion/segments'
import { buildWorkload } from '../../../../src/core/workload/build-workload'
import { arbitraryCascade } from '../../../support/arbitrary-cascade'
import { explore } from '../../../support/explore'
import { preset } from '../../../support/fusion'
import { above, pointsOf } from '../../../support/search'
import { curveNamed } from '../../../support/truth'

const general = (workload: Parameters<typeof explore>[0]) => explore(workload, { fuse: 'always' })

describe('the general search of any cascade', () => {
  it('covers each Einsum once, and its segments and tensors cost what the curve says', () => {
    fc.assert(
      fc.property(arbitraryCascade(4), (workload) => {
        const found = general(workload)
        for (const strategy of strategiesOf(found))
          for (const [buffer, traffic] of pointsOf(curveOf(found, strategy))) {
            const segments = segmentsAt(found, strategy, buffer)
            const covered = segments.flatMap(({ einsums }) => einsums)
            expect([...covered].sort((a, b) => a - b)).toEqual(workload.einsums.map((_, i) => i))
            expect(Number(exactTrafficAt(found, strategy, buffer))).toBe(traffic)
            expect(Math.max(...segments.map((segment) => segment.buffer))).toBe(buffer)
            const moved = segments.flatMap((segment) =>
              viewOf(found, workload, segment, buffer).tensors.map((tensor) => tensor.traffic),
            )
            expect(moved.reduce((sum, bytes) => sum + bytes, 0)).toBeCloseTo(traffic, 6)
          }
      }),
      { numRuns: 60 },
    )
  })

  it('is never above the strategies of the paper that an explicit buffer executes', () => {
    fc.assert(
      fc.property(arbitraryCascade(4), (workload) => {
        const paper = explore(workload, { mapspace: 'paper', fuse: 'always' })
        const fused = curveOf(general(workload), 'fused')
        for (const strategy of ['unfused', 'untiled', 'flat', 'flashattention'] as const) {
          if (!strategiesOf(paper).includes(strategy)) continue
          for (const [buffer, traffic] of pointsOf(curveOf(paper, strategy))) {
            // Here the paper may charge weights of batch entries once for all (ADR 0005).
            const short = segmentsAt(paper, strategy, buffer).some(
              (segment) =>
                isFused(segment) &&
                segment.form === 'flashattention' &&
                segment.chain.members.some(({ batch }) => batch > 1),
            )
            if (!short) expect(trafficAt(fused, buffer)).toBeLessThanOrEqual(traffic)
          }
        }
      }),
      { numRuns: 40 },
    )
  })

  it('lies at or below unfused and untiled curves of the FFN pair, and ends at its inputs and outputs', () => {
    const found = general(preset('ffn-32k-4k-16k'))
    const fused = curveOf(found, 'fused')
    for (const name of ['ffn_unfused', 'ffn_untiled'])
      expect(above(pointsOf(fused), curveNamed('fused', name))).toEqual([])
    expect(fused.trafficBytes.at(-1)).toBe(found.algorithmicMinimum)
  })

  it('is with imperfect factors never above perfect ones, also where it is too wide to be searched as a whole', () => {
    const chain = buildWorkload({
      rank_sizes: { m: 97, a: 89, b: 83, c: 79, d: 73 },
      einsums: [
        'B[m, b] = A[m, a] * W0[a, b]',
        'C[m, c] = B[m, b] * W1[b, c]',
        'D[m, d] = C[m, c] * W2[c, d]',
      ],
    })
    if (!chain.ok) throw new Error(JSON.stringify(chain.error))
    const [perfect, imperfect] = (['perfect', 'imperfect'] as const).map((factors) =>
      curveOf(explore(chain.value, { fuse: 'always', factors }), 'fused'),
    )
    for (const [buffer, traffic] of pointsOf(perfect!))
      expect(trafficAt(imperfect!, buffer)).toBeLessThanOrEqual(traffic)
  })

  it('takes an Einsum that reads one tensor at two expressions', () => {
    const built = buildWorkload({
      rank_sizes: { p: 6, r: 3, c: 4, d: 3 },
      einsums: ['O[p, d] = I[H: p + r, c] * I[H: p, c] * G[c, d]'],
    })
    if (!built.ok) throw new Error(JSON.stringify(built.error))
    const found = explore(built.value, {})
    const [buffer] = pointsOf(found.members[0]!)[0]!
    const [segment] = segmentsAt(found, 'unfused', buffer)
    expect(viewOf(found, built.value, segment!, buffer).traffic).toBe(found.members[0]!.trafficBytes[0])
  })
})
