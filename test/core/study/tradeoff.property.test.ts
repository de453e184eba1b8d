import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { asArchitecture } from '../../../src/contract/architecture-schema'
import { bestShare, budgetOf, type AreaBudget } from '../../../src/core/analysis/performance-mesa'
import { leastArea, leastBandwidth, leastBuffer } from '../../../src/core/study/inverse'
import { sensitivities } from '../../../src/core/study/sensitivity'
import { bytesPerSecond, macsPerSecond, mm2, um2 } from '../../../src/core/units/quantity'
import { curveOf } from '../../../src/core/explore/read'
import { fusionOf, preset } from '../../support/fusion'
import { aProject } from '../../support/project'

const architecture = asArchitecture((await aProject()).architecture)
const budget = budgetOf(architecture)
const fusion = fusionOf(preset('gpt3-6.7b'), 'paper')
const slope = curveOf(fusion, 'segmented')
const bestOf = (changed: AreaBudget) => {
  const best = bestShare(slope, changed)
  return best.ok ? best.value.throughput : 0
}
/** Throughputs near those that the architecture attains. */
const wanted = fc.double({ min: 11, max: 16, noNaN: true }).map((exponent) => macsPerSecond(10 ** exponent))
const MORE = 1 + 1e-9

describe('inverse questions', () => {
  it('the least area attains the wanted throughput, and a slightly smaller one does not', () => {
    fc.assert(
      fc.property(wanted, (target) => {
        const least = leastArea(slope, budget, target)
        fc.pre(least.ok)
        const { area } = least.value
        expect(bestOf({ ...budget, area: um2(area * MORE) })).toBeGreaterThanOrEqual(target * (1 - 1e-6))
        expect(bestOf({ ...budget, area: um2(area * 0.999) })).toBeLessThan(target)
      }),
    )
  })

  it('the least bandwidth attains it on this die, and a slightly lower one does not', () => {
    fc.assert(
      fc.property(wanted, (target) => {
        const least = leastBandwidth(slope, budget, target)
        fc.pre(least.ok)
        const { bandwidth } = least.value
        const at = (factor: number) =>
          bestOf({ ...budget, dramBandwidth: bytesPerSecond(bandwidth * factor) })
        expect(at(MORE)).toBeGreaterThanOrEqual(target * (1 - 1e-6))
        expect(at(0.999)).toBeLessThan(target)
      }),
    )
  })

  it('the least SRAM is enough for the traffic, and the next smaller point is not', () => {
    fc.assert(
      fc.property(wanted, (target) => {
        const least = leastBuffer(slope, budget, target)
        fc.pre(least.ok)
        const point = slope.bufferBytes.indexOf(least.value.buffer)
        const bound = (at: number) => (budget.dramBandwidth * slope.macs) / slope.trafficBytes[at]!
        expect(bound(point)).toBeGreaterThanOrEqual(target)
        if (point > 0) expect(bound(point - 1)).toBeLessThan(target)
      }),
    )
  })

  it('say what is missing if it cannot be attained', () => {
    const target = macsPerSecond(1e18)
    expect(leastArea(slope, budget, target)).toMatchObject({
      ok: false,
      error: { path: 'architecture.dramBandwidth' },
    })
    expect(leastBandwidth(slope, budget, target)).toMatchObject({
      ok: false,
      error: { path: 'architecture.die' },
    })
  })
})

describe('sensitivity', () => {
  it('moves each parameter alone, the largest effect first', () => {
    const found = sensitivities(slope, architecture)
    expect(found).toHaveLength(6)
    const reach = found.map(({ lowChange, highChange }) =>
      Math.max(Math.abs(lowChange), Math.abs(highChange)),
    )
    expect(reach).toEqual([...reach].sort((a, b) => b - a))
    const die = found.find(({ parameter }) => parameter === 'die')!
    const byHand =
      bestOf(budgetOf({ ...architecture, die: mm2(architecture.die * 1.2) })) / bestOf(budget) - 1
    expect(die.highChange).toBeCloseTo(byHand, 12)
    expect(die.lowChange).toBeLessThanOrEqual(0)
    expect(found.find(({ parameter }) => parameter === 'areaUm2PerByte')!.highChange).toBeLessThanOrEqual(0)
  })

  it('is empty if nothing fits', () => {
    expect(sensitivities(slope, { ...architecture, die: mm2(1e-9) })).toEqual([])
  })
})
