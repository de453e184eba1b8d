import type { EChartsOption } from 'echarts'
import { PARAMETER_TITLES } from '../core/study/parameters'
import { SWING, type Sensitivity } from '../core/study/sensitivity'
import { formatNumber } from '../core/units/format'
import { axisLook, plotBounds } from './axes'
import { fontFamily, type ChartTheme } from './theme'

export interface TornadoChart {
  readonly sensitivities: readonly Sensitivity[]
  /** Colour of the strategy that it is about. */
  readonly color: string
  readonly theme: ChartTheme
}

const percent = (value: number): string => `${value > 0 ? '+' : ''}${formatNumber(value * 100, 3)} %`

/** How far the best throughput moves with each parameter, the largest on top. */
export function tornadoOption({ sensitivities, color, theme }: TornadoChart): EChartsOption {
  const rows = [...sensitivities].reverse()
  const reach = Math.max(
    0.05,
    ...rows.flatMap(({ lowChange, highChange }) => [-lowChange, -highChange, lowChange, highChange]),
  )
  const bars = (name: string, change: (row: Sensitivity) => number, filled: boolean) => ({
    type: 'bar' as const,
    name,
    stack: name,
    barGap: '-100%',
    barWidth: '62%',
    silent: true,
    data: rows.map((row) => ({
      value: change(row),
      label: { position: change(row) < 0 ? ('left' as const) : ('right' as const) },
    })),
    itemStyle: {
      color: filled ? color : theme.background,
      borderColor: color,
      borderWidth: 1,
    },
    label: {
      show: true,
      color: theme.text,
      fontSize: 11,
      formatter: ({ value }: { value?: unknown }) =>
        typeof value === 'number' && Math.abs(value) >= 5e-4 ? percent(value) : '',
    },
  })
  return {
    animation: false,
    backgroundColor: theme.background,
    textStyle: { fontFamily, color: theme.text },
    legend: {
      top: 0,
      right: 8,
      itemWidth: 12,
      itemHeight: 8,
      selectedMode: false,
      textStyle: { color: theme.text, fontSize: 11 },
      data: [`${formatNumber(SWING * 100)} % less`, `${formatNumber(SWING * 100)} % more`],
    },
    grid: { ...plotBounds, left: 112, right: 24, top: 26, bottom: 40 },
    xAxis: {
      ...axisLook(theme, 'Change of the best throughput'),
      type: 'value',
      nameGap: 24,
      min: -reach * 1.35,
      max: reach * 1.35,
      axisLabel: {
        ...axisLook(theme, '').axisLabel,
        formatter: percent,
        showMinLabel: false,
        showMaxLabel: false,
      },
    },
    yAxis: {
      type: 'category',
      data: rows.map(({ parameter }) => PARAMETER_TITLES[parameter]),
      axisLine: { show: false },
      axisTick: { show: false },
      axisLabel: { color: theme.text, fontSize: 12 },
    },
    series: [
      bars(`${formatNumber(SWING * 100)} % less`, ({ lowChange }) => lowChange, false),
      bars(`${formatNumber(SWING * 100)} % more`, ({ highChange }) => highChange, true),
    ],
  }
}
