import { bitsOf, has, lowestOf, subsetsOf, sumOf, unionOf, type Mask } from './masks'
import type { Access, CascadeProblem } from './problem'

/**
 * A cascade whose tensors are all indexed by single rank variables, in full: no sums, no partial reads. Then ranges are
 * only sizes, and whether a loop is legal does not depend on them.
 */
export interface PlainCascade {
  readonly problem: CascadeProblem
  /** Einsums that produce or read a tensor. */
  readonly users: readonly Mask[]
  /** Tensors of an Einsum. */
  readonly touches: readonly Mask[]
  /** By Einsum, its output. */
  readonly makes: readonly Mask[]
  /** By tensor, units of one element and of all. */
  readonly widths: readonly number[]
  readonly units: readonly number[]
  readonly outputs: Mask
  readonly inputs: Mask
  /** Final outputs and what is read beyond the cascade: written whatever the tree. */
  readonly written: Mask
  /** Of the Einsums left, the connected sets that may run next: all that they read is made. */
  readonly nextOf: (left: Mask) => readonly Mask[]
}

/** Stands for all Einsums beyond the cascade. */
const OUTSIDE: Mask = 1 << 30

export const isPlainCascade = ({ einsums, ranks, tensors }: CascadeProblem): boolean =>
  einsums.every(({ inputs, output }) =>
    [...inputs, output].every(({ tensor, indices }) =>
      indices.every(
        ({ terms, offset }, d) =>
          terms.length === 1 &&
          terms[0]!.coefficient === 1 &&
          offset === 0 &&
          ranks[terms[0]!.rank]!.size === tensors[tensor]!.shape[d]!,
      ),
    ),
  )

/** The tables of a cascade. `outside`: tensors that Einsums beyond this cascade read as well. */
export function plainCascade(problem: CascadeProblem, outside: Mask = 0): PlainCascade {
  const touches = problem.einsums.map(({ inputs, output }) =>
    [...inputs, output].reduce((mask, { tensor }) => mask | (1 << tensor), 0),
  )
  const users = problem.tensors.map((_, t) =>
    touches.reduce(
      (mask, tensors, e) => (has(tensors, t) ? mask | (1 << e) : mask),
      has(outside, t) ? OUTSIDE : 0,
    ),
  )
  const roles = (role: string) =>
    problem.tensors.reduce((mask, tensor, t) => (tensor.role === role ? mask | (1 << t) : mask), 0)
  const known = new Map<Mask, readonly Mask[]>()
  const nextOf = (left: Mask): readonly Mask[] => {
    const found = known.get(left)
    if (found !== undefined) return found
    const sets = [...subsetsOf(left)].filter(
      (part) => part !== 0 && isNext(cascade, part, left) && isConnected(cascade, part, -1),
    )
    known.set(left, sets)
    return sets
  }
  const written = roles('output') | (outside & ~roles('input'))
  const cascade = {
    problem,
    touches,
    users,
    makes: problem.einsums.map(({ output }) => 1 << output.tensor),
    widths: problem.tensors.map(({ width }) => width),
    units: problem.tensors.map(({ width, size }) => width * size),
    outputs: roles('output'),
    inputs: roles('input'),
    written,
    nextOf,
  }
  return cascade
}

function isNext({ problem }: PlainCascade, part: Mask, left: Mask): boolean {
  const others = left & ~part
  return bitsOf(part).every((e) =>
    problem.einsums[e]!.inputs.every(({ tensor }) => {
      const { producer } = problem.tensors[tensor]!
      return producer < 0 || !has(others, producer)
    }),
  )
}

export const allEinsums = ({ touches }: PlainCascade): Mask =>
  touches.reduce((mask, _, e) => mask | (1 << e), 0)

export const touchedBy = ({ touches }: PlainCascade, einsums: Mask): Mask => unionOf(einsums, touches)

/** The most that the tensors of one Einsum need at the least: an element of each that is free. */
export function leastPeakOf({ touches, widths }: PlainCascade, einsums: Mask, free: Mask): number {
  let most = 0
  for (let left = einsums; left !== 0; left &= left - 1)
    most = Math.max(most, sumOf(touches[lowestOf(left)]! & free, widths))
  return most
}

/** Accesses of one Einsum to a tensor: its reads, or its output. */
export function accessesOf({ problem }: PlainCascade, einsum: number, tensor: number): Access[] {
  const { inputs, output } = problem.einsums[einsum]!
  return [...inputs, output].filter((access) => access.tensor === tensor)
}

/** Whether all Einsums are connected through the given tensors. */
export function isConnected({ touches, users }: PlainCascade, einsums: Mask, tensors: Mask): boolean {
  let reached = einsums & -einsums
  for (let before = 0; before !== reached;) {
    before = reached
    reached |= unionOf(unionOf(reached, touches) & tensors, users) & einsums
  }
  return reached === einsums
}
