import type { Staircase } from '../core/front/columns'
import type { Floor } from '../core/analysis/floor/floor'
import type { Floors } from '../core/analysis/floor/floor-curve'
import { STRATEGY_TITLES, type Strategy } from '../core/mappers/strategy'
import type { EChartsOption, LineSeriesOption } from 'echarts'

import type { Macs } from '../core/units/quantity'
import { FLOOR_DASHES, strategyDashes, type ChartTheme } from './theme'

/** What tells a curve from the others: name, colour, and a line style that repeats the colour for print. */
export interface CurveLook {
  readonly name: string
  readonly color: string
  readonly dash: 'solid' | number[]
  /** Symbol at the best share; a circle unless given. */
  readonly mark?: 'circle' | 'rect' | 'triangle' | 'diamond' | 'arrow'
}

/** A curve beside the main one: another strategy, or another design. */
export interface Overlay {
  readonly look: CurveLook
  readonly curve: Staircase
  /** Of the curve's own workload. */
  readonly macs: Macs
  /** What no schedule of its workload goes below; none where it is not known. */
  readonly floor?: Floor
}

/** A drawn floor. */
export interface FloorLine {
  readonly look: CurveLook
  readonly steps: Staircase
}

export const strategyLook = (strategy: Strategy, theme: ChartTheme): CurveLook => ({
  name: STRATEGY_TITLES[strategy],
  color: theme.strategies[strategy],
  dash: strategyDashes[strategy],
})

const DESIGN_DASHES = [
  [8, 4],
  [2, 3],
  [10, 3, 2, 3],
  [4, 3, 1, 3],
  [14, 4],
  [6, 2],
  [1, 2],
] as const
const DESIGN_MARKS = ['circle', 'rect', 'triangle', 'diamond', 'arrow'] as const

/** A design has a colour, a line style and a mark of its own: no two of the first 280 share all three. */
export const designLook = (name: string, at: number, theme: ChartTheme): CurveLook => ({
  name,
  color: theme.designs[at % theme.designs.length]!,
  dash: [...DESIGN_DASHES[at % DESIGN_DASHES.length]!],
  mark: DESIGN_MARKS[at % DESIGN_MARKS.length]!,
})

/** The floor under the curve on show first. */
export const floorLines = ({ main, other }: Floors, theme: ChartTheme): readonly FloorLine[] =>
  [main, ...(other === null ? [] : [other])].map(({ title, steps }, at) => ({
    look: { name: title, color: theme.muted, dash: [...FLOOR_DASHES[at]!] },
    steps,
  }))

/** A mix has no strategy: black on light ground, white on dark. */
export const mixLook = (theme: ChartTheme): CurveLook => ({ name: 'mix', color: theme.text, dash: 'solid' })

/** The line of a look; the main curve is bold. */
export const overlayLine = (
  { name, color, dash }: CurveLook,
  data: [number, number][],
  main: boolean,
): LineSeriesOption => ({
  type: 'line',
  name,
  data,
  showSymbol: false,
  lineStyle: { color, width: main ? 2.25 : 1.5, type: dash },
  itemStyle: { color },
  z: main ? 3 : 2,
})

/** A legend along the top; a chart of one curve has none. */
export const overlayLegend = (theme: ChartTheme, looks: readonly CurveLook[]) => ({
  show: looks.length > 1,
  top: 0,
  itemWidth: 20,
  // As high as its text: a legend with pages is cut at the height of its items.
  itemHeight: 13,
  itemGap: 10,
  type: 'scroll' as const,
  left: 84,
  align: 'left' as const,
  selectedMode: true as const,
  itemStyle: { opacity: 0 },
  textStyle: { color: theme.text, fontSize: 11 },
  data: looks.map(({ name }) => name),
})

/** Height of the legend above a plot that has something beside its main curve. */
export const legendRoom = (...beside: readonly (readonly unknown[])[]): number =>
  beside.some((curves) => curves.length > 0) ? 16 : 0

/** A chart in which one curve is lit and the others fade; the chart itself where it has no such curve. */
export function lit(option: EChartsOption, name: string): EChartsOption {
  const series = [option.series ?? []].flat() as LineSeriesOption[]
  if (!series.some((one) => one.name === name)) return option
  return {
    ...option,
    series: series.map((one) => ({
      ...one,
      lineStyle: { ...one.lineStyle, ...(one.name === name ? { width: 3 } : { opacity: 0.15 }) },
    })),
  }
}

/** A chart without some of its curves. */
export const hiding = (option: EChartsOption, names: readonly string[]): EChartsOption => ({
  ...option,
  legend: { ...(option.legend as object), selected: Object.fromEntries(names.map((name) => [name, false])) },
})
