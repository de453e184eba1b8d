import type { EChartsOption } from 'echarts'
import { formatNumber } from '../core/units/format'
import type { ChartTheme } from './theme'

type Axis = Extract<NonNullable<EChartsOption['xAxis']>, readonly unknown[]>[number]

/** Keeps a plot where its grid says: ECharts would move it to make room for labels, and overlays would not fit it. */
export const plotBounds = { outerBoundsMode: 'none' as const }

/** Common look of an axis: a named line, faint grid, small figures. */
export function axisLook(
  theme: ChartTheme,
  name: string,
): Pick<Axis, 'axisLine' | 'axisTick' | 'nameTextStyle'> & {
  name: string
  nameLocation: 'middle'
  axisLabel: { color: string; fontSize: number; hideOverlap: boolean }
  splitLine: { lineStyle: { color: string } }
} {
  return {
    name,
    nameLocation: 'middle',
    nameTextStyle: { color: theme.text, fontSize: 12 },
    axisLine: { show: true, lineStyle: { color: theme.axis } },
    axisTick: { show: true },
    axisLabel: { color: theme.muted, fontSize: 11, hideOverlap: true },
    splitLine: { lineStyle: { color: theme.grid } },
  }
}

/** Buffer sizes that an axis runs over, in bytes. */
export interface BufferRange {
  readonly min: number
  readonly max: number
}

/** A logarithmic axis over less than this ratio has no ticks. */
const LEAST_RATIO = 4

/** The part of an axis that a zoom shows: within the whole, at least two octaves, rounded out to quarter octaves. */
export function zoomedRange(whole: BufferRange, zoom: BufferRange | null): BufferRange {
  if (zoom === null || zoom.min >= whole.max || zoom.max <= whole.min) return whole
  const middle = Math.sqrt(zoom.min * zoom.max)
  const wide = Math.max(Math.sqrt(LEAST_RATIO), Math.sqrt(zoom.max / zoom.min))
  const low = 2 ** (Math.floor(Math.log2(middle / wide) * 4) / 4)
  const high = 2 ** (Math.ceil(Math.log2(middle * wide) * 4) / 4)
  return { min: Math.max(whole.min, low), max: Math.min(whole.max, high) }
}

/** Shares that an axis runs over, 0..1. */
export type ShareRange = BufferRange
export const ALL_SHARES: ShareRange = { min: 0, max: 1 }

/** The narrowest range of shares that is shown. */
const LEAST_SHARES = 0.04

/** The part of a share axis that a zoom shows, rounded out to whole percents. */
export function zoomedShares(zoom: ShareRange | null): ShareRange {
  if (zoom === null) return ALL_SHARES
  const lack = Math.max(0, LEAST_SHARES - (zoom.max - zoom.min)) / 2
  const percent = (share: number): number => Math.min(100, Math.max(0, share * 100))
  return {
    min: Math.floor(percent(zoom.min - lack) + 1e-9) / 100,
    max: Math.ceil(percent(zoom.max + lack) - 1e-9) / 100,
  }
}

/** Best shares below this leave most of a whole axis empty. */
const CROWDED = 0.12
/** The axis then reaches this many times as far as the greatest of them. */
const REACH = 3

/** The shares that a chart shows by itself: all, or the low ones where all best shares and the one in force are low. */
export function focusShares(bests: readonly number[], inForce: number): ShareRange {
  const most = Math.max(0, ...bests)
  const max = Math.max(LEAST_SHARES, Math.ceil(most * REACH * 100) / 100)
  return bests.length === 0 || most >= CROWDED || inForce > max ? ALL_SHARES : { min: 0, max }
}

/** Round shares within a range, about six. */
function shareTicks({ min, max }: ShareRange): number[] {
  const step = [1, 2, 5, 10, 20].find((candidate) => ((max - min) * 100) / candidate <= 6) ?? 20
  const ticks: number[] = []
  for (let at = Math.ceil((min * 100) / step - 1e-9) * step; at <= max * 100 + 1e-9; at += step)
    ticks.push(at / 100)
  return ticks
}

/** A linear axis of shares of the area. */
export function shareAxis(theme: ChartTheme, name: string, nameGap: number, range: ShareRange = ALL_SHARES) {
  const look = axisLook(theme, name)
  const customValues = shareTicks(range)
  return {
    ...look,
    nameGap,
    type: 'value' as const,
    ...range,
    axisTick: { show: true, customValues },
    axisLabel: { ...look.axisLabel, customValues, formatter: percentTick },
  }
}

/** Powers of two around a range of bytes, at which an axis in bytes begins and ends. */
export function byteRange(least: number, most: number): { min: number; max: number } {
  return { min: 2 ** Math.floor(Math.log2(least)), max: 2 ** Math.ceil(Math.log2(most)) }
}

export const percentTick = (share: number): string => `${formatNumber(share * 100, 3)} %`

/** A logarithmic axis of data: its values are bytes, its figures in the theme's units. */
export function dataAxis(
  theme: ChartTheme,
  name: string,
  nameGap: number,
  range: { min: number; max: number },
  mostTicks = 9,
) {
  const look = axisLook(theme, name)
  const customValues = theme.units.dataTicks(range, mostTicks)
  return {
    ...look,
    nameGap,
    type: 'log' as const,
    logBase: 2,
    ...range,
    axisTick: { show: true, customValues },
    axisLabel: { ...look.axisLabel, customValues, formatter: (value: number) => theme.units.data(value, 3) },
  }
}
