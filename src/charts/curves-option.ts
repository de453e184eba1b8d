import type { Staircase } from '../core/front/columns'
import type { Strategy } from '../core/mappers/strategy'
import type { EChartsOption } from 'echarts'

import { formatNumber } from '../core/units/format'
import { axisLook, dataAxis, byteRange, plotBounds } from './axes'
import { stepVertices } from './ski-slope-option'

import { fontFamily, strategyDashes, type ChartTheme } from './theme'

/** A named staircase. `y` is plotted against the buffer size; the curve's traffic unless given. */
export interface NamedCurve {
  readonly name: string
  readonly curve: Staircase
  readonly y?: ArrayLike<number>
  /** Drawn in the strategy's colour, where the curve is of one. */
  readonly strategy?: Strategy
}

/** A measurement beside curves. */
export interface NamedPoint {
  readonly name: string
  readonly x: number
  readonly y: number
  readonly label: 'top' | 'bottom'
}

export interface CurvesChart {
  readonly theme: ChartTheme
  readonly curves: readonly NamedCurve[]
  readonly points?: readonly NamedPoint[]
  readonly y: 'traffic' | 'intensity' | 'reduction'
  /** Least buffer size shown; the first point's unless given. */
  readonly from?: number
}

/** Okabe-Ito, ordered so that neighbours differ; line styles repeat the colours for print. */
const HUES = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#7a6f00', '#444444']
const DASHES = ['solid', [8, 4], [2, 3], [10, 3, 2, 3], [4, 3, 1, 3], [14, 4], [6, 2], [1, 2]] as const

const AXES = {
  traffic: 'Backing-store traffic',
  intensity: 'Operational intensity',
  reduction: 'Less traffic than unfused',
} as const

/** Several named staircases against buffer size, in one chart. */
export function curvesOption({ theme, curves, points = [], y, from }: CurvesChart): EChartsOption {
  const range = byteRange(
    from ?? Math.min(...curves.map(({ curve }) => curve.bufferBytes[0]!)),
    Math.max(...curves.map(({ curve }) => curve.bufferBytes.at(-1)!), ...points.map(({ x }) => x)) * 1.5,
  )
  const values = curves.flatMap(({ curve, y: own }) =>
    Array.from(own ?? curve.trafficBytes).filter((_, i) => curve.bufferBytes[i]! >= range.min),
  )
  const heights = [...values, ...points.map((point) => point.y)].filter(Number.isFinite)
  return {
    animation: false,
    backgroundColor: theme.background,
    textStyle: { fontFamily, color: theme.text },
    legend: {
      top: 0,
      left: 80,
      itemWidth: 22,
      itemHeight: 8,
      itemGap: 12,
      selectedMode: false,
      itemStyle: { opacity: 0 },
      textStyle: { color: theme.text, fontSize: 11 },
      data: curves.map(({ name }) => name),
    },
    grid: { ...plotBounds, left: 84, right: 28, top: curves.length > 5 ? 52 : 32, bottom: 46 },
    xAxis: dataAxis(theme, 'Buffer size', 28, range),
    yAxis:
      y === 'traffic'
        ? dataAxis(theme, AXES[y], 66, byteRange(Math.min(...heights) / 2, Math.max(...heights)))
        : {
            ...axisLook(theme, y === 'intensity' ? `${AXES[y]} [${theme.units.intensityUnit}]` : AXES[y]),
            nameGap: 52,
            type: 'value',
            min: 0,
            axisLabel: {
              ...axisLook(theme, '').axisLabel,
              formatter: (value: number) => `${formatNumber(value, 3)}${y === 'reduction' ? 'x' : ''}`,
            },
          },
    series: [
      ...curves.map(({ name, curve, y: own, strategy }, i) => {
        const color = strategy ? theme.strategies[strategy] : HUES[i % HUES.length]!
        const dash = strategy ? strategyDashes[strategy] : DASHES[i % DASHES.length]!
        return {
          type: 'line' as const,
          name,
          data: stepVertices(curve.bufferBytes, own ?? curve.trafficBytes, range.max),
          showSymbol: false,
          clip: true,
          lineStyle: { color, width: 1.75, type: dash as 'solid' | number[] },
          itemStyle: { color },
        }
      }),
      ...(points.length === 0
        ? []
        : [
            {
              type: 'line' as const,
              name: 'measured',
              data: points.map(({ x, y: height, label }) => ({
                value: [x, height],
                label: { position: label },
              })),
              lineStyle: { width: 0 },
              showSymbol: true,
              symbol: 'diamond',
              symbolSize: 8,
              itemStyle: { color: theme.text },
              label: {
                show: true,
                fontSize: 10,
                color: theme.text,
                formatter: ({ dataIndex }: { dataIndex: number }) => points[dataIndex]!.name,
              },
            },
          ]),
    ],
  }
}
