import { Misfit } from './context'
/**
 * How a dimension of an operand is indexed: by nothing, by a variable, by several variables of which the last runs
 * fastest (`h.e`: heads within a width), or by a window `stride*p + dilation*r`.
 */
export type Index = null | string | readonly (readonly [coefficient: number, variable: string])[]

export interface Operand {
  readonly value: string
  /** One for each dimension of the value. */
  readonly indices: readonly Index[]
}

/** What a node becomes. */
export type Step =
  | {
      readonly kind: 'einsum'
      readonly output: Operand
      readonly operands: readonly Operand[]
      /** For an Einsum that is no product: the function of its operands, `max` or `+`. */
      readonly by: string | null
      readonly sizes: ReadonlyMap<string, number>
    }
  /**
   * The same values under another name. `dimensions[d]` is the input's dimension for the output's dimension d; -1 for
   * none.
   */
  | {
      readonly kind: 'view'
      readonly output: string
      readonly input: string
      readonly dimensions: readonly number[]
      /** A reduction over the tensor's rows that follows: softmax or a norm. */
      readonly reduction?: string
    }
  /** The same values in the same order, with other dimensions. */
  | { readonly kind: 'reshape'; readonly output: string; readonly input: string }
  /** Only shapes and axes, which move nothing. */
  | { readonly kind: 'shape-only' }
  | { readonly kind: 'unmodelled'; readonly reason: string }

export const einsum = (
  output: Operand,
  operands: readonly Operand[],
  sizes: ReadonlyMap<string, number>,
  by: string | null = null,
): Step => {
  for (const [variable, size] of sizes)
    if (!(Number.isInteger(size) && size > 0))
      throw new Misfit(`Its dimension ${variable} has no size from 1 up`, String(size))
  return { kind: 'einsum', output, operands, by, sizes }
}

export const unmodelled = (reason: string): Step => ({ kind: 'unmodelled', reason })
