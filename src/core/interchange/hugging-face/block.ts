/** One block of a transformer, by the sizes that its cascade follows from. */
export interface Block {
  readonly name: string
  /** Width of the residual stream. */
  readonly hidden: number
  readonly heads: number
  /** Heads of keys and values: fewer than `heads` where groups of queries share them. */
  readonly keyHeads: number
  readonly headWidth: number
  readonly feedForward: number
  /** Two projections up, one through an activation (SwiGLU and its like). */
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

/** What a block is run on. */
export interface BlockRun {
  readonly phase: 'prefill' | 'decode'
  readonly batch: number
  readonly length: number
}

/** Weights of one block, in values: what published parameter counts are held against. */
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
