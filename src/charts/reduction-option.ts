import type { Staircase } from '../core/front/columns'
import { trafficAt } from '../core/front/read'
import type { Strategy } from '../core/mappers/strategy'
import type { EChartsOption } from 'echarts'

import { formatNumber } from '../core/units/format'
import { axisLook, dataAxis, byteRange, plotBounds, type BufferRange } from './axes'
import { stepVertices } from './ski-slope-option'
import { overlayLegend, overlayLine, strategyLook } from './overlays'
import { fontFamily, type ChartTheme } from './theme'

export interface ReductionChart {
  /** The unfused cascade, which the others are compared with. */
  readonly unfused: Staircase
  readonly strategies: readonly { readonly strategy: Strategy; readonly curve: Staircase }[]
  readonly theme: ChartTheme
  /** Buffer sizes that are shown; all that have something to show unless given. */
  readonly range?: BufferRange | undefined
}

type Curves = Pick<ReductionChart, 'unfused' | 'strategies'>

export const reductionGrid = { ...plotBounds, left: 66, right: 20, top: 30, bottom: 46 }

/** The buffer sizes that the chart shows: those at which any strategy saves or costs anything. */
export function reductionRange({ unfused, strategies }: Curves): BufferRange {
  const last = Math.max(
    unfused.bufferBytes.at(-1)!,
    ...strategies.map(({ curve }) => curve.bufferBytes.at(-1)!),
  )
  const first = Math.min(...reductions({ unfused, strategies }).map(({ x }) => x[0] ?? last))
  return byteRange(Math.min(first, last / 2), last)
}

/** Unfused traffic over each strategy's traffic (Orojenesis Fig. 18b). */
export function reductionOption(chart: ReductionChart): EChartsOption {
  const { unfused, strategies, theme } = chart
  const range = chart.range ?? reductionRange(chart)
  return {
    animation: false,
    backgroundColor: theme.background,
    textStyle: { fontFamily, color: theme.text },
    legend: {
      ...overlayLegend(
        theme,
        strategies.map(({ strategy }) => strategyLook(strategy, theme)),
      ),
      show: true,
    },
    grid: reductionGrid,
    xAxis: dataAxis(theme, 'Buffer size', 28, range),
    yAxis: {
      ...axisLook(theme, 'Less traffic than unfused'),
      nameGap: 42,
      type: 'value',
      min: 0,
      axisLabel: {
        ...axisLook(theme, '').axisLabel,
        formatter: (value: number) => `${formatNumber(value, 3)}x`,
      },
    },
    series: reductions({ unfused, strategies }).map(({ strategy, x, y }) =>
      overlayLine(strategyLook(strategy, theme), stepVertices(x, y, range.max), true),
    ),
  }
}

/** Each strategy's ratio at every size where it or the unfused curve has a point, from where it differs from 1. */
function reductions({ unfused, strategies }: Curves) {
  return strategies.map(({ strategy, curve }) => {
    const start = curve.bufferBytes[0] ?? Infinity
    const sizes = [...new Set([...unfused.bufferBytes, ...curve.bufferBytes])]
      .filter((size) => size >= start)
      .sort((a, b) => a - b)
    const ratios = sizes.map((size) => trafficAt(unfused, size) / trafficAt(curve, size))
    const from = Math.max(0, ratios.findIndex((ratio) => Math.abs(ratio - 1) > 1e-3) - 1)
    return { strategy, x: Float64Array.from(sizes.slice(from)), y: ratios.slice(from) }
  })
}
