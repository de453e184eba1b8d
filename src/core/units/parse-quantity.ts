import { err, ok, type Fault, type Result } from '../support/result'

/** What a field holds; decides which units it takes and what it is counted in. */
export type QuantityKind =
  'bytes' | 'frequency' | 'bandwidth' | 'area-mm2' | 'area-um2' | 'share' | 'count' | 'rate'

/** What a table has for a unit as typed: only its own entries, whatever else objects may have by that name. */
const entry = (table: Readonly<Record<string, number>>, unit: string): number | undefined =>
  Object.hasOwn(table, unit) ? table[unit] : undefined

const PREFIX: Readonly<Record<string, number>> = { '': 1, k: 1e3, K: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15 }
const IEC_PREFIX: Readonly<Record<string, number>> = {
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
}

/** Per kind: the value of a unit as typed, or undefined where it is not one of its units. */
const UNITS: Readonly<
  Record<QuantityKind, { example: string; scale: (unit: string) => number | undefined }>
> = {
  bytes: { example: '32 MiB', scale: (unit) => byteScale(unit) },
  bandwidth: { example: '147.8 GB/s', scale: (unit) => byteScale(unit.replace(/\/s(ec)?$/, '')) },
  frequency: {
    example: '0.7 GHz',
    scale: (unit) => (unit === '' ? 1 : entry(PREFIX, /^(.?)Hz$/i.exec(unit)?.[1] ?? '-')),
  },
  'area-mm2': {
    example: '423.2 mm2',
    scale: (unit) => entry({ '': 1, mm2: 1, 'mm²': 1, um2: 1e-6, 'µm²': 1e-6, cm2: 100 }, unit),
  },
  'area-um2': {
    example: '2.59 um2',
    scale: (unit) =>
      entry({ '': 1, um2: 1, 'um²': 1, 'µm²': 1, µm2: 1, mm2: 1e6 }, unit.replace(/\/(B|byte|MAC)$/i, '')),
  },
  share: { example: '62 %', scale: (unit) => entry({ '': 1, '%': 0.01 }, unit) },
  rate: { example: '120.5', scale: (unit) => entry({ '': 1 }, unit) },
  count: { example: '128', scale: (unit) => entry({ '': 1, k: 1e3, M: 1e6, G: 1e9, ...IEC_PREFIX }, unit) },
}

function byteScale(unit: string): number | undefined {
  if (unit === '') return 1
  const match = /^(|[kKMGTP]|[KMGTP]i)(B|b|bit)?$/.exec(unit)
  if (!match) return undefined
  const scale = IEC_PREFIX[match[1]!] ?? PREFIX[match[1]!]
  return scale === undefined ? undefined : match[2] === 'b' || match[2] === 'bit' ? scale / 8 : scale
}

/**
 * Reads a number with an optional unit, as typed into a field: `32 MiB`, `0.7 GHz`, `62 %`. Returns it in the base
 * unit of its kind (bytes, Hz, B/s, mm2, um2, a share of 1, a count). Thousands may be grouped by `_`, `,` or a blank.
 */
export function parseQuantity(text: string, kind: QuantityKind): Result<number, Fault> {
  const { example, scale } = UNITS[kind]
  const match = /^\s*([+-]?(?:\d[\d_,]*(?: \d{3})*)?(?:\.\d+)?(?:e[+-]?\d+)?)\s*(\S*)\s*$/i.exec(text)
  const digits = match?.[1]?.replace(/[_, ]/g, '') ?? ''
  const value = digits === '' ? NaN : Number(digits)
  if (!match || !Number.isFinite(value)) {
    return err({
      code: 'not-a-number',
      path: '',
      message: 'is not a number',
      value: text.trim(),
      hint: `write it like ${example}`,
    })
  }
  const factor = scale(match[2]!)
  if (factor === undefined) {
    return err({
      code: 'unknown-unit',
      path: '',
      message: `has an unknown unit “${match[2]}”`,
      value: text.trim(),
      hint: `write it like ${example}`,
    })
  }
  return ok(kind === 'share' && match[2] === '%' ? value / 100 : value * factor)
}
