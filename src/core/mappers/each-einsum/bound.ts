import type { Bytes, Macs } from '../../units/quantity'

/** `paper` is Orojenesis' own mapspace (uniform retention); `full` the tightest that Piste knows (per-tensor retention). */
export type Mapspace = 'paper' | 'full'
/** Whether tile sizes must divide the rank sizes. */
export type Factors = 'perfect' | 'imperfect'

export interface SearchOptions {
  readonly mapspace: Mapspace
  readonly factors: Factors
}

/**
 * Least backing-store traffic against buffer size: a Pareto front read as right-continuous steps. Both columns are
 * whole bytes; buffers strictly increase, traffic strictly decreases. Columns are never written after construction.
 */
export interface Staircase {
  readonly bufferBytes: Float64Array
  readonly trafficBytes: Float64Array
}

/** One mapping per point of a staircase, encoded back to back; read it with `decodeMapping`. */
export interface MappingColumn {
  readonly words: Float64Array
  /** Point i lies in `words[offsets[i] .. offsets[i + 1])`. */
  readonly offsets: Uint32Array
}

/** The ski slope of one Einsum, with the mapping that attains each point. */
export interface EinsumBound extends Staircase {
  readonly einsum: string
  readonly macs: Macs
  /** Sum of operand sizes: what must cross the boundary whatever the buffer. */
  readonly algorithmicMinimum: Bytes
  readonly mappings: MappingColumn
  readonly mappingsEvaluated: number
}

/** The bound of a whole cascade run unfused: its Einsums' bounds summed at equal buffer size. */
export interface WorkloadBound extends Staircase {
  readonly workload: string
  readonly options: SearchOptions
  readonly macs: Macs
  readonly algorithmicMinimum: Bytes
  /** In the cascade's order. */
  readonly members: readonly EinsumBound[]
  readonly mappingsEvaluated: number
  /** Wall time of the search alone, without start-up; filled in by whoever has a clock. */
  readonly elapsedMs: number
}
