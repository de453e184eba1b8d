import type { Architecture } from '../architecture/architecture'
import type { WorkloadBound } from '../mappers/each-einsum/bound'
import {
  bestShare,
  mesaVertices,
  type AreaBudget,
  type MesaCurve,
  type MesaPoint,
} from '../analysis/performance-mesa'
import type { FusionBound } from '../mappers/chain-fusion/fusion-bound'
import {
  checkStrategy,
  reductionAt,
  segmentsAt,
  slopeOf,
  strategiesOf,
  type SegmentAt,
} from '../mappers/chain-fusion/read-fusion'
import { STRATEGY_TITLES, type Strategy } from '../mappers/chain-fusion/strategy'
import {
  gap0At,
  probeLevels,
  readBound,
  type BoundReading,
  type LevelProbe,
  type Slope,
} from '../analysis/reading'
import { pointIndexAt } from '../front/staircase'
import type { MappingView } from '../mapping/mapping-view'
import { viewMapping } from '../mapping/view-mapping'
import { ok, type Result } from '../support/result'
import { sensitivities, type Sensitivity } from '../study/sensitivity'
import { unitNotes } from './explain/explanation'
import { tensorTraffic, type TensorTraffic } from '../analysis/tensor-traffic'
import { readDesign, type DesignFigures, type DesignInputs } from '../analysis/read-design'
import { formatInteger, formatShare, formatSi } from '../units/format'
import { commonBits, unitsOf, type UnitChoice, type Units } from '../units/units'
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
  /** The workload's name with what it was set to. */
  readonly workloadTitle: string
  /** The answer in one sentence. */
  readonly answer: string
  readonly workload: Workload
  readonly architecture: Architecture
  /** Its Einsums run apart. */
  readonly bound: WorkloadBound
  /** Every strategy; null where nothing can be fused. */
  readonly fusion: FusionBound | null
  readonly strategy: Strategy
  /** The strategy's curve, which all figures are read off. */
  readonly slope: Slope
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
  /** What runs together at the chosen buffer; empty where nothing can be fused. */
  readonly segments: readonly SegmentAt[]
  readonly comparison: readonly StrategyFigures[]
  readonly designs: readonly ReportedDesign[]
  /** Which parameter moves the best throughput most; empty where nothing fits. */
  readonly sensitivities: readonly Sensitivity[]
  readonly tensors: TensorTraffic
  /** What its figures are told in. */
  readonly units: Units
}

/** A pinned design beside the one that the report is about. */
export interface NamedDesign extends DesignInputs {
  readonly name: string
  readonly workloadTitle: string
  /** Its part of the mix of workloads; 0 where it is not in it. */
  readonly weight: number
}
export type ReportedDesign = NamedDesign & DesignFigures

/** One strategy beside the others, on the same die. */
export interface StrategyFigures {
  readonly strategy: Strategy
  readonly leastTraffic: number
  readonly maximalEffectualBytes: number
  /** Times less traffic than unfused, at the chosen buffer. */
  readonly reduction: number
  readonly best: MesaPoint | null
}

export interface ReportInputs extends DesignInputs {
  readonly title: string
  readonly workloadTitle: string
  readonly workload: Workload
  readonly designs: readonly NamedDesign[]
  readonly unitChoice: UnitChoice
}

/** Reads everything that a report says off a bound and an architecture, or says why the strategy cannot be had. */
export function buildReport(inputs: ReportInputs): Result<Report> {
  const { title, workloadTitle, workload, architecture, bound, fusion, strategy, designs } = inputs
  if (fusion !== null) {
    const applies = checkStrategy(fusion, strategy)
    if (!applies.ok) return applies
  }
  const { slope, budget, best, current } = readDesign(inputs)
  const units = unitsOf(inputs.unitChoice, commonBits(workload))
  const bestOf = (curve: Slope): MesaPoint | null => {
    const found = bestShare(curve, budget)
    return found.ok ? found.value : null
  }
  return ok({
    title,
    workloadTitle,
    answer: answerOf(workloadTitle, best, architecture, fusion === null ? 'unfused' : strategy, units),
    workload,
    architecture,
    bound,
    fusion,
    strategy,
    slope,
    budget,
    reading: readBound(slope),
    curve: mesaVertices(slope, budget),
    best,
    current,
    gap0AtCurrent: gap0At(slope, current.buffer),
    probes: probeLevels(slope, architecture.levels),
    parameters: [...parametersOf(workload, architecture, bound, fusion, strategy), ...unitNotes({ units })],
    mappings: mappingsAt(workload, bound, fusion, strategy, current.buffer),
    segments: fusion === null ? [] : segmentsAt(fusion, strategy, current.buffer),
    comparison: fusion === null ? [] : comparisonOf(fusion, current.buffer, bestOf),
    designs: designs.map((design) => ({ ...design, ...readDesign(design) })),
    sensitivities: sensitivities(slope, architecture),
    tensors: tensorTraffic(workload, { bound, fusion }, strategy),
    units,
  })
}

/** Strategies that apply to the workload, side by side. */
function comparisonOf(
  fusion: FusionBound,
  buffer: number,
  bestOf: (slope: Slope) => MesaPoint | null,
): readonly StrategyFigures[] {
  return strategiesOf(fusion).map((strategy) => {
    const slope = slopeOf(fusion, strategy)
    const { leastTraffic, maximalEffectualBytes } = readBound(slope)
    return {
      strategy,
      leastTraffic,
      maximalEffectualBytes,
      reduction: reductionAt(fusion, 'unfused', strategy, buffer),
      best: bestOf(slope),
    }
  })
}

function answerOf(
  workload: string,
  best: MesaPoint | null,
  architecture: Architecture,
  strategy: Strategy,
  units: Units,
): string {
  if (best === null) return `${workload} does not fit: the die is too small for any mapping.`
  const how = strategy === 'unfused' ? '' : `, fused (${STRATEGY_TITLES[strategy]}),`
  const rest = best.limiter === 'memory' ? 'where DRAM bandwidth limits it' : 'where the MACs limit it'
  return `For ${workload}${how} on ${architecture.name}, give ${formatShare(best.share)} of the area to SRAM (${units.data(best.buffer)}) and the rest to ${formatInteger(Math.floor(best.macs))} MACs: at most ${units.rate(best.throughput, 3)}, ${rest}.`
}

function parametersOf(
  workload: Workload,
  architecture: Architecture,
  bound: WorkloadBound,
  fusion: FusionBound | null,
  strategy: Strategy,
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
    ...(fusion === null
      ? []
      : [
          {
            name: 'Strategy',
            value: `${STRATEGY_TITLES[strategy]}, ${fusion.options.execution} execution`,
            source: 'Orojenesis (ISCA 2024), sec. V',
          },
        ]),
    ...[...workload.rowReductions].map(([tensor, reduction]) => ({
      name: `Reduction of ${tensor}`,
      value: reduction,
      source: given,
    })),
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

/** Mappings of the Einsums that run by themselves at a buffer size. */
function mappingsAt(
  workload: Workload,
  bound: WorkloadBound,
  fusion: FusionBound | null,
  strategy: Strategy,
  buffer: number,
): readonly MappedEinsum[] {
  const fused = new Set(
    (fusion === null ? [] : segmentsAt(fusion, strategy, buffer))
      .filter(({ form }) => form !== 'alone')
      .flatMap(({ einsums }) => einsums),
  )
  return workload.einsums.flatMap((einsum, i) => {
    const member = bound.members[i]!
    const point = pointIndexAt(member, buffer)
    return point < 0 || fused.has(i)
      ? []
      : [{ einsum: einsum.name, text: einsum.text, view: viewMapping(einsum, member, point, bound.options) }]
  })
}
