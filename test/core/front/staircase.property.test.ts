import type { Staircase } from '../../../src/core/front/columns'
import { isExact, pointIndexAt, trafficAt } from '../../../src/core/front/read'
import { sumAtEqualSize } from '../../../src/core/front/sum'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ParetoFront } from '../../../src/core/front/pareto-front'

import { pointsOf, readAt } from '../../support/search'

const staircase = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 99 })), {
    minLength: 1,
    maxLength: 10,
  })
  .map((steps): Staircase => {
    let [buffer, traffic] = [0, 1000]
    const points = steps.map(([wider, less]) => [(buffer += wider), (traffic -= less)] as const)
    return {
      bufferBytes: Float64Array.from(points, ([size]) => size),
      trafficBytes: Float64Array.from(points, ([, least]) => least),
    }
  })

describe('staircases', () => {
  it('are read as right-continuous steps at every size', () => {
    fc.assert(
      fc.property(staircase, (curve) => {
        for (let buffer = 0; buffer <= 100; buffer++) {
          expect(trafficAt(curve, buffer)).toBe(readAt(pointsOf(curve), buffer))
          const index = pointIndexAt(curve, buffer)
          expect(index < 0 || curve.bufferBytes[index]! <= buffer).toBe(true)
        }
      }),
    )
  })

  it('have a sum that equals the sum of their readings at every size', () => {
    fc.assert(
      fc.property(fc.array(staircase, { minLength: 1, maxLength: 4 }), (curves) => {
        const sum = sumAtEqualSize(curves)
        for (let buffer = 0; buffer <= 100; buffer++) {
          const readings = curves.map((curve) => trafficAt(curve, buffer))
          expect(trafficAt(sum, buffer)).toBe(readings.reduce((total, traffic) => total + traffic, 0))
        }
        for (let i = 1; i < sum.bufferBytes.length; i++) {
          expect(sum.bufferBytes[i]).toBeGreaterThan(sum.bufferBytes[i - 1]!)
          expect(sum.trafficBytes[i]).toBeLessThan(sum.trafficBytes[i - 1]!)
        }
      }),
    )
  })

  it('of nothing, or with a member that never fits, are empty', () => {
    const never = { bufferBytes: new Float64Array(0), trafficBytes: new Float64Array(0) }
    const one = { bufferBytes: Float64Array.of(1), trafficBytes: Float64Array.of(1) }
    expect(sumAtEqualSize([]).bufferBytes).toHaveLength(0)
    expect(sumAtEqualSize([one, never]).bufferBytes).toHaveLength(0)
    expect(trafficAt(never, 1e9)).toBe(Infinity)
  })

  it('are exact to the last byte up to 2^53', () => {
    expect(isExact(Number.MAX_SAFE_INTEGER)).toBe(true)
    expect(isExact(2 ** 53)).toBe(false)
  })
})

describe('Pareto front', () => {
  const point = fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 20 }))

  it('keeps exactly the undominated points, in any order of adding them', () => {
    fc.assert(
      fc.property(fc.array(point, { maxLength: 40 }), (points) => {
        const front = new ParetoFront<number>()
        for (const [i, [buffer, traffic]] of points.entries()) {
          const covered = front.covers(buffer, traffic)
          expect(front.add(buffer, traffic, i)).toBe(!covered)
        }
        const undominated = points
          .filter(([b, t]) => !points.some(([b2, t2]) => b2 <= b && t2 <= t && (b2 < b || t2 < t)))
          .sort(([a], [b]) => a - b)
          .filter(([buffer], i, all) => all[i - 1]?.[0] !== buffer)
        const { buffer: buffers, traffic: traffics, tags } = front.front()
        expect(Array.from(buffers, (buffer, i) => [buffer, traffics[i]])).toEqual(undominated)
        const first = Array.from(buffers, (buffer, i) =>
          points.findIndex(([b, t]) => b === buffer && t === traffics[i]),
        )
        expect(tags).toEqual(first)
      }),
    )
  })
})
