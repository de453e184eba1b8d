import type { Slope } from '../core/front/columns'
import { trafficAt } from '../core/front/read'
import type { CustomSeriesOption, EChartsOption } from 'echarts'

import { readBound } from '../core/analysis/reading'
import { formatNumber } from '../core/units/format'

import { dataAxis, byteRange, plotBounds, type BufferRange } from './axes'
import { markLines, type BufferMark } from './marks'
import {
  legendRoom,
  overlayLegend,
  overlayLine,
  type CurveLook,
  type FloorLine,
  type Overlay,
} from './overlays'
import { fontFamily, type ChartTheme } from './theme'

export interface SlopeChart {
  readonly slope: Slope
  readonly theme: ChartTheme
  readonly marks: readonly BufferMark[]
  readonly look: CurveLook
  readonly overlays: readonly Overlay[]
  /** What no schedule goes below: the main curve's first, with a band between the two. */
  readonly floors?: readonly FloorLine[]
  /** Buffer sizes that are shown; all that have something to show unless given. */
  readonly range?: BufferRange | undefined
  /** Without a legend: the chart beside it has one. */
  readonly compact?: boolean
}

/** The range of buffer sizes that slope charts show: from the first point to where all operands would fit. */
export const bufferRange = ({ slope, marks, overlays }: Pick<SlopeChart, 'slope' | 'marks' | 'overlays'>) =>
  byteRange(
    Math.min(slope.bufferBytes[0]!, ...overlays.map(({ curve }) => curve.bufferBytes[0]!)),
    Math.max(
      slope.bufferBytes.at(-1)!,
      ...overlays.map(({ curve }) => curve.bufferBytes.at(-1)!),
      ...(overlays.length === 0 ? [slope.algorithmicMinimum] : []),
      ...marks.map((mark) => mark.bufferBytes),
    ),
  )

/** A staircase as the vertices of its steps, carried on to `right`. */
export function stepVertices(x: Float64Array, y: ArrayLike<number>, right: number): [number, number][] {
  const vertices: [number, number][] = []
  for (let i = 0; i < x.length; i++) {
    vertices.push([x[i]!, y[i]!])
    vertices.push([i + 1 < x.length ? x[i + 1]! : Math.max(right, x[i]!), y[i]!])
  }
  return vertices
}

export const skiSlopeGrid = ({ overlays, floors = [] }: Pick<SlopeChart, 'overlays' | 'floors'>) => ({
  ...plotBounds,
  left: 84,
  right: 28,
  top: 18 + legendRoom(overlays, floors),
  bottom: 46,
})

/** What lies between a curve and its floor: schedules that are neither known nor ruled out. */
function unknownBand(slope: Slope, { look, steps }: FloorLine, right: number): CustomSeriesOption {
  const outline = [
    ...stepVertices(slope.bufferBytes, slope.trafficBytes, right),
    ...stepVertices(steps.bufferBytes, steps.trafficBytes, right)
      .filter(([size]) => size >= slope.bufferBytes[0]!)
      .reverse(),
  ]
  return {
    type: 'custom',
    name: look.name,
    silent: true,
    clip: true,
    z: 1,
    // One item, drawn whole; the numbers are those of the two curves.
    data: [null as never],
    renderItem: (_, api) => ({
      type: 'polygon',
      shape: { points: outline.map((vertex) => api.coord(vertex)) },
      style: { fill: look.color, opacity: BAND_OPACITY },
    }),
  }
}
const BAND_OPACITY = 0.12

/** The ski slope: least backing-store traffic against buffer size, log-log, with its minimum and its gaps. */
export function skiSlopeOption(chart: SlopeChart): EChartsOption {
  const { slope, theme, marks, look, overlays, floors = [] } = chart
  const range = chart.range ?? bufferRange(chart)
  const reading = readBound(slope)
  const { color } = look
  const curves = [slope, ...overlays.map(({ curve }) => curve), ...floors.map(({ steps }) => steps)]
  const whole = chart.range === undefined
  const visible = curves.flatMap((curve) =>
    whole
      ? [curve.trafficBytes[0]!, curve.trafficBytes.at(-1)!]
      : [range.min, range.max].map((size) => trafficAt(curve, size)).filter(Number.isFinite),
  )
  const traffic = byteRange(
    Math.min(...(whole ? [slope.algorithmicMinimum] : []), ...visible) / (whole ? 2.5 : 1.1),
    Math.max(
      ...visible,
      ...curves.map((curve) => (curve.bufferBytes[0]! > range.min ? curve.trafficBytes[0]! : 0)),
    ),
  )
  const knee = reading.maximalEffectualBytes
  return {
    animation: false,
    backgroundColor: theme.background,
    textStyle: { fontFamily, color: theme.text },
    legend: overlayLegend(theme, [look, ...[...overlays, ...floors].map((beside) => beside.look)]),
    grid: skiSlopeGrid({ overlays, floors }),
    xAxis: dataAxis(theme, 'Buffer size', 28, range),
    yAxis: dataAxis(theme, 'Backing-store traffic', 66, traffic),
    series: [
      ...floors.map(({ look: own, steps }) => ({
        ...overlayLine(own, stepVertices(steps.bufferBytes, steps.trafficBytes, range.max), false),
        z: 1,
      })),
      ...floors.slice(0, 1).map((floor) => unknownBand(slope, floor, range.max)),
      ...overlays.map((overlay) =>
        overlayLine(
          overlay.look,
          stepVertices(overlay.curve.bufferBytes, overlay.curve.trafficBytes, range.max),
          false,
        ),
      ),
      {
        ...overlayLine(look, stepVertices(slope.bufferBytes, slope.trafficBytes, range.max), true),
        markLine: {
          symbol: 'none',
          silent: true,
          animation: false,
          data: [
            {
              yAxis: slope.algorithmicMinimum,
              lineStyle: { color: theme.text, type: 'dashed', width: 1 },
              label: {
                show: true,
                position: 'insideStartTop',
                formatter: `${overlays.length > 0 ? 'inputs and outputs' : 'algorithmic minimum'} ${theme.units.data(slope.algorithmicMinimum)}`,
                color: theme.text,
                fontSize: 11,
              },
            },
            {
              xAxis: knee,
              lineStyle: { color, type: 'solid', width: 1 },
              label: { show: false },
            },
            ...markLines(marks, theme, range),
            [
              { coord: [knee, reading.leastTraffic], symbol: 'circle', symbolSize: 5 },
              {
                coord: [Math.min(slope.algorithmicMinimum, range.max), reading.leastTraffic],
                symbol: 'circle',
                symbolSize: 5,
                lineStyle: { color: theme.muted, type: 'solid', width: 1 },
                label: {
                  // Among several curves the header tells it: the label would lie over one of them.
                  show: overlays.length === 0,
                  position: 'insideEndBottom',
                  formatter: `maximal effectual ${theme.units.data(knee)}, Gap 1 ${formatNumber(reading.gap1, 3)}x`,
                  color: theme.text,
                  fontSize: 11,
                },
              },
            ],
          ],
        },
      },
    ],
  }
}
