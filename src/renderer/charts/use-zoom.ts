import { computed, ref, type Ref } from 'vue'
import { toPixel, type PlotScale } from '../../charts/plot-scale'

/** A shorter stroke is a click. */
const LEAST_BRUSH_PX = 6
const STEP = 1.25

export interface ZoomRange {
  readonly min: number
  readonly max: number
}

/** Zooms an x axis by brush, wheel and the keys + - 0. Calls `set` with the range to show. */
export function useZoom(
  frame: {
    readonly scale: PlotScale | null
    readonly cursor: number | null
    readonly handle: number | null
    readonly zoomable?: boolean | undefined
  },
  width: Ref<number>,
  set: (range: ZoomRange | null) => void,
) {
  /** The two ends of the brush. */
  const brush = ref<{ readonly from: number; readonly to: number } | null>(null)
  const ends = computed(() =>
    brush.value === null || frame.scale === null
      ? null
      : [brush.value.from, brush.value.to]
          .map((value) => toPixel(frame.scale!, width.value, value))
          .sort((a, b) => a - b),
  )
  const brushed = computed(() =>
    ends.value === null
      ? null
      : { left: `${ends.value[0]}px`, width: `${ends.value[1]! - ends.value[0]!}px` },
  )

  /** Starts a brush, if this chart can be zoomed. */
  function begin(value: number): boolean {
    if (!frame.zoomable) return false
    brush.value = { from: value, to: value }
    return true
  }
  function extend(value: number): boolean {
    if (brush.value === null) return false
    brush.value = { ...brush.value, to: value }
    return true
  }
  function end(): boolean {
    if (brush.value === null || ends.value === null) return false
    const { from, to } = brush.value
    const long = ends.value[1]! - ends.value[0]! >= LEAST_BRUSH_PX
    brush.value = null
    if (long) set({ min: Math.min(from, to), max: Math.max(from, to) })
    return true
  }

  /** Zooms about a value; a factor above 1 shows less. */
  function about(value: number, factor: number): void {
    if (!frame.zoomable || frame.scale === null) return
    const { min, max, log } = frame.scale
    set(
      log
        ? { min: value * (min / value) ** (1 / factor), max: value * (max / value) ** (1 / factor) }
        : { min: value - (value - min) / factor, max: value + (max - value) / factor },
    )
  }
  function wheel(event: WheelEvent, value: number): void {
    if (!frame.zoomable) return
    event.preventDefault()
    about(value, event.deltaY < 0 ? STEP : 1 / STEP)
  }
  function key(event: KeyboardEvent): void {
    if (!frame.zoomable || frame.scale === null || event.ctrlKey || event.metaKey || event.altKey) return
    const { min, max, log } = frame.scale
    const middle = frame.cursor ?? frame.handle ?? (log ? Math.sqrt(min * max) : (min + max) / 2)
    if (event.key === '+' || event.key === '=') about(middle, STEP)
    else if (event.key === '-') about(middle, 1 / STEP)
    else if (event.key === '0') set(null)
  }
  return { brushed, begin, extend, end, wheel, key }
}
