import type { Strategy } from '../core/mappers/strategy'
import { USUAL_UNITS, type Units } from '../core/units/units'

/** Colours of a chart, and the units of its figures. Strategies have the same Okabe-Ito hue in light and dark. */
export interface ChartTheme {
  readonly background: string
  readonly text: string
  readonly muted: string
  readonly grid: string
  readonly axis: string
  /** A colour for each strategy, the same on every chart (Okabe-Ito, adjusted for contrast with the ground). */
  readonly strategies: Readonly<Record<Strategy, string>>
  /** Colours of pinned designs, in order; none of them is a strategy's (after Tol's muted and bright schemes). */
  readonly designs: readonly string[]
  readonly mark: string
  readonly chip: string
  /** Fills, in order; neighbours differ, and none is a strategy's. */
  readonly tensors: readonly string[]
  /** Least to most, perceptually uniform and safe for colour-blind eyes (cividis). */
  readonly sequence: readonly string[]
  /** Lines over the sequence's colours. */
  readonly ridge: string
  readonly units: Units
}

const LIGHT_FILLS = [
  '#8fb3d4',
  '#e6c57a',
  '#9ccfb8',
  '#d9a8c4',
  '#b9b4dd',
  '#e3a88c',
  '#a9c77f',
  '#c9c3b8',
  '#84c5cf',
  '#d8dce0',
] as const
const DARK_FILLS = [
  '#3f6b94',
  '#96762b',
  '#3d7a62',
  '#8a4f70',
  '#665f9e',
  '#97563a',
  '#5d7d32',
  '#6f695e',
  '#33727d',
  '#454c54',
] as const
const CIVIDIS = ['#00224e', '#233e6c', '#575d6d', '#7d7c78', '#a59c74', '#d3c064', '#fee838'] as const

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
    fused: '#1d2329',
  },
  designs: ['#332288', '#cc3311', '#117733', '#aa3377', '#0077bb', '#6b5b00', '#882255', '#00687a'],
  mark: '#5a6570',
  chip: '#8a5a83',
  tensors: LIGHT_FILLS,
  sequence: CIVIDIS,
  ridge: '#d01c00',
  units: USUAL_UNITS,
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
    fused: '#e3e7eb',
  },
  designs: ['#b3a6ff', '#ff8a70', '#7fd08f', '#ff9fd0', '#66c2ff', '#e0cf6a', '#e59ab8', '#6fd6e4'],
  mark: '#9aa5b0',
  chip: '#cc9fc6',
  tensors: DARK_FILLS,
  sequence: CIVIDIS,
  ridge: '#d01c00',
  units: USUAL_UNITS,
}

export const fontFamily = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif"

/** A floor under the curve on show, and one under the others: quiet dots, the second further apart. */
export const FLOOR_DASHES = [
  [1, 3],
  [1, 6],
] as const

/** Line styles repeat the colours for print. */
export const strategyDashes: Readonly<Record<Strategy, 'solid' | number[]>> = {
  unfused: 'solid',
  untiled: [2, 3],
  tiled: [8, 4],
  flat: [4, 3, 1, 3],
  flashattention: [10, 3, 2, 3],
  segmented: 'solid',
  fused: 'solid',
}
