import { formatNumber, formatShare, formatSi } from '../../core/units/format'
import { parseQuantity, type QuantityKind } from '../../core/units/parse-quantity'
import { err, type Fault, type Result } from '../../core/support/result'

/** How a field writes quantities. */
export interface QuantityLook {
  readonly kind: QuantityKind
  /** Unit of kinds that have no prefixes: `µm²`, `bit`. */
  readonly unit?: string | undefined
  readonly memoryText: (bytes: number, digits?: number) => string
  readonly rateText: (macsPerSecond: number, digits?: number) => string
}

const FEW = 6
/** Digits that give a double back. */
const ALL = 17

/** A quantity as a field shows it. Integers are exact; other values have six figures. */
export function showQuantity(value: number, { kind, unit, memoryText, rateText }: QuantityLook): string {
  switch (kind) {
    case 'bytes':
      // A size that its prefix would round is shown in whole KiB, or in bytes.
      return (
        parseExactly(memoryText(value, 8), value) ??
        (value % 1024 === 0 ? `${value / 1024} KiB` : `${formatNumber(value, ALL)} B`)
      )
    case 'frequency':
      return formatSi(value, 'Hz', FEW)
    case 'bandwidth':
      return formatSi(value, 'B/s', FEW)
    case 'rate':
      return rateText(value, FEW)
    case 'share':
      return formatShare(value, FEW)
    default:
      return `${formatNumber(value, Number.isInteger(value) ? ALL : FEW)}${unit ? ` ${unit}` : ''}`
  }
}

function parseExactly(text: string, value: number): string | null {
  const read = parseQuantity(text, 'bytes')
  return read.ok && read.value === value ? text : null
}

/** The unit of what a field shows: `700 MHz` -> `MHz`. */
const unitOf = (shown: string): string => shown.split(' ').slice(1).join(' ')

/** Values that a field takes, in base units. */
export interface QuantityRange {
  readonly min: number
  readonly max: number
  /** Whether `min` and `max` themselves are excluded. */
  readonly exclusive: boolean
}

/** Reads what was typed; a number without a unit has that of `shown`. */
export function readQuantity(
  text: string,
  shown: string,
  { min, max, exclusive }: QuantityRange,
  look: QuantityLook,
): Result<number, Fault> {
  const read = parseQuantity(text, look.kind, unitOf(shown))
  const refuse = (message: string): Result<number, Fault> =>
    err({ code: 'out-of-range', path: '', message, value: text, hint: `write it like ${shown}` })
  if (!read.ok) return read
  if (look.kind === 'count' && !Number.isInteger(read.value)) return refuse('must be a whole number')
  const [low, high] = [showQuantity(min, look), showQuantity(max, look)]
  if (exclusive ? read.value <= min : read.value < min)
    return refuse(`must be ${exclusive ? 'above' : 'at least'} ${low}`)
  if (exclusive ? read.value >= max : read.value > max)
    return refuse(`must be ${exclusive ? 'below' : 'at most'} ${high}`)
  return read
}
