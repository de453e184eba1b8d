import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bestShare, mesaAt } from '../../../src/core/analysis/performance-mesa'
import { shareOfBytes } from '../../../src/core/architecture/sram-area'
import { plateauOf, plateausOf } from '../../../src/core/analysis/plateau'
import { budget, slope } from '../../support/arbitrary-mesa'

const loss = fc.oneof(fc.constantFrom(0.001, 0.01, 0.05, 0.1), fc.double({ min: 0, max: 0.9, noNaN: true }))

describe('the plateau around the best share', () => {
  it('holds all shares within the loss, and no other', () => {
    fc.assert(
      fc.property(slope, budget, loss, (curve, area, lost) => {
        const best = bestShare(curve, area)
        if (!best.ok || best.value.throughput === 0) return
        const { least, greatest } = plateauOf(curve, area, best.value, lost)
        const wanted = best.value.throughput * (1 - lost)
        expect(best.value.share).toBeGreaterThanOrEqual(least.share)
        expect(best.value.share).toBeLessThanOrEqual(greatest)
        expect(least.throughput).toBeGreaterThanOrEqual(wanted * (1 - 1e-9))
        for (let i = 0; i <= 400; i++) {
          const { share, throughput } = mesaAt(curve, area, i / 400)
          if (share > least.share + 1e-9 && share < greatest - 1e-9)
            expect(throughput).toBeGreaterThanOrEqual(wanted * (1 - 1e-9))
          else if (share < least.share - 1e-9 || share > greatest + 1e-9)
            expect(throughput).toBeLessThan(wanted * (1 + 1e-9))
        }
      }),
    )
  })

  it('begins at the smallest buffer of the staircase that attains as much', () => {
    fc.assert(
      fc.property(slope, budget, loss, (curve, area, lost) => {
        const best = bestShare(curve, area)
        if (!best.ok || best.value.throughput === 0) return
        const { least } = plateauOf(curve, area, best.value, lost)
        const enough = [...curve.bufferBytes]
          .map((size) => mesaAt(curve, area, shareOfBytes(area, size)))
          .filter(({ share, throughput }) => share <= 1 && throughput >= best.value.throughput * (1 - lost))
        expect(least.buffer).toBe(enough[0]!.buffer)
      }),
    )
  })

  it('grows with the loss', () => {
    fc.assert(
      fc.property(slope, budget, (curve, area) => {
        const best = bestShare(curve, area)
        if (!best.ok || best.value.throughput === 0) return
        const { flat, sparing } = plateausOf(curve, area, best.value)
        const all = [flat, ...sparing]
        for (let i = 1; i < all.length; i++) {
          expect(all[i]!.least.buffer).toBeLessThanOrEqual(all[i - 1]!.least.buffer)
          expect(all[i]!.greatest).toBeGreaterThanOrEqual(all[i - 1]!.greatest)
        }
      }),
    )
  })
})
