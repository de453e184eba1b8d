import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  formatBytes,
  formatInteger,
  formatNumber,
  formatShare,
  formatSi,
} from '../../../src/core/units/format'
import {
  commonBits,
  DATA_UNITS,
  PREFIXES,
  unitsOf,
  USUAL_UNITS,
  WORK_UNITS,
} from '../../../src/core/units/units'
import { parseQuantity, type QuantityKind } from '../../../src/core/units/parse-quantity'

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
    ['12 mib', 'bytes', 12 * 2 ** 20],
    ['16 Mib', 'bytes', 2 ** 21],
    ['512 bit', 'bytes', 64],
    ['8 Gbps', 'bandwidth', 1e9],
    ['1,5 TB/s', 'bandwidth', 1.5e12],
    ['1,234.5 GB/s', 'bandwidth', 1234.5e9],
    ['1.234,5 GB/s', 'bandwidth', 1234.5e9],
    ['12 345,5 GB/s', 'bandwidth', 12345.5e9],
    ['0,234 GHz', 'frequency', 2.34e8],
    ['900 mhz', 'frequency', 9e8],
    ['1,234', 'count', 1234],
    ['65,536 B', 'bytes', 65536],
    ['5,29 cm²', 'area-mm2', 529],
    ['529 mm^2', 'area-mm2', 529],
    ['2.59 µm²', 'area-um2', 2.59],
    ['2.59 μm^2/B', 'area-um2', 2.59],
    ['2 PMAC/s', 'rate', 2e15],
    ['142 TOPS', 'rate', 71e12],
    ['1e-3 %', 'share', 1e-5],
  ] as const)('%s', (text, kind, value) => {
    expect(parseQuantity(text, kind)).toEqual({ ok: true, value })
  })

  it.each([
    ['', 'bytes'],
    ['abc', 'bytes'],
    ['12 parsec', 'bytes'],
    ['3 MiB', 'frequency'],
    ['1..2', 'share'],
    ['.', 'bytes'],
    ['1e999', 'bytes'],
    ['1,23,456', 'bytes'],
    ['1_0', 'count'],
    ['12,34.5', 'bandwidth'],
    ['3 i', 'count'],
    ['5 iB', 'bytes'],
    ['∞', 'bandwidth'],
    ['3 GB', 'area-mm2'],
    ['3 %', 'count'],
  ] as const)('refuses “%s” as %s, with an example', (text, kind) => {
    const parsed = parseQuantity(text, kind)
    expect(parsed.ok).toBe(false)
    if (!parsed.ok) expect(parsed.error.hint).toMatch(/write it like \S/)
  })

  it.each([
    ['1,234 GB/s', 'bandwidth', 'can be 1234 or 1.234'],
    ['12,500 MiB', 'bytes', 'can be 12500 or 12.500'],
    ['100 mb', 'bytes', '“mb” can be bytes or bits'],
    ['100 gb/s', 'bandwidth', '“gb/s” can be bytes or bits'],
  ] as const)('refuses “%s” as %s: it %s', (text, kind, message) => {
    expect(parseQuantity(text, kind)).toMatchObject({ ok: false, error: { message } })
  })

  it.each([
    ['900', 'frequency', 'MHz', 9e8],
    ['300', 'bandwidth', 'GB/s', 3e11],
    ['10', 'share', '%', 0.1],
    ['0.5', 'share', '%', 0.005],
    ['64', 'bytes', 'KiB', 65536],
    ['256 bit', 'count', 'bit', 256],
    ['256', 'count', 'bit', 256],
    ['4k', 'count', 'bit', 4000],
    ['2', 'rate', 'Top/s', 1e12],
    ['3 GHz', 'frequency', 'MHz', 3e9],
  ] as const)('“%s” as %s in a field that shows %s', (text, kind, unit, value) => {
    expect(parseQuantity(text, kind, unit)).toEqual({ ok: true, value })
  })

  it('never reads a comma as nothing: a number with one is grouped in threes, a decimal, or refused', () => {
    const digits = (least: number, most: number) =>
      fc
        .array(fc.integer({ min: 0, max: 9 }), { minLength: least, maxLength: most })
        .map((all) => all.join(''))
    fc.assert(
      fc.property(digits(1, 5), digits(1, 5), (left, right) => {
        const read = parseQuantity(`${left},${right} GB/s`, 'bandwidth')
        if (read.ok) expect(read.value).toBe(Number(`${left}.${right}e9`))
        else expect([right.length, /^[1-9]\d{0,2}$/.test(left)]).toEqual([3, true])
      }),
    )
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

/** Far above a double's rounding, far below the last digit shown. */
const close = (text: string, kind: QuantityKind, value: number) => {
  const parsed = parseQuantity(text, kind)
  expect(parsed.ok && Math.abs(parsed.value - value), text).toBeLessThanOrEqual(Math.abs(value) * 1e-7)
}
const magnitude = fc
  .tuple(fc.double({ min: 1, max: 10, noNaN: true }), fc.integer({ min: 0, max: 14 }))
  .map(([digits, exponent]) => digits * 10 ** exponent)

describe('shown values are read back', () => {
  it('in every unit that a field shows', () => {
    fc.assert(
      fc.property(magnitude, (value) => {
        close(formatBytes(value, 12), 'bytes', value)
        close(formatSi(value, 'Hz', 12), 'frequency', value)
        close(formatSi(value, 'B/s', 12), 'bandwidth', value)
        close(`${formatNumber(value, 12)} mm2`, 'area-mm2', value)
        close(`${formatNumber(value, 12)} um2`, 'area-um2', value)
      }),
    )
  })

  it('shares as percentages, counts in full', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 10_000 }),
        fc.integer({ min: 0, max: 2 ** 50 }),
        (share, count) => {
          close(formatShare(share / 10_000, 6), 'share', share / 10_000)
          expect(parseQuantity(formatInteger(count), 'count')).toEqual({ ok: true, value: count })
        },
      ),
    )
  })

  it('one quantity in any of its units', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4096 }), (value) => {
        const same = (kind: QuantityKind, ...texts: readonly string[]) => {
          const [first, ...others] = texts.map((text) => parseQuantity(text, kind))
          expect(first!.ok).toBe(true)
          for (const other of others) expect(other).toEqual(first)
        }
        same(
          'bytes',
          `${value} KiB`,
          `${value} kib`,
          `${value * 1024}`,
          `${value * 1024} B`,
          `${value * 8} Kib`,
        )
        same('bandwidth', `${value} GB/s`, `${value * 8} Gb/s`, `${value} GB/sec`, `${value}e9`)
        same('frequency', `${value} MHz`, `${value * 1000} kHz`, `${value}e6 Hz`)
        same('area-um2', `${value} um2`, `${value} µm²`, `${value} um2/B`, `${value} um2/MAC`)
        same('count', `${value}k`, `${value}000`, `${value}_000`)
      }),
    )
  })
})

describe('names that every object has', () => {
  it.each(['constructor', 'toString', '__proto__', 'hasOwnProperty'])('%s is no unit', (unit) => {
    for (const kind of ['share', 'count', 'area-mm2', 'area-um2', 'frequency', 'bytes'] as const)
      expect(parseQuantity(`1 ${unit}`, kind)).toMatchObject({ ok: false, error: { code: 'unknown-unit' } })
  })
})

describe('quantities as shown', () => {
  it('bytes in IEC, the rest in SI', () => {
    expect(formatBytes(65536)).toBe('64 KiB')
    expect(formatBytes(Infinity)).toBe('∞')
    expect(formatBytes(1048575)).toBe('1 MiB')
    expect(formatBytes(2 ** 20, 3)).toBe('1 MiB')
    expect(formatBytes(1023.96 * 1024, 4)).toBe('1 MiB')
    expect(formatBytes(1023)).toBe('1023 B')
    expect(formatSi(999_960, 'Hz')).toBe('1 MHz')
    expect(formatSi(7.09e13, 'MAC/s')).toBe('70.9 TMAC/s')
    expect(formatSi(0.5, 'Hz')).toBe('0.5 Hz')
    expect(formatShare(0.61734)).toBe('61.7 %')
    expect(formatInteger(134258688)).toBe('134,258,688')
    expect(formatNumber(0)).toBe('0')
  })
})

describe('chosen units', () => {
  const ops = unitsOf({ work: 'op', data: 'element', prefixes: 'SI' }, 16)

  it('format work in MACs or operations, data in bytes or elements, with IEC or SI prefixes', () => {
    expect(USUAL_UNITS.rate(7.09e13)).toBe('70.9 TMAC/s')
    expect(ops.rate(7.09e13)).toBe('141.8 Top/s')
    expect(USUAL_UNITS.intensity(100)).toBe('100 MAC/B')
    expect(ops.intensity(100)).toBe('400 op/el')
    expect(USUAL_UNITS.data(2 ** 21)).toBe('2 MiB')
    expect(ops.data(2e6)).toBe('1 M el')
    expect(unitsOf({ ...ops.choice, prefixes: 'IEC' }, 16).data(2 ** 21)).toBe('1 Mi el')
    expect(ops.data(100)).toBe('50 el')
    expect(ops.memory(2e6)).toBe('2 MB')
    expect(ops.work(1000)).toBe('2,000')
  })

  it('are bytes if widths differ, because elements of different widths cannot be added', () => {
    const choice = { work: 'MAC', data: 'element', prefixes: 'IEC' } as const
    expect(unitsOf(choice, null).data(1024)).toBe('1 KiB')
    const einsum = (...widths: number[]) => ({
      output: { bitsPerValue: widths[0]! },
      inputs: widths.slice(1).map((bitsPerValue) => ({ bitsPerValue })),
    })
    expect(commonBits({ einsums: [einsum(8, 8, 8), einsum(8, 8)] })).toBe(8)
    expect(commonBits({ einsums: [einsum(8, 8, 8), einsum(16, 8)] })).toBe(null)
  })

  it('give the label of an axis', () => {
    for (const units of [USUAL_UNITS, ops]) {
      const { unit, divisor } = units.rateScale(9.2e13)
      expect(units.rate(9.2e13)).toBe(`${9.2e13 / divisor} ${unit}`)
    }
  })

  it('give round ticks within an axis of data, few enough to read', () => {
    const exponents = fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 4, max: 24 }))
    fc.assert(
      fc.property(
        exponents,
        fc.constantFrom(...WORK_UNITS),
        fc.constantFrom(...DATA_UNITS),
        fc.constantFrom(...PREFIXES),
        fc.constantFrom(4, 8, 12, 16, 32),
        ([low, octaves], work, data, prefixes, bits) => {
          const units = unitsOf({ work, data, prefixes }, bits)
          const range = { min: 2 ** low, max: 2 ** (low + octaves) }
          const ticks = units.dataTicks(range, 9)
          expect(ticks.length).toBeGreaterThan(0)
          expect(ticks.length).toBeLessThan(12)
          for (const tick of ticks) {
            expect(tick).toBeGreaterThan(range.min * 0.999)
            expect(tick).toBeLessThan(range.max * 1.001)
            expect(units.data(tick, 3)).toMatch(
              prefixes === 'SI' ? /^10{0,2} / : /^(1|2|4|8|16|32|64|128|256|512|0\.\d+) /,
            )
          }
        },
      ),
    )
  })
})
