/** One value per operand of a chain's member: what it reads along the chain, what it reads beside it, what it writes. */
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
 * A member of a fusible chain as [O] sec. V sees it: X_out[rows, n] = X_in[rows, k] * W[k, n], with k and n counted per
 * head. Rows are the ranks that run through the whole chain; heads those that only some of it shares.
 */
export interface ChainMember {
  /** Position of its Einsum in the cluster. */
  readonly einsum: number
  /** Which of the Einsum's inputs the chain runs through; the other one is its weights. */
  readonly inputPosition: number
  readonly rows: number
  readonly k: number
  readonly n: number
  /** Its ranks apart from any chain: those of all three operands, then rows, contracted and output columns. */
  readonly ranks: ProductRanks
  /** How many heads index each operand; 1 where none does. */
  readonly heads: PerOperand
  /** Rows that index the weights too: each batch entry has weights of its own. */
  readonly batch: number
  readonly bytesPerValue: PerOperand
  /** Whether a reduction over the rows of its output follows (softmax, norm), so that rows must be whole. */
  readonly reduced: boolean
}

/** An operand that the point-wise Einsums of a link read from the backing store, value by value. */
export interface SideOperand {
  /** Position in the cluster of the point-wise Einsum, and which of its inputs it is. */
  readonly einsum: number
  readonly input: number
  readonly bytes: number
  readonly bytesPerValue: number
  /** Rows that index it; fewer than the chain's rows means that it is read again for later row blocks. */
  readonly rows: number
}

/** What lies between a member and the next: point-wise Einsums that a fused segment applies in place. */
export interface Link {
  /** Positions of those Einsums in the cluster, in order. */
  readonly pointwise: readonly number[]
  readonly sides: readonly SideOperand[]
}

/** Members in order, each reading what the one before it wrote; `links[e]` leads from member e to e + 1. */
export interface Chain {
  readonly members: readonly ChainMember[]
  readonly links: readonly Link[]
  /**
   * Whether pairs in FlashAttention's orders are held to what must cross the boundary. The paper's count is not: where
   * each batch entry has weights of its own it charges them once for all, and may end below inputs and outputs.
   */
  readonly compulsory: boolean
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
