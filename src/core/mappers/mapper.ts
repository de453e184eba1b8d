import type { Slope, Staircase } from '../front/columns'
import type { MappingColumn } from '../mapping/codec'
import type { MappingView } from '../mapping/mapping-view'
import type { Factors } from '../model/pieces'
import type { Checkpoint } from '../support/checkpoint'
import type { Fault, Result } from '../support/result'
import type { Bytes, Macs } from '../units/quantity'
import type { Workload } from '../workload/einsum'
import type { Strategy } from './strategy'

/**
 * `paper` is the mapspace and the counting of Orojenesis, as published; `full` is the tightest that can be executed.
 */
export type Mapspace = 'paper' | 'full'

/** Whether the members of a fused segment run in turn in the buffer, or all work at once. */
export type Execution = 'sequential' | 'pipelined'

/** What a search depends on besides the workload. */
export interface SearchOptions {
  readonly mapspace: Mapspace
  readonly factors: Factors
  /** Whether intermediates may stay in the buffer. `if-possible`: if none can, each Einsum is searched alone. */
  readonly fuse: 'never' | 'if-possible' | 'always'
  readonly execution: Execution
  /** Producer by consumer (names of Einsums): which operand continues the chain if several could. */
  readonly along: Readonly<Record<string, string>>
  /** `halo`: only what windows overlap may be computed again; `any`: whole intermediates too. Loop trees alone ask. */
  readonly recompute: 'halo' | 'any'
  /** Intermediates that must not be written to the backing store, by name. Loop trees alone ask. */
  readonly keep: readonly string[]
}

export interface SearchRequest {
  readonly workload: Workload
  readonly options: SearchOptions
}

/** The metrics of a point of a curve. */
export type Metric = 'bufferBytes' | 'trafficBytes'

/** A piece of work, small enough for progress and cancellation. Plain data without functions, `Map`s or `Set`s. */
export interface Task {
  /** Names who runs it, in the table of `tasks/run-task`. */
  readonly kind: string
  /** What is searched, for the status line. */
  readonly label: string
  /** Rough number of mappings, for progress. */
  readonly cost: number
}

export interface Plan<T extends Task> {
  readonly tasks: readonly T[]
  readonly totalCost: number
}

/** The ski slope of one Einsum, with the mapping of each point. */
export interface EinsumBound extends Staircase {
  readonly einsum: string
  readonly macs: Macs
  /** Sum of operand sizes: what must cross the boundary at any buffer size (docs/model.md, section 5, Eq. 15). */
  readonly algorithmicMinimum: Bytes
  readonly mappings: MappingColumn
  readonly mappingsEvaluated: number
}

/** The curve of a whole cascade under one strategy. */
export interface StrategyCurve extends Slope {
  readonly strategy: Strategy
  /** Where the curve is not proven to be least. */
  readonly unproven?: Unproven | null
}

/** What is known of a curve that is attained, but not proven to be least. */
export interface Unproven {
  /** What makes the cascade too wide, and what is searched instead; a sentence without its full stop. */
  readonly reason: string
  /** A staircase that no mapping of the mapspace lies below; without points if none is known. */
  readonly lower: Staircase
}

/** Why an intermediate is written out and read back. */
export interface FusionBreak {
  readonly tensor: string
  readonly producer: string
  readonly reason: string
  /** Whether that is so as the paper fuses; otherwise over all loop trees. */
  readonly ofPaper: boolean
}

/** An Einsum where several chains meet, by names: one chain continues, the others are read like weights. */
export interface Merge {
  readonly consumer: string
  readonly candidates: readonly string[]
  readonly along: string
  /** Whether the user chose it; otherwise it is the choice of least traffic. */
  readonly settled: boolean
}

/** Einsums that run together at one buffer size; a single one if nothing is fused there. */
export interface Segment {
  /** Positions in the workload of all its Einsums, in order. */
  readonly einsums: readonly number[]
  /** How it runs: `alone`, `tiled`, ... */
  readonly form: string
  readonly buffer: Bytes
  readonly traffic: Bytes
}

/** The result of a search of a workload. Plain data in columns: it crosses threads and the window's boundary. */
export interface Exploration {
  /** The mapper that made it, and can read `detail`. */
  readonly mapper: string
  readonly workload: string
  readonly options: SearchOptions
  /** Names of the Einsums, in the workload's order. */
  readonly einsums: readonly string[]
  readonly macs: Macs
  /** Bytes of the inputs and outputs of the cascade if it may be fused; otherwise the sum of its Einsums' operands. */
  readonly algorithmicMinimum: Bytes
  /** Each Einsum run alone, in the workload's order. */
  readonly members: readonly EinsumBound[]
  /** How the members' curves are counted, shown to people: `uniform retention`, ... */
  readonly counting: string
  /** Curves of the whole cascade by the strategies that apply, `unfused` first. */
  readonly curves: readonly StrategyCurve[]
  /** Why other strategies do not apply. */
  readonly inapplicable: readonly { readonly strategy: Strategy; readonly fault: Fault }[]
  readonly breaks: readonly FusionBreak[]
  readonly merges: readonly Merge[]
  /** Members of each chain, by name. */
  readonly chains: readonly (readonly string[])[]
  /** Data that only the mapper itself reads. */
  readonly detail: unknown
  readonly mappingsEvaluated: number
  /** Wall time of the search alone, without start-up; set by whoever has a clock. */
  readonly elapsedMs: number
}

/**
 * A way to search mapspaces. Everything here is pure: plan, run each task (in any thread, in any order), assemble. A
 * new mapper is a folder and a line in `mappers/table`.
 */
export interface Mapper<T extends Task = Task, Part = unknown> {
  readonly id: string
  /** The kind of its tasks. */
  readonly taskKind: T['kind']
  readonly metrics: readonly Metric[]
  /** Whether it handles such a request; the first mapper in the table that does is taken. */
  accepts(request: SearchRequest): boolean
  /** Searches by other mappers that this one starts from. */
  needs(request: SearchRequest): readonly SearchRequest[]
  /** Cuts the search into tasks, or says why it cannot be done. `found` are the results of `needs`. */
  plan(request: SearchRequest, found: readonly Exploration[]): Result<Plan<T>>
  /** `checkpoint` is called now and then, and throws where the part is no longer wanted. */
  run(task: T, checkpoint?: Checkpoint): Part
  /** Buffers of a part that can be transferred to another thread instead of copied. */
  transferables(part: Part): readonly ArrayBuffer[]
  /** Puts the parts together. The order in which they came does not matter. */
  assemble(
    request: SearchRequest,
    plan: Plan<T>,
    parts: readonly Part[],
    found: readonly Exploration[],
  ): Exploration
  /** What runs together at a buffer size. Each segment comes after those whose outputs it reads. */
  segmentsAt(exploration: Exploration, strategy: Strategy, buffer: number): readonly Segment[]
  /** How a segment runs at a buffer size. */
  viewOf(exploration: Exploration, workload: Workload, segment: Segment, buffer: number): MappingView
}
