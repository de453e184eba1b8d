import type { Strategy } from '../core/fusion/strategy'

/** Colours of a chart; the two sets are designed apart, not inverted. Strategies keep one Okabe-Ito hue in both. */
export interface ChartTheme {
  readonly background: string
  readonly text: string
  readonly muted: string
  readonly grid: string
  readonly axis: string
  /** A colour a strategy, the same on every chart (Okabe-Ito, darkened or lightened to be read on the ground). */
  readonly strategies: Readonly<Record<Strategy, string>>
  readonly mark: string
  readonly chip: string
}

export const lightTheme: ChartTheme = {
  background: '#ffffff',
  text: '#1d2329',
  muted: '#5a6570',
  grid: '#e9ecef',
  axis: '#8a949e',
  strategies: {
    unfused: '#3d6a91',
    untiled: '#8f7d00',
    tiled: '#b86e00',
    flat: '#a04a7c',
    flashattention: '#c04a00',
    segmented: '#007a58',
  },
  mark: '#5a6570',
  chip: '#8a5a83',
}

export const darkTheme: ChartTheme = {
  background: '#15191d',
  text: '#e3e7eb',
  muted: '#9aa5b0',
  grid: '#262c33',
  axis: '#5f6a75',
  strategies: {
    unfused: '#86b4dc',
    untiled: '#e3d64a',
    tiled: '#f0ae3a',
    flat: '#dd94bb',
    flashattention: '#f08a4b',
    segmented: '#3ec49c',
  },
  mark: '#9aa5b0',
  chip: '#cc9fc6',
}

export const fontFamily = 'system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif'

/** Line styles repeat the colours for print. */
export const strategyDashes: Readonly<Record<Strategy, 'solid' | number[]>> = {
  unfused: 'solid',
  untiled: [2, 3],
  tiled: [8, 4],
  flat: [4, 3, 1, 3],
  flashattention: [10, 3, 2, 3],
  segmented: 'solid',
}
