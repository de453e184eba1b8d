import type { EChartsOption } from 'echarts'

type Series = Extract<NonNullable<EChartsOption['series']>, readonly unknown[]>[number]

/** The numbers of one point as ECharts takes it: an array, or an object that holds one. */
function valuesOf(point: unknown): readonly unknown[] {
  if (Array.isArray(point)) return point
  if (typeof point === 'object' && point !== null && 'value' in point) return valuesOf(point.value)
  return [point]
}

/** What a chart's curves are drawn from, a row a vertex: series, then its coordinates. */
export function seriesTsv({ series }: EChartsOption, separator = '\t'): string {
  const all: readonly Series[] = Array.isArray(series) ? series : series === undefined ? [] : [series]
  const quote = (text: string): string =>
    text.includes(separator) || text.includes('"') ? `"${text.replaceAll('"', '""')}"` : text
  const rows = all.flatMap((one) => {
    const data = 'data' in one && Array.isArray(one.data) ? (one.data as readonly unknown[]) : []
    return data
      .filter((point) => point !== null)
      .map((point) => [quote(String(one.name ?? '')), ...valuesOf(point).map(String)].join(separator))
  })
  return `${[['series', 'x', 'y'].join(separator), ...rows].join('\n')}\n`
}
