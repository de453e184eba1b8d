import type { EChartsOption } from 'echarts'
import type { Tabular } from '../core/report/tables/tabular'

type Series = Extract<NonNullable<EChartsOption['series']>, readonly unknown[]>[number]

/** The numbers of one point as ECharts takes it: an array, or an object that holds one. */
function valuesOf(point: unknown): readonly (string | number)[] {
  if (Array.isArray(point)) return point as (string | number)[]
  if (typeof point === 'object' && point !== null && 'value' in point) return valuesOf(point.value)
  return [point as string | number]
}

/** The data of a chart's curves, one row for each vertex: series, then coordinates. */
export function seriesData(name: string, { series }: EChartsOption): Tabular {
  const all: readonly Series[] = Array.isArray(series) ? series : series === undefined ? [] : [series]
  const rows = all.flatMap((one) => {
    const data = 'data' in one && Array.isArray(one.data) ? (one.data as readonly unknown[]) : []
    return data
      .filter((point) => point !== null)
      .map((point): (string | number)[] => [String(one.name ?? ''), ...valuesOf(point)])
  })
  const widest = Math.max(3, ...rows.map((row) => row.length))
  return {
    name,
    columns: ['series', 'x', 'y', 'value'].slice(0, Math.min(4, widest)),
    rows,
  }
}
