/**
 * The rules by which the buffer and the traffic of a mapping are counted: `uniform` one tile of every tensor
 * (docs/model.md, section 2), `retention` each tensor at its own depth (section 3), `paper-fusion` the paper's
 * templates of fused chains (section 6), `loop-tree` any tree as an explicit buffer executes it (section 8),
 * `machine` several memory levels.
 */
export const COUNTINGS = ['uniform', 'retention', 'paper-fusion', 'loop-tree', 'machine'] as const
export type Counting = (typeof COUNTINGS)[number]

/**
 * A mapping is a loop tree. Ranks, tensors, Einsums and levels are positions in the tables of its problem, so
 * problems of one shape share their mappings, whatever their names are.
 */
export interface Mapping {
  readonly counting: Counting
  readonly root: Block
}

/** A sequence of children, and the tensors that are held while some of them run. */
export interface Block {
  readonly holdings: readonly Holding[]
  readonly children: readonly Child[]
}

export type Child = Loop | Leaf

/** A tensor that is kept at a memory level while the children `from` to `to` of its block run, both included. */
export interface Holding {
  readonly tensor: number
  /** 0 is the backing store, 1 the buffer. */
  readonly level: number
  readonly from: number
  readonly to: number
  /** Whether it is a window that is fetched once over its sliding loops; a line buffer if there are two. */
  readonly window?: boolean
}

/** Iterations over tiles of a rank. */
export interface Loop {
  readonly kind: 'loop'
  readonly rank: number
  /** Values of the rank in one iteration. */
  readonly tile: number
  /** Whether the iterations run from the last tile to the first. */
  readonly backwards?: boolean
  /** Tensors held below whose box stays from one iteration to the next: only its new part is fetched. */
  readonly slides?: readonly number[]
  /** Body of the first iteration, if it differs. */
  readonly first?: Block
  readonly body: Block
  /** Body of the last iteration, if the tile does not divide and the remainder has its own. */
  readonly rest?: Block
}

/** An Einsum at one point of its iteration space. */
export interface Leaf {
  readonly kind: 'einsum'
  readonly einsum: number
}
