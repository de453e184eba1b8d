import { numbersOf, type OnnxNode } from './graph'

export interface KnownValue {
  readonly shape: readonly number[]
  readonly elementType: number
  /** Small whole numbers that are known without running the model. */
  readonly integers: readonly number[] | null
  /** Whether a value is a weight or a constant, not an activation. */
  readonly constant: boolean
}

/** What a node says does not fit what it works on: the model is wrong, and nothing is guessed in its place. */
export class Misfit extends Error {
  constructor(
    message: string,
    readonly value?: string,
  ) {
    super(message)
  }
}

/** No dimension of a real model comes near, and products of what is below stay exact. */
const LARGEST_DIMENSION = 2 ** 31
const MOST_VALUES = 2 ** 53
const MOST_DIMENSIONS = 32

/** A shape whose sizes are whole numbers, and few and small enough that counts of values are exact. */
export function checkedShape(shape: readonly number[]): readonly number[] {
  const sound =
    shape.length <= MOST_DIMENSIONS &&
    shape.every((size) => Number.isInteger(size) && size >= 0 && size <= LARGEST_DIMENSION) &&
    product(shape) <= MOST_VALUES
  if (!sound) throw new Misfit('This is not the shape of a tensor', `[${shape.slice(0, 8).join(', ')}]`)
  return shape
}

/** What is known of the values of a graph so far, node by node. */
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
    this.values.set(name, {
      shape: checkedShape(shape),
      elementType,
      integers: null,
      constant: false,
      ...more,
    })
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

/** A count from the end is one from the beginning. What lies outside is a misfit. */
export function axisOf(axis: number, rank: number): number {
  const from = axis < 0 ? axis + rank : axis
  if (!Number.isInteger(from) || from < 0 || from >= rank)
    throw new Misfit(`There is no such axis or entry among ${rank}`, String(axis))
  return from
}

/** Axes counted from the beginning, each once. */
export function axesOf(axes: readonly number[], rank: number): ReadonlySet<number> {
  const found = new Set(axes.map((axis) => axisOf(axis, rank)))
  if (found.size < axes.length) throw new Misfit('An axis is named twice', `[${axes.slice(0, 8).join(', ')}]`)
  return found
}

/** A node's list of so many whole numbers from `least` up; `otherwise` each where it has none. */
export function listOf(
  node: OnnxNode,
  name: string,
  {
    length,
    least,
    otherwise,
  }: { readonly length: number; readonly least: number; readonly otherwise: number },
): readonly number[] {
  const list = numbersOf(node, name)
  if (list === null) return Array<number>(length).fill(otherwise)
  if (
    list.length !== length ||
    list.some((one) => !Number.isInteger(one) || one < least || one > LARGEST_DIMENSION)
  )
    throw new Misfit(
      `Its ${name} must be ${length} whole numbers from ${least} up`,
      `[${list.slice(0, 8).join(', ')}]`,
    )
  return list
}
