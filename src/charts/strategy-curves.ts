import type { LineSeriesOption } from 'echarts'
import type { Staircase } from '../core/bound/bound'
import { STRATEGY_TITLES, type Strategy } from '../core/fusion/strategy'
import { strategyDashes, type ChartTheme } from './theme'

/** A strategy's curve, drawn beside the one that the chart is about. */
export interface StrategyCurve {
  readonly strategy: Strategy
  readonly curve: Staircase
}

/** The line that stands for a strategy: bold where the chart is about it. */
export function strategyLine(
  strategy: Strategy,
  theme: ChartTheme,
  data: [number, number][],
  main: boolean,
): LineSeriesOption {
  const color = theme.strategies[strategy]
  return {
    type: 'line',
    name: STRATEGY_TITLES[strategy],
    data,
    showSymbol: false,
    lineStyle: { color, width: main ? 2.25 : 1.5, type: strategyDashes[strategy] },
    itemStyle: { color },
    z: main ? 3 : 2,
  }
}

/** A legend of strategies along the top; charts of one curve have none. */
export const strategyLegend = (theme: ChartTheme, strategies: readonly Strategy[]) => ({
  show: strategies.length > 1,
  top: 0,
  itemWidth: 20,
  itemHeight: 8,
  itemGap: 10,
  type: 'scroll' as const,
  left: 84,
  align: 'left' as const,
  selectedMode: false as const,
  itemStyle: { opacity: 0 },
  textStyle: { color: theme.text, fontSize: 11 },
  data: strategies.map((strategy) => STRATEGY_TITLES[strategy]),
})

/** Room that the legend takes above a plot. */
export const legendRoom = (overlays: readonly unknown[]): number => (overlays.length > 0 ? 16 : 0)
