/** An ONNX model without weights: what the importer needs. */
export interface OnnxGraph {
  readonly name: string
  readonly producer: string
  readonly nodes: readonly OnnxNode[]
  /** Inputs, without initializers. */
  readonly inputs: readonly OnnxValue[]
  readonly initializers: readonly OnnxInitializer[]
  /** Shapes that the exporter wrote with the graph; outputs included. */
  readonly values: readonly OnnxValue[]
}

/** A size, the name of a symbolic size, or null if not given. */
export type OnnxDimension = number | string | null

export interface OnnxValue {
  readonly name: string
  /** ONNX's number of the element type; 0 where unknown. */
  readonly elementType: number
  /** Null if the rank is not known. */
  readonly shape: readonly OnnxDimension[] | null
}

export interface OnnxInitializer {
  readonly name: string
  readonly elementType: number
  readonly shape: readonly number[]
  /** Values of small integer tensors, which give shapes and axes; null for all others. */
  readonly integers: readonly number[] | null
}

export type OnnxAttribute =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'numbers'; readonly value: readonly number[] }
  | { readonly kind: 'tensor'; readonly value: OnnxInitializer }
  | { readonly kind: 'other' }

export interface OnnxNode {
  readonly name: string
  readonly operator: string
  readonly domain: string
  /** An omitted optional input has an empty name. */
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes: ReadonlyMap<string, OnnxAttribute>
}

/** Bits of a value, by ONNX's numbers of element types. */
const BITS: Readonly<Record<number, number>> = {
  1: 32,
  2: 8,
  3: 8,
  4: 16,
  5: 16,
  6: 32,
  7: 64,
  9: 8,
  10: 16,
  11: 64,
  12: 32,
  13: 64,
  16: 16,
  17: 8,
  18: 8,
  19: 8,
  20: 8,
  21: 4,
  22: 4,
  23: 4,
}
export const bitsOfType = (elementType: number): number => BITS[elementType] ?? 32

export const numberOf = (node: OnnxNode, name: string, otherwise: number): number => {
  const attribute = node.attributes.get(name)
  return attribute?.kind === 'number' ? attribute.value : otherwise
}
export const numbersOf = (node: OnnxNode, name: string): readonly number[] | null => {
  const attribute = node.attributes.get(name)
  return attribute?.kind === 'numbers' ? attribute.value : null
}
export const textOf = (node: OnnxNode, name: string): string => {
  const attribute = node.attributes.get(name)
  return attribute?.kind === 'text' ? attribute.value : ''
}
