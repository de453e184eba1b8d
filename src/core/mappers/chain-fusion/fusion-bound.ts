import type { SearchOptions, Staircase } from '../each-einsum/bound'
import type { Bytes, Macs } from '../../units/quantity'
import type { ClusterResult } from './fuse-cluster'
import type { FusionBreak } from './fusible-edges'
import type { Execution } from './segment'
import type { Strategy } from './strategy'

export interface FusionOptions extends SearchOptions {
  /** Whether the members of a fused segment take turns in the buffer, or all work at once. */
  readonly execution: Execution
  /** Producer by consumer (names of Einsums): which operand continues the chain where several could. */
  readonly along: Readonly<Record<string, string>>
}

/** A cluster of the cascade: which distinct one it is, and where its Einsums are. */
export interface FusionInstance {
  readonly cluster: number
  readonly einsums: readonly number[]
}

/** What fusion comes to for a whole cascade, every strategy at once. */
export interface FusionBound {
  readonly workload: string
  readonly options: FusionOptions
  readonly macs: Macs
  /** Inputs and outputs of the cascade: what must move whatever is fused. */
  readonly algorithmicMinimum: Bytes
  readonly strategies: Readonly<Record<Strategy, Staircase>>
  readonly clusters: readonly ClusterResult[]
  readonly instances: readonly FusionInstance[]
  /** Names of the Einsums, in the workload's order. */
  readonly einsums: readonly string[]
  readonly breaks: readonly FusionBreak[]
  readonly hasAttention: boolean
  readonly mappingsEvaluated: number
  readonly elapsedMs: number
}
