/** Where a plot lies in its frame, and its x axis: enough to place overlays without redrawing it. */
export interface PlotScale {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
  readonly min: number
  readonly max: number
  readonly log: boolean
}

/** Pixels from the frame's left edge to a value of the x axis. */
export function toPixel(scale: PlotScale, width: number, value: number): number {
  const at = scale.log
    ? Math.log(value / scale.min) / Math.log(scale.max / scale.min)
    : (value - scale.min) / (scale.max - scale.min)
  return scale.left + at * (width - scale.left - scale.right)
}

/** The value of the x axis under a pixel, kept within the axis. */
export function fromPixel(scale: PlotScale, width: number, pixel: number): number {
  const at = Math.min(1, Math.max(0, (pixel - scale.left) / (width - scale.left - scale.right)))
  return scale.log ? scale.min * (scale.max / scale.min) ** at : scale.min + at * (scale.max - scale.min)
}
