/** One block of a transformer: the sizes that its cascade needs. */
export interface Block {
  readonly name: string
  /** Width of the residual stream. */
  readonly hidden: number
  readonly heads: number
  /** Heads of keys and values; fewer than `heads` if groups of queries share them. */
  readonly keyHeads: number
  readonly headWidth: number
  readonly feedForward: number
  /** Whether there are two projections up, one of them through an activation (SwiGLU and similar). */
  readonly gated: boolean
  readonly activation: string
  readonly norm: 'layer norm' | 'RMS norm'
  /** Null for a dense feed-forward. */
  readonly experts: { readonly count: number; readonly perToken: number } | null
  readonly blocks: number
  readonly bits: number
  readonly longest: number
  /** Tokens that attention looks back at most (`sliding_window`); null where it looks at all. */
  readonly window: number | null
  /** Whether a new token can be computed against a cache of those before it. */
  readonly decodes: boolean
}

/** The phase, batch and length of a run. */
export interface BlockRun {
  readonly phase: 'prefill' | 'decode'
  readonly batch: number
  readonly length: number
}

/** Weights of one block, in values; compared with published parameter counts. */
export function blockParameters({
  hidden,
  heads,
  keyHeads,
  headWidth,
  feedForward,
  gated,
  experts,
}: Block): number {
  const attention = hidden * headWidth * (2 * heads + 2 * keyHeads)
  const one = hidden * feedForward * (gated ? 3 : 2)
  return attention + (experts === null ? one : experts.count * (one + hidden))
}
