import { ref, type Ref } from 'vue'
import { fromPixel, type PlotScale } from '../../charts/plot-scale'
import type { useZoom } from './use-zoom'

/** What the pointer does on a chart: hover, pin, drag the handle, or brush to zoom. One event in each frame. */
export function useChartPointer(
  frame: Ref<HTMLElement | null>,
  width: Ref<number>,
  chart: { readonly scale: PlotScale | null; readonly handle: number | null },
  zoom: ReturnType<typeof useZoom>,
  tell: {
    readonly hover: (value: number | null, height: number) => void
    readonly pin: (value: number) => void
    readonly drag: (value: number) => void
    readonly dragEnd: () => void
  },
) {
  const dragging = ref(false)
  /** Whether the pointer or the keyboard is on this chart: the others show the cursor only. */
  const active = ref(false)
  let pending: number | undefined

  const valueOf = (event: MouseEvent): number | null =>
    chart.scale === null || frame.value === null
      ? null
      : fromPixel(chart.scale, width.value, event.clientX - frame.value.getBoundingClientRect().left)

  /** Height of a pixel on the plot, 0..1. */
  function heightOf(clientY: number): number {
    if (chart.scale === null || frame.value === null) return 0
    const { bottom, height } = frame.value.getBoundingClientRect()
    const plotHeight = height - chart.scale.top - chart.scale.bottom
    return Math.min(1, Math.max(0, (bottom - chart.scale.bottom - clientY) / plotHeight))
  }

  /** Whether the pointer is on the legend, above the plot. */
  const isAbove = ({ clientY }: PointerEvent): boolean =>
    chart.scale !== null &&
    frame.value !== null &&
    clientY < frame.value.getBoundingClientRect().top + chart.scale.top

  function move(event: PointerEvent): void {
    const value = valueOf(event)
    if (value === null) return
    active.value = true
    if (zoom.extend(value) || pending !== undefined) return
    pending = requestAnimationFrame(() => {
      pending = undefined
      if (dragging.value) tell.drag(value)
      else tell.hover(value, heightOf(event.clientY))
    })
  }

  function press(event: PointerEvent): void {
    const value = valueOf(event)
    if (value === null || event.button !== 0 || isAbove(event)) return
    if (event.shiftKey && zoom.begin(value)) {
      frame.value?.setPointerCapture(event.pointerId)
      return
    }
    if (chart.handle === null) {
      tell.pin(value)
      return
    }
    dragging.value = true
    frame.value?.setPointerCapture(event.pointerId)
    tell.drag(value)
  }

  function release(event: PointerEvent): void {
    if (zoom.end() || !dragging.value) return
    const value = valueOf(event)
    if (pending !== undefined) cancelAnimationFrame(pending)
    pending = undefined
    dragging.value = false
    if (value !== null) tell.drag(value)
    tell.dragEnd()
  }

  function leave(): void {
    active.value = false
    if (!dragging.value) tell.hover(null, 0)
  }

  function wheel(event: WheelEvent): void {
    const value = valueOf(event)
    if (value !== null) zoom.wheel(event, value)
  }
  return { active, move, press, release, leave, wheel }
}
