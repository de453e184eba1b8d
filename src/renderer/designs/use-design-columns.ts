import { STRATEGY_TITLES } from '../../core/mappers/strategy'
import { LIMITER_TITLES } from '../../core/analysis/performance-mesa'
import type { Design } from '../../contract/project-file'

import { explainBuffer, explainMacs, explainThroughput } from '../../core/report/explain/explain-design'
import type { DesignContext, Explanation } from '../../core/report/explain/explanation'
import { formatInteger, formatNumber, formatShare, formatSi } from '../../core/units/format'
import type { DesignResult } from '../stores/designs-store'
import { useSettingsStore } from '../stores/settings-store'
import { useExplain } from '../inspector/use-explain'

/** One figure of a design. */
export interface DesignCell {
  readonly text: string
  /** The figure's explanation, for results. */
  readonly why?: () => Explanation | null
  readonly sortBy: number | string
  /** What it is compared by, where the text is not enough. */
  readonly key?: string
}
/** A pinned design, or the current state. */
export type DesignRow = Pick<DesignResult, 'current' | 'slope' | 'workloadName'> & {
  readonly design: Omit<Design, 'id' | 'name' | 'weight'>
}

export interface DesignColumn {
  readonly title: string
  readonly numeric: boolean
  readonly cell: (row: DesignRow) => DesignCell
}

const number = (value: number, text: string): DesignCell => ({ text, sortBy: value })
const text = (value: string): DesignCell => ({ text: value, sortBy: value })

/** Columns of the table of designs: parameters, then results. */
export function useDesignColumns(): readonly DesignColumn[] {
  const settings = useSettingsStore()
  const { whyOf } = useExplain()
  /** A result, with its explanation. */
  const result = (
    row: DesignRow,
    value: number,
    shown: string,
    explain: (context: DesignContext) => Explanation,
  ): DesignCell => ({ ...number(value, shown), why: whyOf(row, explain) })

  return [
    {
      title: 'Workload',
      numeric: false,
      cell: ({ workloadName, design }) => ({ ...text(workloadName), key: design.workload.text }),
    },
    {
      title: 'Strategy',
      numeric: false,
      cell: ({ design }) => text(STRATEGY_TITLES[design.fusion.strategy]),
    },
    {
      title: 'Mapspace',
      numeric: false,
      cell: ({ design }) => text(`${design.search.mapspace}, ${design.search.factors}`),
    },
    {
      title: 'Die',
      numeric: true,
      cell: ({ design: { architecture } }) =>
        number(architecture.die, `${formatNumber(architecture.die)} mm²`),
    },
    { title: 'Technology', numeric: false, cell: ({ design }) => text(design.architecture.technology.name) },
    {
      title: 'Clock',
      numeric: true,
      cell: ({ design: { architecture } }) => number(architecture.clock, formatSi(architecture.clock, 'Hz')),
    },
    {
      title: 'DRAM',
      numeric: true,
      cell: ({ design: { architecture } }) =>
        number(architecture.dramBandwidth, formatSi(architecture.dramBandwidth, 'B/s')),
    },
    {
      title: 'Share',
      numeric: true,
      cell: ({ current }) => number(current.share, formatShare(current.share)),
    },
    {
      title: 'SRAM',
      numeric: true,
      cell: (row) => result(row, row.current.buffer, settings.units.data(row.current.buffer), explainBuffer),
    },
    {
      title: 'MACs',
      numeric: true,
      cell: (row) => result(row, row.current.macs, formatInteger(Math.floor(row.current.macs)), explainMacs),
    },
    {
      title: 'Throughput',
      numeric: true,
      cell: (row) =>
        result(row, row.current.throughput, settings.units.rate(row.current.throughput), explainThroughput),
    },
    { title: 'Limited by', numeric: false, cell: ({ current }) => text(LIMITER_TITLES[current.limiter]) },
  ]
}
