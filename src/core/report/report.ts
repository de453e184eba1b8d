import { floorUnder, type FloorPoint } from '../analysis/floor/floor'
import {
  LIMITER_TITLES,
  mesaVertices,
  type AreaBudget,
  type MesaCurve,
  type MesaPoint,
} from '../analysis/performance-mesa'
import { plateausOf, type Plateaus } from '../analysis/plateau'
import { bestOn, readDesign, type DesignFigures, type DesignInputs } from '../analysis/read-design'
import { gap0At, probeLevels, readBound, type BoundReading, type LevelProbe } from '../analysis/reading'
import { tensorTraffic, type TensorTraffic } from '../analysis/tensor-traffic'
import type { Architecture } from '../architecture/architecture'
import {
  checkStrategy,
  fusesAnything,
  reductionAt,
  segmentationText,
  segmentsAt,
  strategyOf,
  viewOf,
} from '../explore/read'
import type { Slope } from '../front/columns'
import type { MappingView } from '../mapping/mapping-view'
import type { Exploration } from '../mappers/mapper'
import { isOfOtherMapspace, isOfPaper, STRATEGY_TITLES, type Strategy } from '../mappers/strategy'
import { sensitivities, type Sensitivity } from '../study/sensitivity'
import { ok, type Result } from '../support/result'
import { formatInteger, formatShare, formatSi } from '../units/format'
import { commonBits, unitsOf, type UnitChoice, type Units } from '../units/units'
import type { Workload } from '../workload/einsum'
import { unitNotes } from './explain/explanation'

/** One line of the report's parameter table. */
export interface Parameter {
  readonly name: string
  readonly value: string
  /** Where the figure comes from. */
  readonly source: string
}

/** How Einsums that run together are mapped, at the report's buffer size. */
export interface MappedSegment {
  readonly einsums: readonly { readonly name: string; readonly text: string }[]
  readonly view: MappingView
}

/** A report as plain data; renderers turn it into HTML, CSV and JSON. */
export interface Report {
  readonly title: string
  /** The workload's name with its settings. */
  readonly workloadTitle: string
  /** The answer in one sentence. */
  readonly answer: string
  readonly workload: Workload
  readonly architecture: Architecture
  readonly exploration: Exploration
  readonly strategy: Strategy
  /** The strategy's curve, from which all figures are read. */
  readonly slope: Slope
  readonly budget: AreaBudget
  readonly reading: BoundReading
  readonly curve: MesaCurve
  /** Null if the die is too small for the least mapping. */
  readonly best: MesaPoint | null
  /** Shares around the best; null where there is none. */
  readonly plateaus: Plateaus | null
  readonly current: MesaPoint
  readonly gap0AtCurrent: number
  /** What no schedule goes below at the chosen buffer. */
  readonly floorAtCurrent: FloorPoint
  readonly probes: readonly LevelProbe[]
  readonly parameters: readonly Parameter[]
  /** At the chosen buffer, in the order in which they run. Those that do not fit are left out. */
  readonly mappings: readonly MappedSegment[]
  /** Names of the Einsums that run together at the chosen buffer. */
  readonly segmentation: string
  /** Empty if nothing can be fused. */
  readonly comparison: readonly StrategyFigures[]
  readonly designs: readonly ReportedDesign[]
  /** How much each parameter changes the best throughput; empty if nothing fits. */
  readonly sensitivities: readonly Sensitivity[]
  readonly tensors: TensorTraffic
  /** The units of its figures. */
  readonly units: Units
}

/** A pinned design beside the one that the report is about. */
export interface NamedDesign extends DesignInputs {
  readonly name: string
  readonly workloadTitle: string
  /** Its share of the mix of workloads; 0 if it is not in the mix. */
  readonly weight: number
}
export type ReportedDesign = NamedDesign & DesignFigures

/** One strategy beside the others, on the same die. */
export interface StrategyFigures {
  readonly strategy: Strategy
  readonly leastTraffic: number
  readonly maximalEffectualBytes: number
  /** How many times less traffic than unfused, at the chosen buffer. */
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

/** Reads all figures of a report off an exploration and an architecture. Fault if the strategy does not apply. */
export function buildReport(inputs: ReportInputs): Result<Report> {
  const { title, workloadTitle, workload, architecture, exploration, designs } = inputs
  const applies = checkStrategy(exploration, inputs.strategy)
  if (!applies.ok && !applies.error.every(isOfOtherMapspace)) return applies
  const strategy = strategyOf(exploration, inputs.strategy)
  const { slope, budget, best, current } = readDesign(inputs)
  const units = unitsOf(inputs.unitChoice, commonBits(workload))
  const segments = segmentsAt(exploration, strategy, current.buffer)
  return ok({
    title,
    workloadTitle,
    answer: answerOf(workloadTitle, best, architecture, strategy, units),
    workload,
    architecture,
    exploration,
    strategy,
    slope,
    budget,
    reading: readBound(slope),
    curve: mesaVertices(slope, budget),
    best,
    plateaus: best && plateausOf(slope, budget, best),
    current,
    gap0AtCurrent: gap0At(slope, current.buffer),
    floorAtCurrent: floorUnder(inputs, strategy)(current.buffer),
    probes: probeLevels(slope, architecture.levels),
    parameters: [...parametersOf(workload, architecture, exploration, strategy), ...unitNotes({ units })],
    mappings: segments
      .filter(({ buffer }) => buffer <= current.buffer)
      .map((segment) => ({
        einsums: segment.einsums.map((i) => workload.einsums[i]!),
        view: viewOf(exploration, workload, segment, current.buffer),
      })),
    segmentation: segmentationText(exploration, segments),
    comparison: fusesAnything(exploration) ? comparisonOf(exploration, budget, current.buffer) : [],
    designs: designs.map((design) => ({ ...design, ...readDesign(design) })),
    sensitivities: sensitivities(slope, architecture),
    tensors: tensorTraffic(workload, exploration, strategy),
    units,
  })
}

/** Strategies that apply to the workload, side by side. */
const comparisonOf = (
  exploration: Exploration,
  budget: AreaBudget,
  buffer: number,
): readonly StrategyFigures[] =>
  exploration.curves.map((curve) => {
    const { leastTraffic, maximalEffectualBytes } = readBound(curve)
    return {
      strategy: curve.strategy,
      leastTraffic,
      maximalEffectualBytes,
      reduction: reductionAt(exploration, 'unfused', curve.strategy, buffer),
      best: bestOn(curve, budget).best,
    }
  })

function answerOf(
  workload: string,
  best: MesaPoint | null,
  architecture: Architecture,
  strategy: Strategy,
  units: Units,
): string {
  if (best === null) return `${workload} does not fit: the die is too small for any mapping.`
  const how = strategy === 'unfused' ? '' : `, fused (${STRATEGY_TITLES[strategy]}),`
  return `For ${workload}${how} on ${architecture.name}, give ${formatShare(best.share)} of the area to SRAM (${units.data(best.buffer)}) and the rest to ${formatInteger(Math.floor(best.macs))} MACs: at most ${units.rate(best.throughput, 3)}, limited by ${LIMITER_TITLES[best.limiter]}.`
}

function parametersOf(
  workload: Workload,
  architecture: Architecture,
  exploration: Exploration,
  strategy: Strategy,
): readonly Parameter[] {
  const { technology } = architecture
  const { options, counting } = exploration
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
      value: `${options.mapspace}, ${options.factors} factors; unfused by ${counting}`,
      source:
        options.mapspace === 'paper'
          ? 'Orojenesis (ISCA 2024), sec. III'
          : 'per-tensor retention, not in the paper',
    },
    ...(!fusesAnything(exploration)
      ? []
      : [
          {
            name: 'Strategy',
            ...(isOfPaper(strategy)
              ? {
                  value: `${STRATEGY_TITLES[strategy]}, ${options.execution} execution`,
                  source: 'Orojenesis (ISCA 2024), sec. V',
                }
              : {
                  value: STRATEGY_TITLES[strategy],
                  source: strategy === 'fused' ? 'loop trees, not in the paper' : 'each Einsum by itself',
                }),
          },
        ]),
    ...Object.entries(workload.rowReductions).map(([tensor, reduction]) => ({
      name: `Reduction of ${tensor}`,
      value: reduction,
      source: given,
    })),
    {
      name: 'Die',
      value: `${architecture.die} mm², ${formatShare(architecture.ioShare)} of it I/O`,
      source: given,
    },
    { name: 'Technology', value: technology.name, source: technology.source },
    { name: 'Area per MAC', value: `${technology.areaUm2PerMac} µm²`, source: technology.source },
    { name: 'Area per byte of SRAM', value: `${technology.areaUm2PerByte} µm²`, source: technology.source },
    { name: 'Clock', value: formatSi(architecture.clock, 'Hz'), source: given },
    { name: 'DRAM bandwidth', value: formatSi(architecture.dramBandwidth, 'B/s'), source: given },
  ]
}
