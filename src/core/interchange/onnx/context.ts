import type { OnnxNode } from './graph'

export interface KnownValue {
  readonly shape: readonly number[]
  readonly elementType: number
  /** Small whole numbers that are known without running the model. */
  readonly integers: readonly number[] | null
  /** Whether a value is a weight or a constant, not an activation. */
  readonly constant: boolean
}

/** What is known of the values of a graph so far; nodes are added one by one. */
export class Context {
  readonly values = new Map<string, KnownValue>()
  /** What has no Einsum: operator, reason -> nodes and bytes. */
  readonly asides = new Map<
    string,
    { operator: string; reason: string; count: number; bytes: number | null }
  >()

  constructor(private readonly consumers: ReadonlyMap<string, number>) {}

  shape(name: string): readonly number[] | null {
    return this.values.get(name)?.shape ?? null
  }

  integers(name: string | undefined): readonly number[] | null {
    return name === undefined ? null : (this.values.get(name)?.integers ?? null)
  }

  isConstant(name: string): boolean {
    return this.values.get(name)?.constant === true
  }

  /** Whether only one node reads a value, so that the node can be applied in place. */
  hasOneReader(name: string): boolean {
    return (this.consumers.get(name) ?? 0) <= 1
  }

  /** Records the shape of a node's first output. Its type is that of the first input unless given. */
  define(node: OnnxNode, shape: readonly number[], more: Partial<KnownValue> = {}, output = 0): void {
    const name = node.outputs[output]
    if (name === undefined || name === '') return
    const elementType = this.values.get(node.inputs[0] ?? '')?.elementType ?? 1
    this.values.set(name, { shape, elementType, integers: null, constant: false, ...more })
  }

  /** Adds bytes that an operator moves or holds and that no Einsum counts. */
  aside(operator: string, reason: string, bytes: number | null): void {
    const key = `${operator} ${reason}`
    const known = this.asides.get(key) ?? { operator, reason, count: 0, bytes: 0 }
    this.asides.set(key, {
      ...known,
      count: known.count + 1,
      bytes: known.bytes === null || bytes === null ? null : known.bytes + bytes,
    })
  }
}

export const product = (sizes: readonly number[]): number => sizes.reduce((all, size) => all * size, 1)

/** Sizes of two shapes broadcast to each other, aligned right; null if they do not fit. */
export function broadcast(a: readonly number[], b: readonly number[]): readonly number[] | null {
  const rank = Math.max(a.length, b.length)
  const at = (shape: readonly number[], i: number) => shape[i - (rank - shape.length)] ?? 1
  const shape = Array.from({ length: rank }, (_, i) => Math.max(at(a, i), at(b, i)))
  return shape.every((size, i) => [at(a, i), at(b, i)].every((one) => one === 1 || one === size))
    ? shape
    : null
}

/** An index from the end as one from the beginning. */
export const axisOf = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis)
