const IEC = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi'] as const
const SI = [
  [1e24, 'Y'],
  [1e21, 'Z'],
  [1e18, 'E'],
  [1e15, 'P'],
  [1e12, 'T'],
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
  [1, ''],
] as const

// Made once, because making a formatter takes much longer than using it.
const PLAIN = new Intl.NumberFormat('en-US', { useGrouping: false, maximumFractionDigits: 8 })
const INTEGER = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })

/** `digits` significant figures without trailing zeros or an exponent: 12.0 -> `12`, 1234.5 -> `1234.5`. */
export function formatNumber(value: number, digits = 4): string {
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '–'
  const rounded = Number(value.toPrecision(digits))
  return Math.abs(rounded) >= 1e15 || (rounded !== 0 && Math.abs(rounded) < 1e-4)
    ? rounded.toExponential().replace('e+', 'e')
    : PLAIN.format(rounded)
}

/** A number with an IEC prefix, as for memory: (65536, 'B') -> `64 KiB`. */
export function formatIec(value: number, unit: string, digits = 4): string {
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '–'
  let scaled = value
  let prefix = 0
  // A number that rounds up to the next prefix is shown with that prefix.
  const full = () => Math.max(Math.abs(scaled), Math.abs(Number(scaled.toPrecision(digits)))) >= 1024
  while (full() && prefix < IEC.length - 1) {
    scaled /= 1024
    prefix++
  }
  return `${formatNumber(scaled, digits)} ${IEC[prefix]}${unit}`
}

/** Bytes with IEC prefixes: 65536 -> `64 KiB`. */
export const formatBytes = (value: number, digits = 4): string => formatIec(value, 'B', digits)

/** The SI prefix for a number of this size, and its factor: 7.09e13 -> `T`, 1e12. */
export function siPrefix(value: number): { readonly prefix: string; readonly scale: number } {
  const [scale, prefix] = SI.find(([s]) => Math.abs(value) >= s) ?? [1, '']
  return { prefix, scale }
}

/** A number with an SI prefix: (7.09e13, 'MAC/s') -> `70.9 TMAC/s`. Below 1 no prefix is used. */
export function formatSi(value: number, unit: string, digits = 4): string {
  if (!Number.isFinite(value)) return `${value > 0 ? '∞' : '–'} ${unit}`
  const rounded = Math.abs(Number(value.toPrecision(digits)))
  const [scale, prefix] = SI.find(([s]) => rounded >= s) ?? [1, '']
  return `${formatNumber(value / scale, digits)} ${prefix}${unit}`
}

/** A share as a percentage: 0.6173 -> `61.7 %`. */
export const formatShare = (share: number, digits = 3): string => `${formatNumber(share * 100, digits)} %`

/** An integer in full with grouped digits: 134258688 -> `134,258,688`. */
export const formatInteger = (value: number): string => INTEGER.format(value)
