import type { Architecture } from '../architecture/architecture'
import {
  bestShare,
  budgetOf,
  type AreaBudget,
  type MesaPoint,
  type MesaSlope,
} from '../analysis/performance-mesa'
import { bytesOfShare } from '../architecture/sram-area'
import { bytesPerSecond, hertz, mm2, um2 } from '../units/quantity'

/**
 * The second parameter of a map, besides the buffer's share. Batch and length change the workload; the others only
 * the chip.
 */
export type MapParameter = 'die' | 'dramBandwidth' | 'clock' | 'areaUm2PerByte' | 'batch' | 'length'

export const MAP_PARAMETERS: readonly MapParameter[] = [
  'die',
  'dramBandwidth',
  'clock',
  'areaUm2PerByte',
  'batch',
  'length',
]

/**
 * Values of the second parameter from `from` to `to`, in equal ratios. If they are counts, they are rounded (see
 * `wholeValue`) and distinct.
 */
export interface MapAxis {
  readonly parameter: MapParameter
  readonly from: number
  readonly to: number
  readonly rows: number
}

/** Whether the parameter belongs to the workload, so that every value has a curve of its own. */
export const isOfWorkload = (parameter: MapParameter): parameter is 'batch' | 'length' =>
  parameter === 'batch' || parameter === 'length'

export function axisValues({ parameter, from, to, rows }: MapAxis): Float64Array {
  const ratio = to / from
  const all = Array.from({ length: rows }, (_, i) => from * ratio ** (rows === 1 ? 0 : i / (rows - 1)))
  return Float64Array.from(isOfWorkload(parameter) ? new Set(all.map(smooth)) : all)
}

/**
 * Rounds to a number with many divisors: a multiple of a power of two. An odd length would show only the effect of
 * its few divisors.
 */
const smooth = (value: number): number => {
  const unit = 2 ** Math.max(0, Math.floor(Math.log2(value)) - 2)
  return Math.max(1, Math.round(value / unit) * unit)
}

/** The architecture with one parameter set. */
export function withFigure(
  architecture: Architecture,
  parameter: Exclude<MapParameter, 'batch' | 'length'>,
  value: number,
): Architecture {
  switch (parameter) {
    case 'die':
      return { ...architecture, die: mm2(value) }
    case 'dramBandwidth':
      return { ...architecture, dramBandwidth: bytesPerSecond(value) }
    case 'clock':
      return { ...architecture, clock: hertz(value) }
    case 'areaUm2PerByte':
      return { ...architecture, technology: { ...architecture.technology, areaUm2PerByte: um2(value) } }
  }
}

/** Part of a map: rows of one curve, each with its own budget. */
export interface MapTask {
  readonly kind: 'map'
  readonly label: string
  readonly cost: number
  readonly slope: MesaSlope
  readonly rows: readonly { readonly at: number; readonly budget: AreaBudget }[]
  /** Shares `(i + 1/2) / columns`. */
  readonly columns: number
}

export interface MapRow {
  readonly at: number
  /** MAC/s at each share. */
  readonly throughput: Float64Array
  /** The exact best, not one of the columns; null if nothing fits. */
  readonly best: MesaPoint | null
}

export interface MapPart {
  readonly kind: 'map'
  readonly rows: readonly MapRow[]
}

/** Throughput at evenly spaced shares, in MAC/s; one walk along the staircase for each row. */
export function runMapTask({ slope, rows, columns }: MapTask): MapPart {
  return {
    kind: 'map',
    rows: rows.map(({ at, budget }): MapRow => {
      const best = bestShare(slope, budget)
      return { at, throughput: throughputs(slope, budget, columns), best: best.ok ? best.value : null }
    }),
  }
}

function throughputs(slope: MesaSlope, budget: AreaBudget, columns: number): Float64Array {
  const { bufferBytes, trafficBytes } = slope
  const row = new Float64Array(columns)
  let step = -1
  for (let i = 0; i < columns; i++) {
    const share = (i + 0.5) / columns
    const buffer = bytesOfShare(budget, share)
    while (step + 1 < bufferBytes.length && bufferBytes[step + 1]! <= buffer) step++
    if (step < 0) continue
    const compute = (((1 - share) * budget.area) / budget.areaUm2PerMac) * budget.clock
    row[i] = Math.min(compute, (budget.dramBandwidth * slope.macs) / trafficBytes[step]!)
  }
  return row
}

/** The order in which rows are computed: every 16th, then those between, and so on. */
export function coarseToFine(rows: number): readonly (readonly number[])[] {
  const seen = new Set<number>()
  const rounds: number[][] = []
  for (let step = 16; step >= 1; step /= 2) {
    const round: number[] = []
    for (let row = 0; row < rows; row += step) if (!seen.has(row)) round.push(row)
    if (step === 16 && rows > 1) round.push(rows - 1)
    const fresh = [...new Set(round)].filter((row) => !seen.has(row))
    for (const row of fresh) seen.add(row)
    if (fresh.length > 0) rounds.push(fresh)
  }
  return rounds
}

/** Tasks of one curve whose rows differ in a parameter of the chip; one task for each round. */
export const mapTasks = (
  slope: MesaSlope,
  architecture: Architecture,
  parameter: Exclude<MapParameter, 'batch' | 'length'>,
  values: Float64Array,
  columns: number,
): readonly MapTask[] =>
  coarseToFine(values.length).map((rows): MapTask => ({
    kind: 'map',
    label: 'throughput map',
    cost: rows.length * columns,
    slope,
    rows: rows.map((at) => ({ at, budget: budgetOf(withFigure(architecture, parameter, values[at]!)) })),
    columns,
  }))
