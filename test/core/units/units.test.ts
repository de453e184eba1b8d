import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  formatBytes,
  formatInteger,
  formatNumber,
  formatShare,
  formatSi,
} from '../../../src/core/units/format'
import { parseQuantity } from '../../../src/core/units/parse-quantity'

describe('quantities as typed', () => {
  it.each([
    ['32 MiB', 'bytes', 32 * 2 ** 20],
    ['1.5kB', 'bytes', 1500],
    ['16 Kib', 'bytes', 2048],
    ['134,258,688', 'bytes', 134258688],
    ['0.7 GHz', 'frequency', 7e8],
    ['147.8 GB/s', 'bandwidth', 147.8e9],
    ['529 mm2', 'area-mm2', 529],
    ['2.59 um2/B', 'area-um2', 2.59],
    ['62 %', 'share', 0.62],
    ['.62', 'share', 0.62],
    ['4k', 'count', 4000],
    ['4 Ki', 'count', 4096],
  ] as const)('%s', (text, kind, value) => {
    expect(parseQuantity(text, kind)).toEqual({ ok: true, value })
  })

  it.each([
    ['', 'bytes'],
    ['abc', 'bytes'],
    ['12 parsec', 'bytes'],
    ['3 MiB', 'frequency'],
    ['1..2', 'share'],
  ] as const)('refuses “%s” as %s, with an example', (text, kind) => {
    const parsed = parseQuantity(text, kind)
    expect(parsed.ok).toBe(false)
    if (!parsed.ok) expect(parsed.error.mend).toMatch(/write it like \S/)
  })

  it('what a field shows reads back as the same to eight figures', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 40 }), (size) => {
        const again = parseQuantity(formatBytes(size, 8), 'bytes')
        expect(again.ok && Math.abs(again.value / size - 1)).toBeLessThan(1e-7)
      }),
    )
  })
})

describe('quantities as shown', () => {
  it('bytes in IEC, the rest in SI', () => {
    expect(formatBytes(65536)).toBe('64 KiB')
    expect(formatBytes(Infinity)).toBe('∞')
    expect(formatSi(7.09e13, 'MAC/s')).toBe('70.9 TMAC/s')
    expect(formatSi(0.5, 'Hz')).toBe('0.5 Hz')
    expect(formatShare(0.61734)).toBe('61.7 %')
    expect(formatInteger(134258688)).toBe('134,258,688')
    expect(formatNumber(0)).toBe('0')
  })
})
