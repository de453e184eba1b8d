import { contours } from 'd3-contour'
import type { CustomSeriesOption, EChartsOption, LineSeriesOption } from 'echarts'
import { formatInteger, formatNumber, formatShare, formatSi } from '../core/units/format'
import type { Units } from '../core/units/units'
import type { MapParameter, MapRow } from '../core/study/throughput-map'
import { axisLook, plotBounds, shareAxis } from './axes'
import type { Readout } from './readout'
import { fontFamily, type ChartTheme } from './theme'

export interface ThroughputMapChart {
  readonly parameter: MapParameter
  /** Of all rows, also those that are not known yet. */
  readonly values: Float64Array
  /** Known rows, by index; an unknown row is drawn like the nearest known one. */
  readonly rows: readonly (MapRow | undefined)[]
  /** The parameter's value in the current design. */
  readonly present: number
  readonly theme: ChartTheme
}

export const mapGrid = { ...plotBounds, left: 84, right: 96, top: 14, bottom: 46 }

const AXES: Readonly<Record<MapParameter, { title: string; tick: (value: number) => string }>> = {
  die: { title: 'Die [mm²]', tick: (value) => formatNumber(value, 3) },
  dramBandwidth: { title: 'DRAM bandwidth', tick: (value) => formatSi(value, 'B/s', 3) },
  clock: { title: 'Clock', tick: (value) => formatSi(value, 'Hz', 3) },
  areaUm2PerByte: { title: 'Area per byte [µm²]', tick: (value) => formatNumber(value, 3) },
  batch: { title: 'Batch [sequences]', tick: formatInteger },
  length: { title: 'Length [tokens]', tick: formatInteger },
}

/** Iso-lines at equal ratios down from the best: each 1/sqrt(2) of the one above. */
const ISO_RATIO = Math.SQRT1_2
const ISO_LINES = 7

/** The axis reaches half a row beyond the outermost values, so that each row is centred on its value. */
function edges(values: Float64Array): { min: number; max: number } {
  const [first, last] = [values[0]!, values.at(-1)!]
  const half = values.length > 1 ? (last / first) ** (0.5 / (values.length - 1)) : 2
  return { min: first / half, max: last * half }
}

/** Each row, or the nearest that is known. */
function filled(rows: readonly (MapRow | undefined)[]): readonly MapRow[] {
  const known = rows.flatMap((row, at) => (row === undefined ? [] : [at]))
  return rows.map(
    (_, at) => rows[known.reduce((a, b) => (Math.abs(b - at) < Math.abs(a - at) ? b : a), known[0]!)]!,
  )
}

/** Throughput over share and a second parameter, with lines of equal throughput and the ridge of best shares. */
export function throughputMapOption({
  parameter,
  values,
  rows,
  present,
  theme,
}: ThroughputMapChart): EChartsOption {
  const all = filled(rows)
  const columns = all[0]!.throughput.length
  const peak = Math.max(...all.map(({ best }) => best?.throughput ?? 0))
  const scale = theme.units.rateScale(peak)
  const range = edges(values)
  const place = (row: number): number => range.min * (range.max / range.min) ** (row / values.length)
  const grid = all.flatMap(({ throughput }) => [...throughput])
  const thresholds = Array.from({ length: ISO_LINES }, (_, i) => peak * ISO_RATIO ** (ISO_LINES - i))
  const isolines = peak > 0 ? contours().size([columns, values.length]).thresholds(thresholds)(grid) : []
  const line = (
    data: ([number, number] | null)[],
    style: NonNullable<LineSeriesOption['lineStyle']>,
    name: string,
  ): LineSeriesOption => ({
    type: 'line',
    name,
    data: data as [number, number][],
    connectNulls: false,
    showSymbol: false,
    silent: true,
    z: 4,
    lineStyle: style,
  })
  return {
    animation: false,
    backgroundColor: theme.background,
    textStyle: { fontFamily, color: theme.text },
    grid: mapGrid,
    xAxis: { ...shareAxis(theme, 'Buffer share of the area', 28), splitLine: { show: false } },
    yAxis: {
      ...axisLook(theme, AXES[parameter].title),
      type: 'log',
      logBase: 2,
      ...range,
      nameGap: 64,
      splitLine: { show: false },
      axisLabel: {
        ...axisLook(theme, '').axisLabel,
        formatter: AXES[parameter].tick,
        customValues: ticksOf(range, parameter),
      },
      axisTick: { show: true, customValues: ticksOf(range, parameter) },
    },
    visualMap: {
      type: 'continuous',
      seriesIndex: 0,
      dimension: 2,
      min: 0,
      max: peak || 1,
      right: 8,
      top: 14,
      bottom: 46,
      itemWidth: 10,
      itemHeight: 130,
      calculable: false,
      text: [`${formatNumber(peak / scale.divisor, 3)} ${scale.unit}`, '0'],
      textStyle: { color: theme.muted, fontSize: 11 },
      inRange: { color: [...theme.sequence] },
    },
    series: [
      cells(
        all.map(({ throughput }) => throughput),
        values,
        peak,
      ),
      ...isolines.map(({ coordinates }, i) => ({
        ...line(
          coordinates.flatMap((polygon) =>
            polygon.flatMap((ring) => [
              ...ring.map(([x, y]): [number, number] | null =>
                // Rings close along the frame: that part is not drawn.
                x! <= 0 || y! <= 0 || x! >= columns || y! >= values.length ? null : [x! / columns, place(y!)],
              ),
              null,
            ]),
          ),
          { color: '#ffffff', width: 1, opacity: 0.75 },
          `${formatNumber(ISO_RATIO ** (ISO_LINES - i) * 100, 2)} % of the peak`,
        ),
      })),
      line(
        all.flatMap(({ best }, row) => (best === null ? [null] : [[best.share, values[row]!]])) as [
          number,
          number,
        ][],
        { color: theme.ridge, width: 2 },
        'best share',
      ),
      {
        ...line([], {}, 'present'),
        markLine: {
          silent: true,
          symbol: 'none',
          animation: false,
          label: { show: false },
          lineStyle: { color: theme.ridge, type: 'dashed', width: 1 },
          data: present > range.min && present < range.max ? [{ yAxis: present }] : [],
        },
      },
    ],
  }
}

/** Number of colours. Cells of one colour are one shape: 10,000 shapes are slow. */
const LEVELS = 96

/** The ground: a cell for each share and value, `[share, value, throughput]`, in the colour that the visual map gives it. */
function cells(rows: readonly Float64Array[], values: Float64Array, peak: number): CustomSeriesOption {
  const columns = rows[0]!.length
  const levelOf = (throughput: number): number => Math.round((throughput / (peak || 1)) * LEVELS)
  return {
    type: 'custom',
    name: 'throughput',
    silent: true,
    progressive: 0,
    clip: true,
    data: rows.flatMap((row, y) => Array.from(row, (value, x) => [(x + 0.5) / columns, values[y]!, value])),
    renderItem: ({ dataIndex, coordSys }, api) => {
      if (dataIndex !== 0) return null
      const { x: left, y: top, width, height } = coordSys as unknown as DOMRect
      const edge = (x: number): number => Math.round(left + (x / columns) * width)
      const base = (y: number): number => Math.round(top + height - (y / rows.length) * height)
      const shapes = new Map<number, { path: string; cell: number }>()
      rows.forEach((row, y) => {
        for (let x = 0; x < columns;) {
          const [first, level] = [x, levelOf(row[x]!)]
          while (x < columns && levelOf(row[x]!) === level) x++
          const shape = shapes.get(level) ?? { path: '', cell: y * columns + first }
          shape.path += `M${edge(first)} ${base(y)}H${edge(x)}V${base(y + 1)}H${edge(first)}Z`
          shapes.set(level, shape)
        }
      })
      return {
        type: 'group',
        children: [...shapes.values()].map(({ path, cell }) => ({
          type: 'path' as const,
          shape: { pathData: path },
          style: { fill: String(api.visual('color', cell)) },
        })),
      }
    },
  }
}

/** 1, 2 and 5 of each decade within the range, or powers of two for what is counted. */
function ticksOf({ min, max }: { min: number; max: number }, parameter: MapParameter): number[] {
  const counted = parameter === 'batch' || parameter === 'length'
  const ticks: number[] = []
  if (counted) {
    for (let tick = 2 ** Math.ceil(Math.log2(min)); tick <= max; tick *= 2) ticks.push(tick)
    return ticks
  }
  for (let decade = 10 ** Math.floor(Math.log10(min)); decade <= max; decade *= 10)
    for (const part of [1, 2, 5]) if (decade * part >= min && decade * part <= max) ticks.push(decade * part)
  return ticks
}

/** The read-out at one place of the map. */
export const mapReadout = (
  parameter: MapParameter,
  value: number,
  row: MapRow | undefined,
  share: number,
  units: Units,
): string => {
  const throughput =
    row?.throughput[Math.min(row.throughput.length - 1, Math.floor(share * row.throughput.length))]
  const best = row?.best
  return [
    `${AXES[parameter].title.replace(/ \[.*/, '')} ${AXES[parameter].tick(value)}`,
    throughput === undefined ? '' : units.rate(throughput, 3),
    best ? `best ${units.rate(best.throughput, 3)} with ${units.data(best.buffer, 3)}` : 'nothing fits',
  ]
    .filter(Boolean)
    .join(', ')
}

/** The read-out as a table: throughput at the share, and the best of the row. */
export function mapTable(
  parameter: MapParameter,
  value: number,
  row: MapRow | undefined,
  share: number,
  { units, ridge, muted }: ChartTheme,
): Readout {
  const throughput =
    row?.throughput[Math.min(row.throughput.length - 1, Math.floor(share * row.throughput.length))]
  const best = row?.best
  return {
    at: [
      `${formatShare(share)} of the area`,
      `${AXES[parameter].title.replace(/ \[.*/, '')} ${AXES[parameter].tick(value)}`,
    ],
    columns: ['throughput', 'share', 'SRAM'],
    rows: [
      {
        look: { name: 'here', color: muted, dash: 'solid' },
        values: [throughput === undefined ? 'computing' : units.rate(throughput, 3), formatShare(share), ''],
      },
      {
        look: { name: 'best of the row', color: ridge, dash: 'solid' },
        values: best
          ? [units.rate(best.throughput, 3), formatShare(best.share), units.data(best.buffer, 3)]
          : ['nothing fits', '', ''],
      },
    ],
  }
}
