import type { Slope } from '../../front/columns'
import { trafficAt } from '../../front/read'
import { STRATEGY_TITLES, type Strategy } from '../../mappers/strategy'
import type { Architecture } from '../../architecture/architecture'
import type { MesaPoint } from '../../analysis/performance-mesa'

import { formatInteger, formatNumber, formatShare, formatSi } from '../../units/format'
import type { Units } from '../../units/units'
import type { Workload } from '../../workload/einsum'

/** A quantity in a figure, and where it comes from. */
export interface Ingredient {
  readonly name: string
  readonly value: string
  readonly source: string
}

/** Why a figure has its value: its formula, the formula with the values in it, and their sources. */
export interface Explanation {
  readonly title: string
  readonly value: string
  readonly formula: string
  readonly substituted: string
  readonly ingredients: readonly Ingredient[]
  /** Where the equation is published. */
  readonly reference: string
  /** Buffer size whose mapping or segmentation attains the figure; null if none does. */
  readonly attainedAt: number | null
}

/** What all figures on show depend on. */
export interface DesignContext {
  readonly workload: Workload
  readonly slope: Slope
  readonly strategy: Strategy
  readonly architecture: Architecture
  readonly point: MesaPoint
  /** The units in which figures are shown; formulas count MACs and bytes. */
  readonly units: Units
}

export const OROJENESIS = 'Orojenesis (ISCA 2024)'
export const DESIGN = 'set in this design'

export const area = ({ die, ioShare }: Architecture): Ingredient => ({
  name: 'area net of I/O',
  value: `${formatNumber(die * (1 - ioShare), 5)} mm²`,
  source: `die ${formatNumber(die)} mm², ${formatShare(ioShare)} of it I/O: ${DESIGN}`,
})
export const share = ({ share: part }: MesaPoint): Ingredient => ({
  name: 'buffer share',
  value: formatShare(part, 5),
  source: DESIGN,
})
export const perByte = ({ technology }: Architecture): Ingredient => ({
  name: 'area per byte',
  value: `${formatNumber(technology.areaUm2PerByte, 6)} µm²`,
  source: technology.source,
})
export const perMac = ({ technology }: Architecture): Ingredient => ({
  name: 'area per MAC',
  value: `${formatNumber(technology.areaUm2PerMac, 6)} µm²`,
  source: technology.source,
})
export const clock = (architecture: Architecture): Ingredient => ({
  name: 'clock',
  value: formatSi(architecture.clock, 'Hz'),
  source: DESIGN,
})
export const bandwidth = (architecture: Architecture): Ingredient => ({
  name: 'DRAM bandwidth',
  value: formatSi(architecture.dramBandwidth, 'B/s'),
  source: DESIGN,
})
export const work = ({ workload, slope }: Pick<DesignContext, 'workload' | 'slope'>): Ingredient => ({
  name: 'MACs of the workload',
  value: formatInteger(slope.macs),
  source: workload.source || workload.name,
})
export const traffic = ({ slope, strategy, units }: DesignContext, buffer: number): Ingredient => ({
  name: 'least traffic',
  value: `${formatInteger(trafficAt(slope, buffer))} B`,
  source: `the ski slope at ${units.data(buffer)}, ${STRATEGY_TITLES[strategy]}`,
})

/** The units of a figure, if they differ from those of the formulas. */
export const unitNotes = ({ units }: Pick<DesignContext, 'units'>): readonly Ingredient[] => [
  ...(units.workPerMac === 1
    ? []
    : [{ name: 'op', value: '2 a MAC', source: 'a multiplication and an addition' }]),
  ...(units.choice.data === 'byte'
    ? []
    : [
        {
          name: 'el',
          value: `${formatNumber(8 / units.dataPerByte)} bit`,
          source: 'an element: all tensors of the workload are this wide',
        },
      ]),
]
