import type { ChartTheme } from './theme'

/** A buffer size worth marking on a chart: a memory level, a chip's SRAM, the best share's buffer. */
export interface BufferMark {
  readonly label: string
  readonly bufferBytes: number
  readonly kind: 'level' | 'chip' | 'best'
}

const POSITIONS = ['insideEndTop', 'insideMiddleTop', 'insideStartTop'] as const

/** Vertical lines at the marks, their labels along the line and staggered where neighbours would collide. */
export function markLines(
  marks: readonly BufferMark[],
  theme: ChartTheme,
  range: { min: number; max: number },
) {
  const shown = marks
    .filter(({ bufferBytes }) => bufferBytes >= range.min && bufferBytes <= range.max)
    .sort((a, b) => a.bufferBytes - b.bufferBytes)
  const closeness = (range.max / range.min) ** 0.04
  let previous = 0
  let slot = 0
  return shown.map(({ label, bufferBytes, kind }) => {
    slot = previous > 0 && bufferBytes / previous < closeness ? (slot + 1) % POSITIONS.length : 0
    previous = bufferBytes
    const color = kind === 'chip' ? theme.chip : theme.mark
    return {
      xAxis: bufferBytes,
      lineStyle: { color, type: kind === 'chip' ? ('dotted' as const) : ('dashed' as const), width: 1 },
      label: { show: true, formatter: label, position: POSITIONS[slot]!, color, fontSize: 10 },
    }
  })
}
