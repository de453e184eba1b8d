import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  bestShare,
  budgetOf,
  mesaAt,
  mesaVertices,
  type AreaBudget,
} from '../../../src/core/analysis/performance-mesa'
import { shareOfBytes } from '../../../src/core/architecture/sram-area'
import { bytesPerSecond, hertz, macs, um2 } from '../../../src/core/units/quantity'
import { asArchitecture } from '../../../src/contract/architecture-schema'
import { parseWorkloadText } from '../../../src/contract/workload-file'
import { readPresets } from '../../../src/files/presets'
import { budget, slope } from '../../support/arbitrary-mesa'
import { boundOf } from '../../support/search'

describe('performance mesa', () => {
  it('no share of a fine grid is better than the best one, and the vertices give the same curve', () => {
    fc.assert(
      fc.property(slope, budget, (curve, area) => {
        const best = bestShare(curve, area)
        const vertices = mesaVertices(curve, area)
        for (let i = 0; i <= 500; i++) {
          const point = mesaAt(curve, area, i / 500)
          expect(point.throughput).toBeLessThanOrEqual((best.ok ? best.value.throughput : 0) * (1 + 1e-12))
        }
        const most = Math.max(...vertices.throughput)
        expect(most).toBeCloseTo(best.ok ? best.value.throughput : 0, 6)
        expect(vertices.share[0]).toBe(0)
        expect(vertices.share.at(-1)).toBe(1)
      }),
      { numRuns: 200 },
    )
  })

  it('a share computed from a size gives that size back', () => {
    fc.assert(
      fc.property(slope, budget, (curve, area) => {
        for (const buffer of curve.bufferBytes) {
          const share = shareOfBytes(area, buffer)
          if (share <= 1) expect(mesaAt(curve, area, share).buffer).toBe(buffer)
        }
      }),
    )
  })

  it("GPT-3 6.7B on the paper's die: share 0.822, 134258688 B, 7.09e13 MAC/s", async () => {
    const presets = await readPresets()
    const workload = parseWorkloadText(presets.workloads.find(({ id }) => id === 'gpt3-6.7b')!.text)
    expect(workload.ok).toBe(true)
    if (!workload.ok) return
    const bound = boundOf(workload.value, 'paper')
    expect(bound.macs).toBe(7146825580544)
    expect(bound.trafficBytes.at(-1)).toBe(14898167808)
    expect(bound.bufferBytes.at(-1)).toBe(134258688)
    const best = bestShare(bound, budgetOf(asArchitecture(presets.architectures[0]!.architecture)))
    expect(best).toMatchObject({ ok: true, value: { buffer: 134258688, limiter: 'memory' } })
    if (!best.ok) return
    expect(best.value.share).toBeCloseTo(0.822, 3)
    expect(best.value.throughput / 1e13).toBeCloseTo(7.09, 2)
  })

  it('takes the least of the shares with the same throughput', () => {
    const curve = {
      bufferBytes: Float64Array.of(10, 50),
      trafficBytes: Float64Array.of(2, 1),
      macs: macs(100),
    }
    const area: AreaBudget = {
      area: um2(100),
      areaUm2PerByte: um2(1),
      areaUm2PerMac: um2(1),
      clock: hertz(1),
      dramBandwidth: bytesPerSecond(1),
    }
    expect(mesaAt(curve, area, 0.1).throughput).toBe(50)
    expect(mesaAt(curve, area, 0.5).throughput).toBe(50)
    expect(bestShare(curve, area)).toMatchObject({ ok: true, value: { share: 0.1, limiter: 'memory' } })
  })

  it('refuses a die that is too small for any mapping', () => {
    const curve = { bufferBytes: Float64Array.of(1e9), trafficBytes: Float64Array.of(1), macs: macs(1) }
    const area: AreaBudget = {
      area: um2(100),
      areaUm2PerByte: um2(1),
      areaUm2PerMac: um2(1),
      clock: hertz(1),
      dramBandwidth: bytesPerSecond(1),
    }
    expect(bestShare(curve, area)).toMatchObject({ ok: false, error: [{ code: 'die-too-small' }] })
    expect(mesaAt(curve, area, 0.5)).toMatchObject({ throughput: 0, limiter: 'capacity' })
  })
})
