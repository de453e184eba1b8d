import { trafficAt } from '../../../../src/core/front/read'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { curveOf, exactTrafficAt, segmentsAt, strategiesOf, viewOf } from '../../../../src/core/explore/read'
import { aloneAt } from '../../../../src/core/mappers/each-einsum/alone'
import { arbitraryCascade } from '../../../support/arbitrary-cascade'
import { explore } from '../../../support/explore'
import { fusionOf } from '../../../support/fusion'
import { pointsOf } from '../../../support/search'

const executions = fc.constantFrom('sequential' as const, 'pipelined' as const)
const mapspaces = fc.constantFrom('paper' as const, 'full' as const)

describe('any cascade', () => {
  it.each([
    ['paper', 7, 200],
    ['full', 4, 40],
  ] as const)(
    'has each Einsum in one segment, and they cost what the curve says: %s',
    (mapspace, most, numRuns) => {
      fc.assert(
        fc.property(arbitraryCascade(most), executions, (workload, execution) => {
          const bound = fusionOf(workload, mapspace, { execution })
          for (const strategy of strategiesOf(bound)) {
            for (const [buffer, traffic] of pointsOf(curveOf(bound, strategy))) {
              const segments = segmentsAt(bound, strategy, buffer)
              const covered = segments.flatMap(({ einsums }) => einsums)
              expect([...covered].sort((a, b) => a - b)).toEqual(workload.einsums.map((_, i) => i))
              expect(Number(exactTrafficAt(bound, strategy, buffer))).toBe(traffic)
              // A point is the least size at which its segments fit.
              expect(Math.max(...segments.map((segment) => segment.buffer))).toBe(buffer)
            }
          }
        }),
        { numRuns },
      )
    },
  )

  it('segmented moves at most as much as unfused, and as any other strategy', () => {
    fc.assert(
      fc.property(arbitraryCascade(7), executions, (workload, execution) => {
        const bound = fusionOf(workload, 'paper', { execution })
        const segmented = curveOf(bound, 'segmented')
        for (const strategy of strategiesOf(bound).filter((one) => one !== 'untiled'))
          for (const [buffer, traffic] of pointsOf(curveOf(bound, strategy)))
            expect(trafficAt(segmented, buffer)).toBeLessThanOrEqual(traffic)
      }),
      { numRuns: 200 },
    )
  })

  it('unfused, each Einsum’s mapping costs what its point says', () => {
    fc.assert(
      fc.property(arbitraryCascade(5), mapspaces, (workload, mapspace) => {
        const bound = explore(workload, { mapspace, fuse: mapspace === 'paper' ? 'always' : 'never' })
        for (const [i, member] of bound.members.entries())
          for (let point = 0; point < member.bufferBytes.length; point++) {
            const buffer = member.bufferBytes[point]!
            const { tensors } = viewOf(bound, workload, aloneAt(bound.members, i, buffer), buffer)
            const sum = (of: 'occupancy' | 'traffic') =>
              tensors.reduce((total, tensor) => total + tensor[of], 0)
            expect(sum('traffic')).toBe(member.trafficBytes[point])
            expect(sum('occupancy')).toBe(member.bufferBytes[point])
          }
      }),
      { numRuns: 150 },
    )
  })
})
