import type { Architecture } from '../architecture/architecture'
import type { WorkloadBound } from '../bound/bound'
import {
  bestShare,
  budgetOf,
  mesaAt,
  mesaVertices,
  type AreaBudget,
  type MesaCurve,
  type MesaPoint,
} from '../bound/performance-mesa'
import { gap0At, probeLevels, readBound, type BoundReading, type LevelProbe } from '../bound/reading'
import { pointIndexAt } from '../bound/staircase'
import type { MappingView } from '../mapping/mapping-view'
import { viewMapping } from '../mapping/view-mapping'
import { formatBytes, formatShare, formatSi } from '../units/format'
import type { Workload } from '../workload/einsum'

/** One line of the report's parameter table. */
export interface Parameter {
  readonly name: string
  readonly value: string
  /** Where the figure comes from. */
  readonly source: string
}

/** How one Einsum is mapped at the buffer that the report speaks of. */
export interface MappedEinsum {
  readonly einsum: string
  readonly text: string
  readonly view: MappingView
}

/** A report as plain data; renderers turn it into HTML, CSV and JSON. */
export interface Report {
  readonly title: string
  /** The answer in one sentence. */
  readonly answer: string
  readonly workload: Workload
  readonly architecture: Architecture
  readonly bound: WorkloadBound
  readonly budget: AreaBudget
  readonly reading: BoundReading
  readonly curve: MesaCurve
  /** Null where the die is too small for the least mapping. */
  readonly best: MesaPoint | null
  readonly current: MesaPoint
  readonly gap0AtCurrent: number
  readonly probes: readonly LevelProbe[]
  readonly parameters: readonly Parameter[]
  readonly mappings: readonly MappedEinsum[]
}

export interface ReportInputs {
  readonly title: string
  readonly workload: Workload
  readonly architecture: Architecture
  readonly bound: WorkloadBound
  /** Share of the area that goes to buffer; null follows the best one. */
  readonly bufferShare: number | null
}

/** Reads everything that a report says off a bound and an architecture. */
export function buildReport({ title, workload, architecture, bound, bufferShare }: ReportInputs): Report {
  const budget = budgetOf(architecture)
  const found = bestShare(bound, budget)
  const best = found.ok ? found.value : null
  const current = bufferShare === null && best ? best : mesaAt(bound, budget, bufferShare ?? 0.5)
  return {
    title,
    answer: answerOf(workload, best, architecture),
    workload,
    architecture,
    bound,
    budget,
    reading: readBound(bound),
    curve: mesaVertices(bound, budget),
    best,
    current,
    gap0AtCurrent: gap0At(bound, current.buffer),
    probes: probeLevels(bound, architecture.levels),
    parameters: parametersOf(workload, architecture, bound),
    mappings: mappingsAt(workload, bound, current.buffer),
  }
}

function answerOf(workload: Workload, best: MesaPoint | null, architecture: Architecture): string {
  if (best === null) return `${workload.name} does not fit: the die is too small for any mapping.`
  const rest = best.limiter === 'memory' ? 'where DRAM bandwidth limits it' : 'where the MACs limit it'
  return `For ${workload.name} on ${architecture.name}, give ${formatShare(best.share)} of the area to SRAM (${formatBytes(best.buffer)}) and the rest to ${formatSi(Math.floor(best.macs), 'MACs', 3)}: at most ${formatSi(best.throughput, 'MAC/s', 3)}, ${rest}.`
}

function parametersOf(
  workload: Workload,
  architecture: Architecture,
  bound: WorkloadBound,
): readonly Parameter[] {
  const { technology } = architecture
  const given = 'given'
  return [
    { name: 'Workload', value: workload.name, source: workload.source || given },
    {
      name: 'Rank sizes',
      value:
        Object.entries(workload.rankSizes)
          .map(([rank, size]) => `${rank} = ${size}`)
          .join(', ') || 'per Einsum',
      source: given,
    },
    {
      name: 'Mapspace',
      value: `${bound.options.mapspace}, ${bound.options.factors} factors`,
      source:
        bound.options.mapspace === 'paper'
          ? 'Orojenesis (ISCA 2024), sec. III'
          : 'per-tensor retention, past the paper',
    },
    {
      name: 'Die',
      value: `${architecture.die} mm2, ${formatShare(architecture.ioShare)} of it I/O`,
      source: given,
    },
    { name: 'Technology', value: technology.name, source: technology.source },
    { name: 'Area per MAC', value: `${technology.areaUm2PerMac} um2`, source: technology.source },
    { name: 'Area per byte of SRAM', value: `${technology.areaUm2PerByte} um2`, source: technology.source },
    { name: 'Clock', value: formatSi(architecture.clock, 'Hz'), source: given },
    { name: 'DRAM bandwidth', value: formatSi(architecture.dramBandwidth, 'B/s'), source: given },
  ]
}

function mappingsAt(workload: Workload, bound: WorkloadBound, buffer: number): readonly MappedEinsum[] {
  return workload.einsums.flatMap((einsum, i) => {
    const member = bound.members[i]!
    const point = pointIndexAt(member, buffer)
    return point < 0
      ? []
      : [{ einsum: einsum.name, text: einsum.text, view: viewMapping(einsum, member, point, bound.options) }]
  })
}
