import type { CustomSeriesOption, EChartsOption } from 'echarts'
import type { SplitGrid, SplitPoint } from '../core/study/three-way-split'
import { formatInteger, formatNumber, formatShare } from '../core/units/format'
import type { Units } from '../core/units/units'
import { fontFamily, type ChartTheme } from './theme'

export interface SplitChart {
  readonly grid: SplitGrid
  readonly best: SplitPoint | null
  readonly theme: ChartTheme
}

/** Height of a triangle of side 1. */
const HEIGHT = Math.sqrt(3) / 2

/** Corners of the triangle: all MACs below left, all outer SRAM below right, all inner SRAM on top. */
const place = (outer: number, inner: number): [number, number] => [outer + inner / 2, inner * HEIGHT]

/** Where the unit triangle lies in a chart of this size: as large as fits between the labels. */
export function splitFrame(width: number, height: number): { left: number; bottom: number; side: number } {
  const side = Math.max(40, Math.min(width - 380, (height - 74) / HEIGHT))
  // Figures stand on the left, the scale on the right.
  return { left: 240 + Math.max(0, (width - 350 - side) / 2), bottom: height - 40, side }
}

/** A shorter side has no room for its name. */
const LEAST_NAMED_PX = 220

interface Sized {
  getWidth(): number
  getHeight(): number
}

/** A ternary plot of three uses of the area: the farther from a side, the more of the opposite corner's. */
export function splitOption({ grid, best, theme }: SplitChart): EChartsOption {
  const { resolution, outerShare, innerShare, throughput } = grid
  const peak = Math.max(best?.throughput ?? 0, ...throughput) || 1
  const scale = theme.units.rateScale(peak)
  const half = 1 / (3 * resolution)
  const to = (api: Sized, [x, y]: [number, number]): [number, number] => {
    const { left, bottom, side } = splitFrame(api.getWidth(), api.getHeight())
    return [left + x * side, bottom - y * side]
  }
  const text = (
    label: string,
    [x, y]: [number, number],
    align: 'left' | 'center' | 'right',
    color = theme.text,
  ) => ({
    type: 'text' as const,
    style: {
      text: label,
      x,
      y,
      align,
      verticalAlign: 'middle' as const,
      fill: color,
      fontSize: 11,
      fontFamily,
    },
    silent: true,
  })
  const cells: CustomSeriesOption = {
    type: 'custom',
    coordinateSystem: 'none' as never,
    name: 'throughput',
    silent: true,
    progressive: 0,
    data: Array.from(throughput, (value, i) => [outerShare[i]!, innerShare[i]!, value]),
    renderItem: (_, api) => {
      const [outer, inner] = [Number(api.value(0)), Number(api.value(1))]
      // Whole parts of the corner's thirds tell an upright cell from an inverted one.
      const inverted = Math.round((outer * resolution - Math.floor(outer * resolution)) * 3) === 2
      const d = inverted ? -half : half
      const corners: [number, number][] = [
        [outer - d, inner - d],
        [outer + 2 * d, inner - d],
        [outer - d, inner + 2 * d],
      ]
      const fill = String(api.visual('color'))
      return {
        type: 'polygon',
        shape: { points: corners.map(([o, i]) => to(api, place(o, i))) },
        // The seam between neighbours would shine through.
        style: { fill, stroke: fill, lineWidth: 0.6 },
      }
    },
  }
  const frame: CustomSeriesOption = {
    type: 'custom',
    coordinateSystem: 'none' as never,
    name: 'frame',
    silent: true,
    z: 5,
    data: [0],
    renderItem: (_, api) => {
      const corner = (outer: number, inner: number) => to(api, place(outer, inner))
      const [macsAt, outerAt, innerAt] = [corner(0, 0), corner(1, 0), corner(0, 1)]
      // Names of the sides would run into those of the corners.
      const named = outerAt[0] - macsAt[0] > LEAST_NAMED_PX
      const tick = (at: number) => {
        const label = `${formatNumber(at * 100)}`
        const [bx, by] = corner(at, 0)
        const [rx, ry] = corner(1 - at, at)
        const [lx, ly] = corner(0, 1 - at)
        return [
          text(label, [bx, by + 9], 'center', theme.muted),
          text(label, [rx + 6, ry - 2], 'left', theme.muted),
          text(label, [lx - 6, ly - 2], 'right', theme.muted),
        ]
      }
      /** The name of a side, outside its ticks. */
      const along = (label: string, [ax, ay]: [number, number], [bx, by]: [number, number], turn: number) => {
        const out = turn < 0 ? 1 : -1
        const { type, style, silent } = text(label, [0, 0], 'center', theme.muted)
        return { type, style, silent, x: (ax + bx) / 2 + out * 34, y: (ay + by) / 2 - 20, rotation: -turn }
      }
      return {
        type: 'group',
        children: [
          {
            type: 'polygon',
            shape: { points: [macsAt, outerAt, innerAt] },
            style: { fill: 'none', stroke: theme.axis, lineWidth: 1 },
          },
          ...[0.2, 0.4, 0.6, 0.8].flatMap(tick),
          text('all MACs', [macsAt[0], macsAt[1] + 24], 'center'),
          text('all outer SRAM', [outerAt[0], outerAt[1] + 24], 'center'),
          text('all inner SRAM', [innerAt[0], innerAt[1] - 12], 'center'),
          ...(named
            ? [
                text('outer SRAM [%]', [(macsAt[0] + outerAt[0]) / 2, macsAt[1] + 24], 'center', theme.muted),
                along('inner SRAM [%]', outerAt, innerAt, -Math.PI / 3),
                along('MACs [%]', innerAt, macsAt, Math.PI / 3),
              ]
            : []),
          ...(best === null ? [] : bestMark(to(api, place(best.outerShare, best.innerShare)))),
        ],
      }
    },
  }
  const bestMark = ([cx, cy]: [number, number]) => [
    {
      type: 'circle' as const,
      shape: { cx, cy, r: 5 },
      style: { fill: theme.ridge, stroke: theme.background, lineWidth: 1.5 },
    },
    {
      type: 'text' as const,
      style: {
        text: best === null ? '' : theme.units.rate(best.throughput, 3),
        x: cx + 10,
        y: cy - 10,
        fill: theme.text,
        backgroundColor: theme.background,
        padding: [2, 4],
        fontWeight: 'bold' as const,
        fontSize: 11,
        fontFamily,
      },
    },
  ]
  return {
    animation: false,
    backgroundColor: theme.background,
    textStyle: { fontFamily, color: theme.text },
    visualMap: {
      type: 'continuous',
      seriesIndex: 0,
      dimension: 2,
      min: 0,
      max: peak,
      right: 8,
      top: 14,
      itemWidth: 10,
      itemHeight: 140,
      calculable: false,
      text: [`${formatNumber(peak / scale.divisor, 3)} ${scale.unit}`, '0'],
      textStyle: { color: theme.muted, fontSize: 11 },
      inRange: { color: [...theme.sequence] },
    },
    series: [cells, frame],
  }
}

/** The best split, line by line. */
export const splitLines = (
  best: SplitPoint,
  units: Units,
): readonly (readonly [name: string, value: string])[] => [
  ['outer SRAM', `${formatShare(best.outerShare)}, ${units.data(best.outer, 3)}`],
  ['inner SRAM', `${formatShare(best.innerShare)}, ${units.data(best.inner, 3)}`],
  ['MACs', `${formatShare(1 - best.outerShare - best.innerShare)}, ${formatInteger(Math.floor(best.macs))}`],
  ['throughput', units.rate(best.throughput, 4)],
  ['limited by', LIMITERS[best.limiter]],
]

/** The best split in a sentence. */
export const splitSummary = (best: SplitPoint | null, units: Units): string =>
  best === null
    ? 'No split fits the least mapping into both levels'
    : `${formatShare(best.outerShare)} outer SRAM, ${formatShare(best.innerShare)} inner SRAM, ${formatShare(1 - best.outerShare - best.innerShare)} MACs: ${units.rate(best.throughput, 3)}, limited by ${LIMITERS[best.limiter]}`

const LIMITERS = {
  DRAM: 'DRAM bandwidth',
  inner: 'inner SRAM bandwidth',
  compute: 'MACs',
  capacity: 'buffer too small',
} as const
