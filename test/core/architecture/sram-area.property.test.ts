import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bytesOfShare, netArea, shareOfBytes } from '../../../src/core/architecture/sram-area'
import { mm2, um2 } from '../../../src/core/units/quantity'

const area = fc
  .tuple(
    fc.double({ min: 1, max: 2000, noNaN: true }),
    fc.double({ min: 0, max: 0.9, noNaN: true }),
    fc.double({ min: 0.01, max: 10, noNaN: true }),
  )
  .map(([die, ioShare, perByte]) => ({
    area: netArea({ die: mm2(die), ioShare }),
    areaUm2PerByte: um2(perByte),
  }))

describe('shares and bytes of SRAM', () => {
  it('convert into one another without losing a byte', () => {
    fc.assert(
      fc.property(area, fc.double({ min: 0, max: 1, noNaN: true }), (sram, part) => {
        const size = Math.floor(part * bytesOfShare(sram, 1))
        expect(bytesOfShare(sram, shareOfBytes(sram, size))).toBe(size)
      }),
      { numRuns: 2000 },
    )
  })

  it('never give more bytes than the area holds, but for the rounding of doubles', () => {
    fc.assert(
      fc.property(area, fc.double({ min: 0, max: 1, noNaN: true }), (sram, share) => {
        const used = bytesOfShare(sram, share) * sram.areaUm2PerByte
        expect(used).toBeLessThanOrEqual(share * sram.area * (1 + 1e-14))
        expect(used + sram.areaUm2PerByte).toBeGreaterThan(share * sram.area * (1 - 1e-14))
      }),
      { numRuns: 1000 },
    )
  })
})
