import type { EChartsOption } from 'echarts'
import { formatBytes, formatNumber } from '../core/units/format'
import type { ChartTheme } from './theme'

type Axis = Extract<NonNullable<EChartsOption['xAxis']>, readonly unknown[]>[number]

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

/** Powers of two around a range of bytes, at which an axis in bytes begins and ends. */
export function byteRange(least: number, most: number): { min: number; max: number } {
  return { min: 2 ** Math.floor(Math.log2(least)), max: 2 ** Math.ceil(Math.log2(most)) }
}

export const byteTick = (value: number): string => formatBytes(value, 3)
export const percentTick = (share: number): string => `${formatNumber(share * 100, 3)} %`
