import { sumAtEqualSize } from '../../../src/core/front/sum'
import { trafficAt } from '../../../src/core/front/read'
import { describe, expect, it } from 'vitest'
import {
  gap0At,
  marginalValue,
  operationalIntensityAt,
  probeLevels,
  readBound,
} from '../../../src/core/analysis/reading'

import { bytes, macs } from '../../../src/core/units/quantity'
import { boundOf } from '../../support/search'
import { workloadOf } from '../../support/truth'

const slope = {
  bufferBytes: Float64Array.of(3, 10, 20),
  trafficBytes: Float64Array.of(100, 50, 30),
  macs: macs(600),
  algorithmicMinimum: bytes(30),
}

describe('what is read off a bound', () => {
  it('steps are right-continuous', () => {
    expect([2, 3, 9, 10, 1e9].map((buffer) => trafficAt(slope, buffer))).toEqual([Infinity, 100, 100, 50, 30])
  })

  it('gaps, intensity, marginal value and probes', () => {
    expect(readBound(slope)).toMatchObject({
      leastTraffic: 30,
      maximalEffectualBytes: 20,
      gap1: 1.5,
      peakOperationalIntensity: 20,
    })
    expect(gap0At(slope, 10)).toBeCloseTo(5 / 3)
    expect(operationalIntensityAt(slope, 10)).toBe(12)
    expect(operationalIntensityAt(slope, 1)).toBe(0)
    expect([...marginalValue(slope)]).toEqual([50 / 7, 2, 0])
    expect(
      probeLevels(slope, [{ name: 'L1', capacity: bytes(12), bandwidth: null, portBits: null, ports: 1 }])[0],
    ).toMatchObject({
      traffic: 50,
      operationalIntensity: 12,
    })
  })

  it('sums at equal buffer size, from the size where all members fit', () => {
    const other = { bufferBytes: Float64Array.of(5, 20), trafficBytes: Float64Array.of(7, 1) }
    const sum = sumAtEqualSize([slope, other])
    expect([...sum.bufferBytes]).toEqual([5, 10, 20])
    expect([...sum.trafficBytes]).toEqual([107, 57, 31])
  })

  it('the minimum of a stride larger than the window counts the values that are touched, not the holes', () => {
    const bound = boundOf(workloadOf('O[p] = I[2*p] * F[p]', { P: 10 }), 'full')
    expect(bound.algorithmicMinimum).toBe(30)
    expect(bound.trafficBytes.at(-1)).toBe(30)
  })

  it('tensors of several widths are weighted by their width', () => {
    const workload = workloadOf('Z[m] = A[m] * B[m]', { M: 4 }, 4)
    const bound = boundOf(workload, 'full')
    expect([...bound.bufferBytes]).toEqual([2])
    expect([...bound.trafficBytes]).toEqual([6])
  })
})
