import type { ChartTheme } from './theme'

/** A buffer size worth marking on a chart: a memory level, a chip's SRAM, the best share's buffer. */
export interface BufferMark {
  readonly label: string
  readonly bufferBytes: number
  readonly kind: 'level' | 'chip' | 'best'
}

/** Width of the narrowest plot that labels are laid out for, and of a character, in pixels. */
const PLOT_PX = 420
const CHARACTER_PX = 6.2

/**
 * Vertical lines at the marks, with their labels above the plot. A label that would touch its neighbour is left out: the
 * read-out at the mark names it.
 */
export function markLines(
  marks: readonly BufferMark[],
  theme: ChartTheme,
  range: { min: number; max: number },
) {
  const shown = marks
    .filter(({ bufferBytes }) => bufferBytes >= range.min && bufferBytes <= range.max)
    .sort((a, b) => a.bufferBytes - b.bufferBytes)
  let free = -Infinity
  return shown.map(({ label, bufferBytes, kind }) => {
    const at = (Math.log(bufferBytes / range.min) / Math.log(range.max / range.min)) * PLOT_PX
    const half = (label.length * CHARACTER_PX) / 2
    const fits = at - half > free
    if (fits) free = at + half + CHARACTER_PX
    const color = kind === 'chip' ? theme.chip : theme.mark
    return {
      xAxis: bufferBytes,
      lineStyle: { color, type: kind === 'chip' ? ('dotted' as const) : ('dashed' as const), width: 1 },
      label: { show: fits, formatter: label, position: 'end' as const, distance: 2, color, fontSize: 10 },
    }
  })
}

/** The marks at a buffer size, for the read-out there. */
export const marksAt = (marks: readonly BufferMark[], bytes: number): readonly string[] =>
  marks.filter(({ bufferBytes }) => Math.abs(Math.log2(bufferBytes / bytes)) < 0.1).map(({ label }) => label)
