import type { EChartsOption } from 'echarts'
import { formatBytes, formatNumber } from '../core/units/format'
import type { ChartTheme } from './theme'

type Axis = Extract<NonNullable<EChartsOption['xAxis']>, readonly unknown[]>[number]

/** A plot lies where its grid says: ECharts would move it to make room for labels, away from what is drawn over it. */
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

/** Zoomed in further than this many times a logarithmic axis would have no ticks left. */
const LEAST_RATIO = 4

/** The part of an axis that a zoom asks for: within what there is, at least two octaves, rounded out to quarter octaves. */
export function zoomedRange(whole: BufferRange, zoom: BufferRange | null): BufferRange {
  if (zoom === null || zoom.min >= whole.max || zoom.max <= whole.min) return whole
  const middle = Math.sqrt(zoom.min * zoom.max)
  const wide = Math.max(Math.sqrt(LEAST_RATIO), Math.sqrt(zoom.max / zoom.min))
  const low = 2 ** (Math.floor(Math.log2(middle / wide) * 4) / 4)
  const high = 2 ** (Math.ceil(Math.log2(middle * wide) * 4) / 4)
  return { min: Math.max(whole.min, low), max: Math.min(whole.max, high) }
}

/** Powers of two around a range of bytes, at which an axis in bytes begins and ends. */
export function byteRange(least: number, most: number): { min: number; max: number } {
  return { min: 2 ** Math.floor(Math.log2(least)), max: 2 ** Math.ceil(Math.log2(most)) }
}

export const byteTick = (value: number): string => formatBytes(value, 3)
export const percentTick = (share: number): string => `${formatNumber(share * 100, 3)} %`

/** Powers of two within a range, as many as read well: 4 KiB, 64 KiB, 1 MiB, ... */
export function byteTicks({ min, max }: { min: number; max: number }, most = 9): number[] {
  const [low, high] = [Math.log2(min), Math.log2(max)]
  const step = [1, 2, 4, 5, 10].find((candidate) => (high - low) / candidate <= most) ?? 10
  const ticks: number[] = []
  for (let exponent = Math.ceil(low / step) * step; exponent <= high; exponent += step)
    ticks.push(2 ** exponent)
  return ticks
}

/** A logarithmic axis in bytes. */
export function byteAxis(
  theme: ChartTheme,
  name: string,
  nameGap: number,
  range: { min: number; max: number },
  mostTicks = 9,
) {
  const look = axisLook(theme, name)
  const customValues = byteTicks(range, mostTicks)
  return {
    ...look,
    nameGap,
    type: 'log' as const,
    logBase: 2,
    ...range,
    axisTick: { show: true, customValues },
    axisLabel: { ...look.axisLabel, customValues, formatter: byteTick },
  }
}
