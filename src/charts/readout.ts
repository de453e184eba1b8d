import { bytesOfShare } from '../core/architecture/sram-area'
import { mixAt, type MixMember } from '../core/analysis/mix-mesa'
import { LIMITER_TITLES, mesaAt, type AreaBudget, type MesaSlope } from '../core/analysis/performance-mesa'
import type { TensorTraffic } from '../core/analysis/tensor-traffic'
import type { Slope } from '../core/front/columns'
import { pointIndexAt, trafficAt } from '../core/front/read'
import { formatInteger, formatNumber, formatShare } from '../core/units/format'
import type { Units } from '../core/units/units'
import { floorNote, overFloor } from '../core/report/floor-text'
import type { Floor } from '../core/analysis/floor/floor'
import type { CurveLook, Overlay } from './overlays'
import { bandsOf } from './tensor-traffic-option'
import type { ChartTheme } from './theme'

/** The values of all curves of a chart at its cursor. */
export interface Readout {
  /** Where the cursor is, in the chart's terms: share, buffer, MACs. */
  readonly at: readonly string[]
  /** Names of the values. */
  readonly columns: readonly string[]
  /** One row for each curve; the chart's main curve first. */
  readonly rows: readonly ReadoutRow[]
  /** What the values mean, in a sentence. */
  readonly note?: string
}
export interface ReadoutRow {
  readonly look: CurveLook
  readonly values: readonly string[]
}

const NOTHING = 'does not fit'

/** A read-out without some of its curves. */
export const without = (readout: Readout, names: readonly string[]): Readout =>
  names.length === 0
    ? readout
    : { ...readout, rows: readout.rows.filter(({ look }) => !names.includes(look.name)) }

/** A read-out as a sentence, for the live region. */
export const spoken = ({ at, columns, rows, note }: Readout): string =>
  [
    at.join(', '),
    ...rows.map(({ look, values }) =>
      [look.name, ...values.map((value, i) => `${columns[i]!} ${value}`)].join(' '),
    ),
    ...(note === undefined ? [] : [note]),
  ].join('. ')

type Curves = readonly (Pick<Overlay, 'look' | 'curve' | 'floor'> & { readonly macs: number })[]

/** Least traffic of every curve at a buffer size, its ratio to the algorithmic minimum, and to its floor; then floors. */
export function slopeReadout(
  slope: Slope,
  curves: Curves,
  bytes: number,
  units: Units,
  floors: readonly { readonly look: CurveLook; readonly at: Floor }[] = [],
): Readout {
  const gap0 = (traffic: number) => `${formatNumber(traffic / slope.algorithmicMinimum, 3)}x`
  const [main] = floors
  return {
    at: [units.data(bytes)],
    columns: ['traffic', 'Gap 0', ...(main === undefined ? [] : ['over its floor'])],
    rows: [
      ...curves.map(({ look, curve, floor }) => {
        const traffic = trafficAt(curve, bytes)
        return {
          look,
          values: Number.isFinite(traffic)
            ? [
                units.data(traffic),
                gap0(traffic),
                ...(floor === undefined ? [] : [overFloor(traffic, floor(bytes).bytes)]),
              ]
            : [NOTHING, ''],
        }
      }),
      ...floors.map(({ look, at }) => ({
        look,
        values: [units.data(at(bytes).bytes), gap0(at(bytes).bytes)],
      })),
    ],
    ...(main === undefined ? {} : { note: floorNote(main.at(bytes), trafficAt(slope, bytes)) }),
  }
}

/** Operational intensity of every curve at a buffer size. */
export function intensityReadout(curves: Curves, bytes: number, units: Units): Readout {
  return {
    at: [units.data(bytes)],
    columns: ['intensity'],
    rows: curves.map(({ look, curve, macs }) => {
      const traffic = trafficAt(curve, bytes)
      return { look, values: [Number.isFinite(traffic) ? units.intensity(macs / traffic) : NOTHING] }
    }),
  }
}

/** Reduction of traffic by every strategy at a buffer size. */
export function reductionReadout(
  unfused: Slope,
  curves: readonly Pick<Overlay, 'look' | 'curve'>[],
  bytes: number,
  units: Units,
): Readout {
  const from = trafficAt(unfused, bytes)
  return {
    at: [units.data(bytes), `unfused ${Number.isFinite(from) ? units.data(from) : NOTHING}`],
    columns: ['less traffic', 'traffic'],
    rows: curves.map(({ look, curve }) => {
      const traffic = trafficAt(curve, bytes)
      return {
        look,
        values:
          Number.isFinite(traffic) && Number.isFinite(from)
            ? [`${formatNumber(from / traffic, 3)}x`, units.data(traffic)]
            : [NOTHING, ''],
      }
    }),
  }
}

/** A curve of a performance mesa: a workload on a die, or a mix of several. */
export interface MesaSource {
  readonly look: CurveLook
  readonly budget: AreaBudget
  readonly of: { readonly slope: MesaSlope } | { readonly mix: readonly MixMember[] }
}

/** Throughput and limiter of every curve at a share of the area. */
export function mesaReadout(sources: readonly MesaSource[], share: number, units: Units): Readout {
  const { budget } = sources[0]!
  const macs = ((1 - share) * budget.area) / budget.areaUm2PerMac
  return {
    at: [
      `${formatShare(share)} of the area`,
      units.data(bytesOfShare(budget, share)),
      `${formatInteger(Math.floor(macs))} MACs`,
    ],
    columns: ['throughput', 'limited by'],
    rows: sources.map(({ look, budget: own, of }) => {
      if ('mix' in of) return { look, values: [units.rate(mixAt(of.mix, own, share).throughput), ''] }
      const { throughput, limiter } = mesaAt(of.slope, own, share)
      return { look, values: [units.rate(throughput), LIMITER_TITLES[limiter]] }
    }),
  }
}

/** Traffic of every tensor at a buffer size, in the order and the colours of the stack. */
export function tensorReadout(traffic: TensorTraffic, theme: ChartTheme, bytes: number): Readout | null {
  const point = pointIndexAt(traffic, bytes)
  if (point < 0) return null
  const bands = bandsOf(traffic)
  const total = bands.reduce((sum, { trafficBytes }) => sum + trafficBytes[point]!, 0)
  return {
    at: [theme.units.data(bytes), `${theme.units.data(total)} of traffic`],
    columns: ['traffic', 'share'],
    rows: bands
      .map(({ name, trafficBytes }, at) => ({
        look: { name, color: theme.tensors[at % theme.tensors.length]!, dash: 'solid' as const },
        values: [
          theme.units.data(trafficBytes[point]!, 3),
          formatShare(total === 0 ? 0 : trafficBytes[point]! / total),
        ],
      }))
      .reverse(),
  }
}
