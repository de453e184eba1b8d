/**
 * One value for each operand of a chain's member: its input along the chain, its other input (the weights), its
 * output.
 */
export interface PerOperand {
  readonly input: number
  readonly weights: number
  readonly output: number
}

export const OPERANDS = ['input', 'weights', 'output'] as const satisfies readonly (keyof PerOperand)[]

/** Sizes of a two-operand product Z[shared, m, n] = X[shared, m, k] * W[shared, k, n]. */
export interface ProductRanks {
  readonly shared: number
  readonly m: number
  readonly k: number
  readonly n: number
}

/**
 * A member of a fusible chain: X_out[rows, n] = X_in[rows, k] * W[k, n], with k and n counted per head
 * (docs/model.md, section 6; Orojenesis sec. V). Rows are the ranks that run through the whole chain; heads are those
 * that only a part of it shares.
 */
export interface ChainMember {
  /** Position of its Einsum in the cluster. */
  readonly einsum: number
  /** Which input of the Einsum is along the chain; the other one is the weights. */
  readonly inputPosition: number
  readonly rows: number
  readonly k: number
  readonly n: number
  /**
   * Its ranks without regard to a chain: those of all three operands, then rows, contracted ranks and output columns.
   */
  readonly ranks: ProductRanks
  /** Number of heads that index each operand; 1 if none does. */
  readonly heads: PerOperand
  /** Rows that also index the weights: each batch entry has its own weights. */
  readonly batch: number
  readonly bytesPerValue: PerOperand
  /** Whether a reduction over the rows of its output follows (softmax, norm), which needs whole rows. */
  readonly reduced: boolean
}

/** An operand that the point-wise Einsums of a link read from the backing store, value by value. */
export interface SideOperand {
  /** The position of the point-wise Einsum in the cluster, and which of its inputs this is. */
  readonly einsum: number
  readonly input: number
  readonly bytes: number
  readonly bytesPerValue: number
  /** Rows that index it. If they are fewer than the chain's rows, it is read again for later row blocks. */
  readonly rows: number
}

/** The point-wise Einsums between a member and the next. A fused segment applies them in place. */
export interface Link {
  /** Positions of those Einsums in the cluster, in order. */
  readonly pointwise: readonly number[]
  readonly sides: readonly SideOperand[]
}

/** Members in order; each reads what the one before it wrote. `links[e]` is between members e and e + 1. */
export interface Chain {
  readonly members: readonly ChainMember[]
  readonly links: readonly Link[]
}

/** Whether heads index all three operands, as in the two products of attention. */
export const isPerHead = ({ heads }: ChainMember): boolean =>
  heads.weights > 1 && heads.input > 1 && heads.output > 1

/** Bytes of a member's operands, heads included. */
export function operandBytes({ rows, k, n, heads, batch, bytesPerValue }: ChainMember): PerOperand {
  return {
    input: rows * k * heads.input * bytesPerValue.input,
    weights: batch * k * n * heads.weights * bytesPerValue.weights,
    output: rows * n * heads.output * bytesPerValue.output,
  }
}
