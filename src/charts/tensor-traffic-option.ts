import type { EChartsOption, LineSeriesOption } from 'echarts'
import type { TensorTraffic } from '../core/analysis/tensor-traffic'
import { axisLook, dataAxis, byteRange, percentTick, plotBounds, type BufferRange } from './axes'
import { fontFamily, type ChartTheme } from './theme'

export interface TensorTrafficChart {
  readonly traffic: TensorTraffic
  readonly theme: ChartTheme
  /** Buffer sizes that are shown; all that have something to show unless given. */
  readonly range?: BufferRange | undefined
}

export const tensorTrafficGrid = { ...plotBounds, left: 84, right: 150, top: 18, bottom: 46 }

/** More tensors cannot be told apart: the smallest are drawn together. */
const MOST_TENSORS = 9

export const tensorRange = ({ bufferBytes }: TensorTraffic): { min: number; max: number } =>
  byteRange(bufferBytes[0]!, bufferBytes.at(-1)! * 2)

interface Band {
  readonly name: string
  readonly trafficBytes: Float64Array
}

/** The tensors that move most, and the others as one. */
export function bandsOf({ tensors, bufferBytes }: TensorTraffic): readonly Band[] {
  if (tensors.length <= MOST_TENSORS + 1) return tensors
  const rest = new Float64Array(bufferBytes.length)
  for (const { trafficBytes } of tensors.slice(MOST_TENSORS))
    trafficBytes.forEach((bytes, i) => (rest[i] = rest[i]! + bytes))
  return [
    ...tensors.slice(0, MOST_TENSORS),
    { name: `${tensors.length - MOST_TENSORS} others`, trafficBytes: rest },
  ]
}

/** Each tensor's share of the traffic against buffer size, stacked. */
export function tensorTrafficOption(chart: TensorTrafficChart): EChartsOption {
  const { traffic, theme } = chart
  const { bufferBytes } = traffic
  const bands = bandsOf(traffic)
  const totals = bufferBytes.map((_, i) => bands.reduce((sum, band) => sum + band.trafficBytes[i]!, 0))
  const range = chart.range ?? tensorRange(traffic)
  const last = bufferBytes.length - 1
  return {
    animation: false,
    backgroundColor: theme.background,
    textStyle: { fontFamily, color: theme.text },
    // Listed from the top of the stack down, beside it.
    legend: {
      orient: 'vertical',
      right: 8,
      top: 18,
      width: 130,
      align: 'left',
      itemWidth: 12,
      itemHeight: 10,
      itemGap: 6,
      icon: 'rect',
      selectedMode: false,
      textStyle: { color: theme.text, fontSize: 11, width: 104, overflow: 'truncate' },
      data: bands.map(({ name }) => name).reverse(),
    },
    grid: tensorTrafficGrid,
    xAxis: dataAxis(theme, 'Buffer size', 28, range),
    yAxis: {
      ...axisLook(theme, 'Share of the traffic'),
      nameGap: 52,
      type: 'value',
      min: 0,
      max: 1,
      axisLabel: { ...axisLook(theme, '').axisLabel, formatter: percentTick },
    },
    series: bands.map(({ name, trafficBytes }, at): LineSeriesOption => {
      const color = theme.tensors[at % theme.tensors.length]!
      const share = (i: number) => (totals[i] === 0 ? 0 : trafficBytes[i]! / totals[i]!)
      return {
        type: 'line',
        name,
        stack: 'traffic',
        step: 'end',
        showSymbol: false,
        silent: true,
        lineStyle: { width: 0.75, color: theme.background },
        itemStyle: { color },
        areaStyle: { color, opacity: 1 },
        data: [...Array.from(bufferBytes, (buffer, i) => [buffer, share(i)]), [range.max, share(last)]],
      }
    }),
  }
}
