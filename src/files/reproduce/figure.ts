import type { NamedCurve, NamedPoint } from '../../charts/curves-option'
import { delimited } from '../../core/report/tables/delimited'
import type { EChartsOption } from 'echarts'

/** A figure of the paper, computed again: chart, table, and a line on how it agrees. */
export interface Figure {
  /** Its number in the paper: `18b`. */
  readonly number: string
  readonly title: string
  readonly option: EChartsOption
  /** Header and rows. */
  readonly csv: readonly (readonly (string | number)[])[]
  readonly agreement: string
}

/** Rows of several curves in one table, with the curve's name in the first column. */
export const curveRows = (
  curves: readonly NamedCurve[],
  points: readonly NamedPoint[],
  column: string,
): Figure['csv'] => [
  ['curve', 'buffer_bytes', column],
  ...curves.flatMap(({ name, curve, y }) =>
    Array.from(curve.bufferBytes, (buffer, i) => [name, buffer, (y ?? curve.trafficBytes)[i]!]),
  ),
  ...points.map(({ name, x, y }) => [`measured: ${name}`, x, y]),
]

export const csvText = (rows: Figure['csv']): string => delimited(rows)
