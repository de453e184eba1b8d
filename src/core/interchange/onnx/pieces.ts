import type { Index, Operand, Step } from './steps'

/** Sizes of the pieces of each dimension of each value, outermost first. */
export type Pieces = ReadonlyMap<string, readonly (readonly number[])[]>

/** A cut that cannot be made: it would split a window, or cross another cut. `step` is where it was asked for. */
class Conflict extends Error {
  constructor(readonly step: number) {
    super('dimensions cannot be cut in the same way')
  }
}

/**
 * A reshape splits and joins dimensions, which Einsums cannot do. So every dimension is cut wherever any view of the
 * same values is: cuts spread through views and shared variables until nothing changes. Reshapes whose cuts cannot be
 * made are left out; their positions are returned.
 */
export function piecesOf(
  steps: readonly Step[],
  shapeOf: (value: string) => readonly number[],
): { readonly pieces: Pieces; readonly opaque: ReadonlySet<number> } {
  const opaque = new Set<number>()
  for (;;) {
    try {
      return { pieces: new Cutter(steps, shapeOf, opaque).spread(), opaque }
    } catch (error) {
      if (!(error instanceof Conflict)) throw error
      const culprits = culpritsOf(steps, error.step, opaque)
      // Cuts come only from reshapes and joined indices. Without reshapes, only a step of its own kind can be the
      // cause.
      if (culprits.length === 0) opaque.add(error.step)
      for (const culprit of culprits) opaque.add(culprit)
    }
  }
}

/** The reshape in which a conflict arose, else those next to it, else all. */
function culpritsOf(steps: readonly Step[], at: number, opaque: ReadonlySet<number>): readonly number[] {
  const reshapes = steps.flatMap((step, i) => (step.kind === 'reshape' && !opaque.has(i) ? [i] : []))
  if (reshapes.includes(at)) return [at]
  const step = steps[at]!
  const touched = new Set(
    step.kind === 'einsum'
      ? [step.output.value, ...step.operands.map(({ value }) => value)]
      : 'input' in step
        ? [step.input, step.output]
        : [],
  )
  const near = reshapes.filter((i) => {
    const other = steps[i]!
    return other.kind === 'reshape' && (touched.has(other.input) || touched.has(other.output))
  })
  return near.length > 0 ? near : reshapes
}

export const namesIn = (index: Index): readonly string[] =>
  typeof index === 'string' ? index.split('.') : []

class Cutter {
  /** Strides, within each dimension, at which it is cut. */
  private readonly cuts = new Map<string, Set<number>[]>()
  private changed = true
  private step = 0

  constructor(
    private readonly steps: readonly Step[],
    private readonly shapeOf: (value: string) => readonly number[],
    private readonly opaque: ReadonlySet<number>,
  ) {}

  spread(): Pieces {
    while (this.changed) {
      this.changed = false
      for (const [i, step] of this.steps.entries()) {
        if (this.opaque.has(i)) continue
        this.step = i
        if (step.kind === 'einsum') this.einsum([step.output, ...step.operands], step.sizes)
        else if (step.kind === 'view') this.view(step.output, step.input, step.dimensions)
        else if (step.kind === 'reshape') this.reshape(step.output, step.input)
      }
    }
    return new Map(
      [...this.cuts].map(([value, dimensions]) => [
        value,
        dimensions.map((strides, d) => between(this.shapeOf(value)[d]!, strides)),
      ]),
    )
  }

  private of(value: string): Set<number>[] {
    const known = this.cuts.get(value)
    if (known) return known
    const fresh = this.shapeOf(value).map(() => new Set<number>())
    this.cuts.set(value, fresh)
    return fresh
  }

  private add(value: string, dimension: number, stride: number): void {
    const size = this.shapeOf(value)[dimension]!
    const cuts = this.of(value)[dimension]!
    if (stride <= 1 || stride >= size || cuts.has(stride)) return
    const crosses = [...cuts].some((other) => other % stride !== 0 && stride % other !== 0)
    if (!Number.isInteger(stride) || size % stride !== 0 || crosses) throw new Conflict(this.step)
    cuts.add(stride)
    this.changed = true
  }

  /** Every dimension that a variable indexes has the variable's cuts. */
  private einsum(operands: readonly Operand[], sizes: ReadonlyMap<string, number>): void {
    const shared = new Map<string, Set<number>>()
    const each = (
      visit: (value: string, d: number, name: string, base: number, size: number) => void,
    ): void => {
      for (const { value, indices } of operands)
        for (const [d, index] of indices.entries()) {
          let base = 1
          for (const name of [...namesIn(index)].reverse()) {
            const size = sizes.get(name)!
            visit(value, d, name, base, size)
            base *= size
          }
          if (Array.isArray(index) && this.of(value)[d]!.size > 0) throw new Conflict(this.step)
        }
    }
    each((value, d, name, base, size) => {
      // Joined variables meet at a cut.
      this.add(value, d, base)
      const local = shared.get(name) ?? new Set()
      shared.set(name, local)
      for (const stride of this.of(value)[d]!)
        if (stride > base && stride < base * size) local.add(stride / base)
    })
    each((value, d, name, base) => {
      for (const stride of shared.get(name)!) this.add(value, d, stride * base)
    })
  }

  private view(output: string, input: string, dimensions: readonly number[]): void {
    dimensions.forEach((from, to) => {
      if (from < 0) return
      for (const stride of this.of(input)[from]!) this.add(output, to, stride)
      for (const stride of this.of(output)[to]!) this.add(input, from, stride)
    })
  }

  /** Views of the same values have a cut at the same stride. */
  private reshape(output: string, input: string): void {
    const strides = new Set([...this.strides(input), ...this.strides(output)])
    for (const value of [input, output]) {
      const shape = this.shapeOf(value)
      let base = shape.reduce((product, size) => product * size, 1)
      shape.forEach((size, d) => {
        base /= size
        for (const stride of strides)
          if (stride > base && stride < base * size) this.add(value, d, stride / base)
      })
    }
  }

  /** Cuts and borders of dimensions, counted in values of the whole. */
  private strides(value: string): readonly number[] {
    const shape = this.shapeOf(value)
    let base = 1
    return shape
      .map((size, d) => ({ size, d }))
      .reverse()
      .flatMap(({ size, d }) => {
        const here = [base, ...[...this.of(value)[d]!].map((stride) => stride * base)]
        base *= size
        return here
      })
  }
}

/** Sizes between cuts, outermost first. */
export function between(size: number, strides: Iterable<number>): readonly number[] {
  const at = [...strides].sort((a, b) => b - a)
  return [size, ...at].map((outer, i) => outer / (at[i] ?? 1))
}
