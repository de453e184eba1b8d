import type { EChartsOption, LineSeriesOption } from 'echarts'
import { type AreaBudget, type MesaCurve, type MesaPoint } from '../core/analysis/performance-mesa'
import { bytesOfShare } from '../core/architecture/sram-area'
import type { Plateau } from '../core/analysis/plateau'
import { formatNumber, formatShare } from '../core/units/format'
import { ALL_SHARES, axisLook, plotBounds, shareAxis, type ShareRange } from './axes'
import { overlayLine, type CurveLook } from './overlays'
import { fontFamily, type ChartTheme } from './theme'

export interface MesaChart {
  readonly curve: MesaCurve
  readonly budget: AreaBudget
  /** The best share; null where nothing fits the die. */
  readonly best: MesaPoint | null
  readonly theme: ChartTheme
  readonly look: CurveLook
  /** Shares as good as the best; none unless given. */
  readonly flat?: Plateau | null | undefined
  /** Other strategies on the same die, or other designs on theirs, each with its best share. */
  readonly overlays: readonly {
    readonly look: CurveLook
    readonly curve: MesaCurve
    readonly best: Pick<MesaPoint, 'share' | 'throughput'> | null
  }[]
  /** Without a legend. */
  readonly compact?: boolean
  /** Shares that are shown; all unless given. */
  readonly range?: ShareRange
}

export const performanceMesaGrid = { ...plotBounds, left: 62, right: 24, top: 62, bottom: 46 }
export const compactMesaGrid = { ...performanceMesaGrid, top: 40 }

type Vertex = [share: number, macsPerSecond: number]

const vertices = (share: Float64Array, y: Float64Array): Vertex[] => Array.from(share, (x, i) => [x, y[i]!])

/** The falling compute line, from where it is at `ceiling`, or from the left edge if it starts below. */
function computeLine({ computeBound }: MesaCurve, ceiling: number): Vertex[] {
  const full = computeBound[0]!
  return full <= ceiling
    ? [
        [0, full],
        [1, 0],
      ]
    : [
        [1 - ceiling / full, ceiling],
        [1, 0],
      ]
}

/** The most throughput that a mesa has within a range of shares. */
function mostIn({ share, throughput }: MesaCurve, { min, max }: ShareRange): number {
  let most = 0
  for (let i = 0; i < share.length; i++) {
    const [from, to] = [share[i]!, share[i + 1] ?? share[i]!]
    if (to < min || from > max) continue
    // A mesa is straight between two vertices; only the part within the range counts.
    const at = (wanted: number): number => {
      const part = to > from ? Math.min(1, Math.max(0, (wanted - from) / (to - from))) : 0
      return throughput[i]! + part * ((throughput[i + 1] ?? throughput[i]!) - throughput[i]!)
    }
    most = Math.max(most, at(min), at(max))
  }
  return most
}

/** The best share of another strategy: a hollow dot. */
const bestMark = (
  { share, throughput }: Pick<MesaPoint, 'share' | 'throughput'>,
  theme: ChartTheme,
  look: CurveLook,
) => ({
  silent: true,
  animation: false,
  symbol: look.mark ?? 'circle',
  symbolSize: 7,
  itemStyle: { color: theme.background, borderColor: look.color, borderWidth: 1.5 },
  label: { show: false },
  data: [{ name: 'best share', coord: [share, throughput] }],
})

/** The performance mesa: throughput against the buffer's share of the area, under the lesser of two bounds. */
export function performanceMesaOption({
  curve,
  budget,
  best,
  flat = null,
  theme,
  look,
  overlays,
  compact = false,
  range = ALL_SHARES,
}: MesaChart): EChartsOption {
  const { color } = look
  const most = Math.max(
    ...[curve, ...overlays.map((overlay) => overlay.curve)].map((one) => mostIn(one, range)),
  )
  const ceiling = most > 0 ? most * 1.3 : Math.max(curve.computeBound[0]!, 1)
  const top = shareAxis(theme, 'Buffer size', 22, range)
  const line = (name: string, data: Vertex[], style: LineSeriesOption['lineStyle']): LineSeriesOption => ({
    type: 'line',
    name,
    data,
    showSymbol: false,
    lineStyle: { color: theme.muted, ...style },
    itemStyle: { color: theme.muted },
  })
  const bestAt: { name: string; coord: [number, number] }[] = best
    ? [{ name: 'best share', coord: [best.share, best.throughput] }]
    : []
  const own = overlays.length > 0 ? look.name : 'throughput'
  const labelLeft = best !== null && best.share > 0.5
  const scale = theme.units.rateScale(ceiling)
  const throughput: LineSeriesOption = {
    ...overlayLine(look, vertices(curve.share, curve.throughput), true),
    name: own,
    // The plateau: where the share makes no difference to the throughput.
    ...(flat === null
      ? {}
      : {
          markArea: {
            silent: true,
            animation: false,
            itemStyle: { color, opacity: 0.14 },
            data: [[{ xAxis: flat.least.share }, { xAxis: flat.greatest }]],
          },
        }),
    markPoint: {
      silent: true,
      animation: false,
      symbol: 'circle',
      symbolSize: 8,
      itemStyle: { color, borderColor: theme.background, borderWidth: 1.5 },
      label: {
        // Among several curves it would lie over one of them: the window's header tells the best share.
        show: !compact || overlays.length === 0,
        position: [labelLeft ? -6 : 14, -16],
        align: labelLeft ? 'right' : 'left',
        formatter: best
          ? `${compact ? '' : 'best '}${formatShare(best.share)}: ${theme.units.rate(best.throughput, 3)}`
          : '',
        color: theme.text,
        fontSize: 11,
        fontWeight: 'bold',
        backgroundColor: theme.background,
        padding: [1, 3],
      },
      data: bestAt,
    },
  }
  return {
    animation: false,
    backgroundColor: theme.background,
    textStyle: { fontFamily, color: theme.text },
    legend: {
      show: !compact,
      top: 0,
      right: 8,
      itemWidth: 22,
      itemHeight: 8,
      selectedMode: false,
      itemStyle: { opacity: 0 },
      textStyle: { color: theme.text, fontSize: 11 },
      itemGap: 14,
      data: [own, ...overlays.map((overlay) => overlay.look.name), 'memory bound', 'compute bound'],
    },
    grid: compact ? compactMesaGrid : performanceMesaGrid,
    xAxis: [
      shareAxis(theme, 'Buffer share of the area', 28, range),
      {
        ...top,
        position: 'top',
        splitLine: { show: false },
        axisLabel: {
          ...top.axisLabel,
          formatter: (value: number) => theme.units.data(bytesOfShare(budget, value), 3),
        },
      },
    ],
    yAxis: {
      ...axisLook(theme, `Throughput [${scale.unit}]`),
      nameGap: 36,
      type: 'value',
      min: 0,
      max: ceiling,
      axisLabel: {
        ...axisLook(theme, '').axisLabel,
        formatter: (value: number) => formatNumber(value / scale.divisor, 3),
        showMaxLabel: false,
      },
    },
    series: [
      line('compute bound', computeLine(curve, ceiling), { type: 'dashed', width: 1.25 }),
      line('memory bound', vertices(curve.share, curve.memoryBound), { type: 'dotted', width: 1.25 }),
      ...overlays.map((overlay): LineSeriesOption => ({
        ...overlayLine(overlay.look, vertices(overlay.curve.share, overlay.curve.throughput), false),
        ...(overlay.best === null ? {} : { markPoint: bestMark(overlay.best, theme, overlay.look) }),
      })),
      throughput,
    ],
  }
}
