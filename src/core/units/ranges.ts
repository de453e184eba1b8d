import { formatNumber } from './format'

/** What a quantity may be, ends included. */
export interface QuantityRange {
  /** As a sentence begins: `The die`. */
  readonly what: string
  readonly min: number
  readonly max: number
  /** The unit that both ends are in; empty for shares and counts. */
  readonly unit: string
  /** What the range follows from, where that is shorter. */
  readonly rule?: string
}

/**
 * Ranges of the quantities that users give. Wide enough for any chip, and narrow enough that all that is computed from
 * them is finite, and that bytes and MACs on a die are counted exactly: there are at most 10^14.
 */
export const RANGES = {
  areaUm2PerMac: { what: 'The area per MAC', min: 1e-3, max: 1e6, unit: 'µm²' },
  areaUm2PerByte: { what: 'The area per byte', min: 1e-3, max: 1e6, unit: 'µm²' },
  die: { what: 'The die', min: 1e-9, max: 1e5, unit: 'mm²' },
  ioShare: { what: 'The I/O share', min: 0, max: 0.999, unit: '', rule: 'below 1' },
  clock: { what: 'The clock', min: 1, max: 1e12, unit: 'Hz' },
  bandwidth: { what: 'The bandwidth', min: 1, max: 1e15, unit: 'B/s' },
  dramBandwidth: { what: 'The DRAM bandwidth', min: 1, max: 1e15, unit: 'B/s' },
  innerBandwidth: { what: 'The bandwidth between the levels', min: 1, max: 1e18, unit: 'B/s' },
  capacity: { what: 'The capacity', min: 1, max: 2 ** 50, unit: 'B' },
  energyPerByte: { what: 'The energy per byte', min: 0, max: 1e9, unit: 'pJ/B' },
  energyPerMac: { what: 'The energy per MAC', min: 0, max: 1e9, unit: 'pJ' },
  leakage: { what: 'The leakage', min: 0, max: 1e6, unit: 'W' },
  macRate: { what: 'The rate of a MAC', min: 1, max: 1e15, unit: 'MAC/s' },
  macsPerCycle: { what: 'The MACs per cycle', min: 1, max: 1e6, unit: '' },
  instanceArea: { what: 'The area of an instance', min: 0, max: 1e5, unit: 'mm²' },
  arraySize: { what: 'The size of an array', min: 1, max: 65536, unit: '' },
  valueBits: { what: 'The width of a value', min: 1, max: 1024, unit: 'bit' },
  tile: { what: 'The tile', min: 1, max: 2 ** 48, unit: '' },
  timeLimit: { what: 'The time limit', min: 0.001, max: 1e6, unit: 's' },
  wantedThroughput: { what: 'The wanted throughput', min: 1, max: 1e24, unit: 'MAC/s' },
  weight: { what: 'The weight', min: 0, max: 1e9, unit: '' },
  batch: { what: 'The batch', min: 1, max: 2 ** 27, unit: '' },
  length: { what: 'The length', min: 1, max: 2 ** 27, unit: '' },
} as const satisfies Readonly<Record<string, QuantityRange>>

export const isWithin = ({ min, max }: QuantityRange, value: number): boolean => value >= min && value <= max

/** The nearest value in the range. */
export const clamp = (value: number, { min, max }: QuantityRange): number =>
  Math.min(max, Math.max(min, value))

/** `from 0.001 to 100000 mm²`. */
export const rangeText = ({ min, max, unit }: QuantityRange): string =>
  `from ${formatNumber(min, 12)} to ${formatNumber(max, 12)}${unit === '' ? '' : ` ${unit}`}`

export const outOfRange = (range: QuantityRange): string =>
  `${range.what} must be ${range.rule === undefined ? '' : `${range.rule}, `}${rangeText(range)}`
