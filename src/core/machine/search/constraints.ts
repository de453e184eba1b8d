import { listText } from '../../support/list-text'
import { err, ok, type Fault, type Result } from '../../support/result'
import type { MachineProblem } from '../problem'

/** What a user asks of the mappings, by names. */
export interface ConstraintsDefinition {
  /** By tensor: the memories that hold it besides the first one, exactly. */
  readonly holders: Readonly<Record<string, readonly string[]>>
  /** No temporal loop over a rank variable above a holder. */
  readonly not_above: readonly { readonly loop: string; readonly keep: string; readonly in: string }[]
  /** No temporal loop that does not index the tensor above its holder: it is filled once. */
  readonly stationary: readonly { readonly keep: string; readonly in: string }[]
  /** Iterations of a variable's loops on an array dim; 1 forbids it there. */
  readonly spatial: readonly {
    readonly loop: string
    readonly at: readonly [string, string]
    readonly count: number
  }[]
}

/** The same by positions of the problem. */
export interface Constraints {
  /** By tensor; null: free. */
  readonly holders: readonly (readonly number[] | null)[]
  readonly notAbove: readonly { readonly rank: number; readonly tensor: number; readonly memory: number }[]
  readonly spatial: readonly { readonly rank: number; readonly dim: number; readonly count: number }[]
}

export const unconstrained = (tensors: number): Constraints => ({
  holders: Array.from({ length: tensors }, () => null),
  notAbove: [],
  spatial: [],
})

/** Finds the names of constraints in a problem. */
export function resolveConstraints(
  problem: MachineProblem,
  { holders, not_above, stationary, spatial }: ConstraintsDefinition,
): Result<Constraints> {
  const { tensors, memories, ranks, dims } = problem
  const faults: Fault[] = []
  const find = (names: readonly string[], name: string, path: string, what: string): number => {
    const found = names.indexOf(name)
    if (found < 0)
      faults.push({
        code: 'unknown-name',
        path: `constraints.${path}`,
        message: `There is no such ${what}`,
        value: name,
        hint: `name one of ${listText(names)}`,
      })
    return found
  }
  const tensorAt = (name: string, path: string) =>
    find(
      tensors.map((one) => one.name),
      name,
      path,
      'tensor',
    )
  const memoryAt = (name: string, path: string) =>
    find(
      memories.map((one) => one.name),
      name,
      path,
      'memory',
    )
  const rankAt = (name: string, path: string) =>
    find(
      ranks.map((one) => one.name),
      name,
      path,
      'rank variable',
    )
  const dimNames = dims.map(({ array, name }) => `[${array.name}, ${name}]`)

  const fixed: (readonly number[] | null)[] = tensors.map(() => null)
  for (const [name, levels] of Object.entries(holders)) {
    const tensor = tensorAt(name, 'holders')
    const found = levels.map((level) => memoryAt(level, `holders.${name}`))
    if (tensor >= 0) fixed[tensor] = found.filter((memory) => memory > 0)
  }
  const notAbove = not_above.map(({ loop, keep, in: level }, i) => ({
    rank: rankAt(loop, `not_above[${i}].loop`),
    tensor: tensorAt(keep, `not_above[${i}].keep`),
    memory: memoryAt(level, `not_above[${i}].in`),
  }))
  for (const [i, { keep, in: level }] of stationary.entries()) {
    const tensor = tensorAt(keep, `stationary[${i}].keep`)
    const memory = memoryAt(level, `stationary[${i}].in`)
    for (const rank of ranks.keys())
      if (tensor >= 0 && !tensors[tensor]!.indexes[rank]) notAbove.push({ rank, tensor, memory })
  }
  const resolved = spatial.map(({ loop, at: [array, dim], count }, i) => ({
    rank: rankAt(loop, `spatial[${i}].loop`),
    dim: find(dimNames, `[${array}, ${dim}]`, `spatial[${i}].at`, 'array dim'),
    count,
  }))
  return faults.length > 0 ? err(faults) : ok({ holders: fixed, notAbove, spatial: resolved })
}
