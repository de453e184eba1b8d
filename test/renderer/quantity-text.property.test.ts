import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { QuantityKind } from '../../src/core/units/parse-quantity'
import { unitsOf, USUAL_UNITS, type Units } from '../../src/core/units/units'
import { readQuantity, showQuantity, type QuantityLook } from '../../src/renderer/widgets/quantity-text'

const ANY = { min: -Infinity, max: Infinity, exclusive: false }
const look = (kind: QuantityKind, unit?: string, units: Units = USUAL_UNITS): QuantityLook => ({
  kind,
  unit,
  memoryText: units.memory,
  rateText: units.rate,
})
const SI = unitsOf({ work: 'op', data: 'byte', prefixes: 'SI' }, 8)

/** The value of a shown text, with and without its unit. */
function retyped(value: number, as: QuantityLook): number[] {
  const shown = showQuantity(value, as)
  return [shown, shown.split(' ')[0]!].map((text) => {
    const read = readQuantity(text, shown, ANY, as)
    if (!read.ok) throw new Error(`${text}: ${read.error.message}`)
    return read.value
  })
}

describe('what a field shows, retyped with or without its unit, is the same value', () => {
  it('exactly for sizes and counts', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 50 }), (value) => {
        for (const units of [USUAL_UNITS, SI])
          expect(retyped(value, look('bytes', undefined, units))).toEqual([value, value])
        for (const unit of [undefined, 'bit'])
          expect(retyped(value, look('count', unit))).toEqual([value, value])
      }),
    )
  })

  it('to the six figures shown for other quantities', () => {
    const magnitude = fc
      .tuple(fc.double({ min: 1, max: 10, noNaN: true }), fc.integer({ min: 0, max: 14 }))
      .map(([digits, exponent]) => digits * 10 ** exponent)
    fc.assert(
      fc.property(magnitude, fc.double({ min: 0, max: 1, noNaN: true }), (value, share) => {
        const close = (of: number, as: QuantityLook) => {
          for (const read of retyped(of, as)) expect(Math.abs(read - of)).toBeLessThanOrEqual(1e-5 * of)
        }
        for (const kind of ['frequency', 'bandwidth', 'rate'] as const) close(value, look(kind))
        close(value, look('rate', undefined, SI))
        close(value, look('area-um2', 'µm²'))
        close(value, look('area-mm2', 'mm²'))
        for (const read of retyped(share, look('share'))) expect(read).toBeCloseTo(share, 5)
      }),
    )
  })

  it('a size that its prefix would round is shown in bytes', () => {
    expect(showQuantity(134217728, look('bytes'))).toBe('128 MiB')
    expect(showQuantity(134217729, look('bytes'))).toBe('134217729 B')
    expect(showQuantity(32768, look('count'))).toBe('32768')
  })
})

describe('ranges are told in the unit of the field', () => {
  it.each([
    ['0', 'must be above 0 Hz'],
    ['-3 MHz', 'must be above 0 Hz'],
    ['200 GHz', 'must be below 100 GHz'],
  ])('%s', (text, message) => {
    const range = { min: 0, max: 1e11, exclusive: true }
    expect(readQuantity(text, '700 MHz', range, look('frequency'))).toMatchObject({
      ok: false,
      error: { message },
    })
  })
})
