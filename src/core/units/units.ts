import { formatIec, formatInteger, formatNumber, formatSi, siPrefix } from './format'

export const WORK_UNITS = ['MAC', 'op'] as const
export const DATA_UNITS = ['byte', 'element'] as const
export const PREFIXES = ['IEC', 'SI'] as const

/** How quantities are shown: a multiply-accumulate as one or as two operations, data in bytes or in values. */
export interface UnitChoice {
  readonly work: (typeof WORK_UNITS)[number]
  readonly data: (typeof DATA_UNITS)[number]
  /** Of data: `MiB` or `MB`. Rates and frequencies always have SI prefixes. */
  readonly prefixes: (typeof PREFIXES)[number]
}

export const USUAL_CHOICE: UnitChoice = { work: 'MAC', data: 'byte', prefixes: 'IEC' }

/** Sizes in an inclusive range. */
interface Range {
  readonly min: number
  readonly max: number
}

/** Formats quantities, given in MACs and bytes, in the chosen units. */
export interface Units {
  /** The choice in force: bytes if elements are not possible. */
  readonly choice: UnitChoice
  /** `MAC` or `op`, and how many of them make a MAC. */
  readonly workUnit: string
  readonly workPerMac: number
  /** `B` or `el`, and how many of them make a byte. */
  readonly dataUnit: string
  readonly dataPerByte: number
  /** `MAC/s`, `MAC/B` and so on. */
  readonly rateUnit: string
  readonly intensityUnit: string
  /** Work: 1000 MACs -> `2,000` operations, without the unit. */
  work(macs: number): string
  /** Throughput: 7.09e13 MAC/s -> `70.9 TMAC/s`. */
  rate(macsPerSecond: number, digits?: number): string
  /** Operational intensity, with its unit. */
  intensity(macsPerByte: number, digits?: number): string
  /** Data that a workload moves or holds: `64 MiB`, `64 Mi el`. */
  data(bytes: number, digits?: number): string
  /** Data that a memory holds: always bytes. */
  memory(bytes: number, digits?: number): string
  /** For an axis up to a throughput: its unit, and the divisor of a figure in MAC/s. */
  rateScale(most: number): { readonly unit: string; readonly divisor: number }
  /** Round sizes of data within a range of bytes, as many as can be read on an axis. */
  dataTicks(range: Range, most?: number): number[]
}

/**
 * @param bitsPerElement width of all tensors shown; null if they differ, because elements of different widths cannot
 * be added
 */
export function unitsOf(wanted: UnitChoice, bitsPerElement: number | null): Units {
  const choice: UnitChoice = bitsPerElement === null ? { ...wanted, data: 'byte' } : wanted
  const workPerMac = choice.work === 'MAC' ? 1 : 2
  const elements = choice.data === 'element'
  const dataPerByte = elements ? 8 / bitsPerElement! : 1
  const dataUnit = elements ? 'el' : 'B'
  const rateUnit = `${choice.work}/s`
  const intensityUnit = `${choice.work}/${dataUnit}`
  const prefixed = choice.prefixes === 'IEC' ? formatIec : formatSi
  // `64 Mi el` can be read, `64 Miel` cannot.
  const spaced = (text: string): string => (elements ? text.replace(/ ?el$/, ' el') : text)
  return {
    choice,
    workUnit: choice.work,
    workPerMac,
    dataUnit,
    dataPerByte,
    rateUnit,
    intensityUnit,
    work: (macs) => formatInteger(macs * workPerMac),
    rate: (macsPerSecond, digits) => formatSi(macsPerSecond * workPerMac, rateUnit, digits),
    intensity: (macsPerByte, digits) =>
      `${formatNumber((macsPerByte * workPerMac) / dataPerByte, digits)} ${intensityUnit}`,
    data: (bytes, digits) => spaced(prefixed(bytes * dataPerByte, dataUnit, digits)),
    memory: (bytes, digits) => prefixed(bytes, 'B', digits),
    rateScale: (most) => {
      const { prefix, scale } = siPrefix(most * workPerMac)
      return { unit: `${prefix}${rateUnit}`, divisor: scale / workPerMac }
    },
    dataTicks: ({ min, max }, most = 9) => {
      const base = choice.prefixes === 'IEC' ? 2 : 10
      const exponent = (bytes: number): number => Math.log(bytes * dataPerByte) / Math.log(base)
      // Allows for the rounding of the logarithm of a power.
      const [low, high] = [exponent(min) - 1e-9, exponent(max) + 1e-9]
      const step = [1, 2, 4, 5, 10].find((candidate) => (high - low) / candidate <= most) ?? 10
      const ticks: number[] = []
      for (let at = Math.ceil(low / step) * step; at <= high; at += step) ticks.push(base ** at / dataPerByte)
      return ticks
    },
  }
}

/** MACs, bytes and IEC prefixes. */
export const USUAL_UNITS = unitsOf(USUAL_CHOICE, 8)

/** The common width of all tensors of a workload; null if they differ. */
export function commonBits({
  einsums,
}: {
  readonly einsums: readonly {
    readonly output: { readonly bitsPerValue: number }
    readonly inputs: readonly { readonly bitsPerValue: number }[]
  }[]
}): number | null {
  const widths = new Set(
    einsums.flatMap(({ output, inputs }) => [output, ...inputs].map(({ bitsPerValue }) => bitsPerValue)),
  )
  return widths.size === 1 ? [...widths][0]! : null
}
