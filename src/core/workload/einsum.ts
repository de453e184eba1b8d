import type { Bits, Bytes, Macs } from '../units/quantity'

/** A rank variable of an Einsum, and its bound: `m` runs over `0 .. size-1`. */
export interface RankVariable {
  /** The variable as written, usually in lower case: `m`. */
  readonly name: string
  /** The rank whose size it has: `M`, unless an alias says otherwise. */
  readonly rank: string
  readonly size: number
}

/** One variable's part in an affine rank expression: `2*p` is `{ variable: 'p', coefficient: 2 }`. */
export interface AffineTerm {
  readonly variable: string
  readonly coefficient: number
}

/** How a tensor's rank is indexed: `H: 2*p + r` has rank `H`, two terms and offset 0. */
export interface RankAccess {
  readonly rank: string
  readonly terms: readonly AffineTerm[]
  readonly offset: number
}

/** A tensor as an Einsum reads or writes it. */
export interface TensorAccess {
  readonly tensor: string
  readonly bitsPerValue: Bits
  readonly ranks: readonly RankAccess[]
}

/** `product` Einsums multiply and accumulate; `pointwise` ones (`+`, `/`, `exp`) move data but have no MACs. */
export type EinsumKind = 'product' | 'pointwise'

export interface Einsum {
  readonly name: string
  /** As the user wrote it. */
  readonly text: string
  readonly kind: EinsumKind
  /** All rank variables in order of first appearance. */
  readonly variables: readonly RankVariable[]
  readonly output: TensorAccess
  /** Distinct reads in order of first appearance: one tensor may be read at several index expressions. */
  readonly inputs: readonly TensorAccess[]
  /** One MAC per point of the iteration space of a product; 0 for a point-wise Einsum. */
  readonly macs: Macs
}

/** A workload is a cascade: Einsums in an order in which each tensor is written before it is read. */
export interface Workload {
  readonly name: string
  readonly description: string
  /** Where its numbers come from; empty for the user's own workloads. */
  readonly source: string
  /** Sizes by rank name, as given. */
  readonly rankSizes: Readonly<Record<string, number>>
  readonly einsums: readonly Einsum[]
  readonly tensors: readonly Tensor[]
  /** Row reductions of tensors that are not written out as Einsums: `{ QK: softmax }`. */
  readonly rowReductions: Readonly<Record<string, string>>
}

/** A tensor of the cascade, with its writer and its readers (names of Einsums). */
export interface Tensor {
  readonly name: string
  readonly role: 'input' | 'intermediate' | 'output'
  readonly size: Bytes
  readonly producer: string | null
  readonly consumers: readonly string[]
}
