import type { Staircase } from '../core/front/columns'
import type { EChartsOption } from 'echarts'

import { readBound } from '../core/analysis/reading'
import type { Macs } from '../core/units/quantity'
import { formatNumber } from '../core/units/format'
import { axisLook, dataAxis, plotBounds } from './axes'
import { markLines } from './marks'
import { bufferRange, stepVertices, type SlopeChart } from './ski-slope-option'
import { legendRoom, overlayLegend, overlayLine } from './overlays'
import { fontFamily } from './theme'

export const oiMesaGrid = { ...plotBounds, left: 78, right: 20, top: 18, bottom: 46 }

/** The OI mesa: the most MACs per byte of backing-store traffic for each buffer size, log-linear. */
export function oiMesaOption(chart: SlopeChart): EChartsOption {
  const { slope, theme, marks, look, overlays, compact = false } = chart
  const { units } = theme
  const range = chart.range ?? bufferRange(chart)
  const { peakOperationalIntensity } = readBound(slope)
  const steps = ({ bufferBytes, trafficBytes }: Staircase, macs: Macs) =>
    stepVertices(
      bufferBytes,
      trafficBytes.map((traffic) => macs / traffic),
      range.max,
    )
  const most = Math.max(
    peakOperationalIntensity,
    ...overlays.map(({ curve, macs }) => macs / curve.trafficBytes.at(-1)!),
  )
  return {
    animation: false,
    backgroundColor: theme.background,
    textStyle: { fontFamily, color: theme.text },
    legend: {
      ...overlayLegend(theme, [look, ...overlays.map((overlay) => overlay.look)]),
      ...(compact ? { show: false } : {}),
    },
    grid: { ...oiMesaGrid, top: oiMesaGrid.top + (compact ? 0 : legendRoom(overlays)) },
    xAxis: dataAxis(theme, 'Buffer size', 28, range, 6),
    yAxis: {
      ...axisLook(theme, `Operational\nintensity [${units.intensityUnit}]`),
      nameGap: 44,
      nameTextStyle: { color: theme.text, fontSize: 12, lineHeight: 15, align: 'center' },
      type: 'value',
      min: 0,
      max: most * 1.15,
      axisLabel: {
        ...axisLook(theme, '').axisLabel,
        formatter: (value: number) => formatNumber((value * units.workPerMac) / units.dataPerByte, 3),
        showMaxLabel: false,
      },
    },
    series: [
      ...overlays.map((overlay) => overlayLine(overlay.look, steps(overlay.curve, overlay.macs), false)),
      {
        ...overlayLine(look, steps(slope, slope.macs), true),
        markLine: {
          symbol: 'none',
          silent: true,
          animation: false,
          data: [
            {
              yAxis: peakOperationalIntensity,
              lineStyle: { color: theme.text, type: 'dashed', width: 1 },
              label: {
                show: true,
                position: 'insideStartTop',
                formatter: `most ${units.intensity(peakOperationalIntensity, 4)}`,
                color: theme.text,
                fontSize: 11,
              },
            },
            ...markLines(
              marks.filter(({ kind }) => kind !== 'chip'),
              theme,
              range,
            ).map((mark) => ({ ...mark, label: { show: false } })),
          ],
        },
      },
    ],
  }
}
