/** Colours of a chart; the two sets are designed apart, not inverted. Strategies keep one Okabe-Ito hue in both. */
export interface ChartTheme {
  readonly background: string
  readonly text: string
  readonly muted: string
  readonly grid: string
  readonly axis: string
  /** Strategy `unfused`: grey-blue. */
  readonly unfused: string
  readonly memoryBound: string
  readonly computeBound: string
  readonly mark: string
  readonly chip: string
}

export const lightTheme: ChartTheme = {
  background: '#ffffff',
  text: '#1d2329',
  muted: '#5a6570',
  grid: '#e9ecef',
  axis: '#8a949e',
  unfused: '#3d6a91',
  memoryBound: '#b0620a',
  computeBound: '#00755b',
  mark: '#5a6570',
  chip: '#8a5a83',
}

export const darkTheme: ChartTheme = {
  background: '#15191d',
  text: '#e3e7eb',
  muted: '#9aa5b0',
  grid: '#262c33',
  axis: '#5f6a75',
  unfused: '#86b4dc',
  memoryBound: '#e8a04c',
  computeBound: '#3dbf9c',
  mark: '#9aa5b0',
  chip: '#cc9fc6',
}

export const fontFamily = 'system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif'
