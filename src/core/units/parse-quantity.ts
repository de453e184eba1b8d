import { lookUp } from '../support/look-up'
import { err, ok, type Fault, type Result } from '../support/result'

/** What a field holds; it decides the allowed units and the base unit. */
export type QuantityKind =
  'bytes' | 'frequency' | 'bandwidth' | 'area-mm2' | 'area-um2' | 'share' | 'count' | 'rate'

/** A unit in base units: `factor` x 10^`exponent`. Decimal prefixes stay decimal, so that `0.7 GHz` is 7e8 Hz exactly. */
interface Scale {
  readonly factor: number
  readonly exponent: number
}
const scale = (exponent: number, factor = 1): Scale => ({ factor, exponent })
type Units = (unit: string) => Scale | 'ambiguous' | undefined

const EXPONENTS: Readonly<Record<string, number>> = { '': 0, K: 3, M: 6, G: 9, T: 12, P: 15, E: 18 }
const exponentOf = (prefix: string): number => lookUp(EXPONENTS, prefix.toUpperCase())!
const binary = (prefix: string, parts = 1): Scale => scale(0, 1024 ** (exponentOf(prefix) / 3) / parts)

/** `MiB`, `mib`, `GB`, `Mbit`. `Mb` is a megabit by its capital; `mb` could be a megabyte too. */
const byteScale: Units = (unit) => {
  const match = /^([kmgtp]?)(i?)(b|bits?|bytes?|)$/i.exec(unit)
  if (!match) return undefined
  const [, prefix = '', iec, name = ''] = match
  if (iec && prefix === '') return undefined
  const small = prefix !== prefix.toUpperCase()
  if (name === 'b' && !iec && small) return 'ambiguous'
  const isBits = name.length > 1 ? /^bit/i.test(name) : name === 'b' && !small
  const parts = isBits ? 8 : 1
  return iec ? binary(prefix, parts) : scale(exponentOf(prefix), 1 / parts)
}

const areaUnits = (unit: string): string => unit.replace(/[µμ]/g, 'u').replace(/\^2|²/g, '2').toLowerCase()

/** Per kind: an example, and the units that it takes. */
const KINDS: Readonly<Record<QuantityKind, { readonly example: string; readonly units: Units }>> = {
  bytes: { example: '32 MiB', units: byteScale },
  bandwidth: { example: '147.8 GB/s', units: (unit) => byteScale(unit.replace(/(\/s(ec)?|ps)$/i, '')) },
  frequency: {
    example: '0.7 GHz',
    units: (unit) => {
      const match = /^([kmgtpe]?)hz$/i.exec(unit)
      return unit === '' ? scale(0) : match ? scale(exponentOf(match[1]!)) : undefined
    },
  },
  'area-mm2': {
    example: '423.2 mm2',
    units: (unit) =>
      lookUp(
        { '': scale(0), mm2: scale(0), um2: scale(-6), nm2: scale(-12), cm2: scale(2) },
        areaUnits(unit),
      ),
  },
  'area-um2': {
    example: '2.59 um2',
    units: (unit) =>
      lookUp(
        { '': scale(0), um2: scale(0), nm2: scale(-6), mm2: scale(6), cm2: scale(8) },
        areaUnits(unit.replace(/\/(B|byte|MAC)$/i, '')),
      ),
  },
  share: { example: '62 %', units: (unit) => lookUp({ '': scale(0), '%': scale(-2) }, unit) },
  rate: {
    example: '120.5 TMAC/s',
    units: (unit) => {
      const match = /^([kmgtpe]?)(mac|op|flop)s?(\/s(ec)?|ps)?$/i.exec(unit)
      if (unit === '') return scale(0)
      // A multiply-accumulate is two operations.
      return match ? scale(exponentOf(match[1]!), match[2]!.toLowerCase() === 'mac' ? 1 : 1 / 2) : undefined
    },
  },
  count: {
    example: '128',
    units: (unit) => {
      const match = /^([kmgtp]?)(i?)$/i.exec(unit)
      if (!match || (match[2] && match[1] === '')) return undefined
      return match[2] ? binary(match[1]!) : scale(exponentOf(match[1]!))
    },
  },
}

/** A number as digits with a decimal point; or its two readings, where a comma could separate thousands or decimals. */
function digitsOf(text: string): { readonly digits: string; readonly other?: string } | undefined {
  const grouped = /^(\d{1,3}(\s\d{3})+|\d+(_\d{3})+)([.,]\d+)?$/.test(text)
  const plain = grouped ? text.replace(/[_\s]/g, '') : text
  if (/^(\d+\.?\d*|\.\d+)$/.test(plain)) return { digits: plain }
  // Groups of three that no decimal comma or point explains.
  if (/^\d{1,3}(,\d{3})+\.\d+$|^\d{1,3}(,\d{3}){2,}$/.test(plain))
    return { digits: plain.replaceAll(',', '') }
  if (/^\d{1,3}(\.\d{3})+,\d+$|^\d{1,3}(\.\d{3}){2,}$/.test(plain))
    return { digits: plain.replaceAll('.', '').replace(',', '.') }
  if (!/^\d*,\d+$/.test(plain)) return undefined
  const decimal = plain.replace(',', '.')
  return !grouped && /^[1-9]\d{0,2},\d{3}$/.test(plain)
    ? { digits: plain.replace(',', ''), other: decimal }
    : { digits: decimal }
}

/**
 * Reads a number with an optional unit, as typed into a field: `32 MiB`, `0.7 GHz`, `62 %`. Returns it in the base
 * unit of its kind (bytes, Hz, B/s, mm2, um2, a share of 1, MAC/s, a count). `bareUnit` is the unit of a number without
 * one: that which the field shows. Thousands may be grouped by `_`, a blank or a comma, in groups of three; `1,5` is 1.5,
 * and `1,234` is refused where it could be either.
 */
export function parseQuantity(text: string, kind: QuantityKind, bareUnit = ''): Result<number, Fault> {
  const { example, units } = KINDS[kind]
  const fault = (code: string, message: string, hint = `write it like ${example}`): Result<number, Fault> =>
    err({ code, path: '', message, value: text.trim(), hint })

  const match = /^([+-]?)([\d.,_\s]*\d\.?)(?:e([+-]?\d+))?\s*([^\s\d.,](?:.*\S)?)?$/iu.exec(text.trim())
  const number = match ? digitsOf(match[2]!.trim()) : undefined
  if (!match || number === undefined) return fault('not-a-number', 'is not a number')
  const [, sign, , exponent = '0', typed = bareUnit] = match
  const found = typed === bareUnit ? (units(typed) ?? scale(0)) : units(typed)
  if (found === undefined) return fault('unknown-unit', `has an unknown unit “${typed}”`)
  if (found === 'ambiguous') {
    const prefix = typed[0]!
    const [big, suffix] = [prefix === 'k' ? 'k' : prefix.toUpperCase(), typed.replace(/^.b/, '')]
    return fault(
      'ambiguous-unit',
      `“${typed}” can be bytes or bits`,
      `write ${big}B${suffix} or ${big}bit${suffix}`,
    )
  }
  // What comes in whole units has no decimals.
  const whole = (kind === 'count' || kind === 'bytes') && found.factor === 1 && found.exponent === 0
  if (number.other !== undefined && !whole)
    return fault(
      'ambiguous-number',
      `can be ${number.digits} or ${number.other}`,
      `write ${number.digits} or ${number.other}`,
    )
  const value = Number(`${sign}${number.digits}e${Number(exponent) + found.exponent}`) * found.factor
  return Number.isFinite(value) ? ok(value) : fault('not-a-number', 'is not a number')
}
