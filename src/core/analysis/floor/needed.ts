import type { Einsum, RankAccess, TensorAccess } from '../../workload/einsum'
import { distinctSums } from './projection'

/** Values `first`, `first + step`, ... of an index, `count` of them. */
interface Progression {
  readonly first: number
  readonly step: number
  readonly count: number
}

/**
 * The part of each Einsum that the outputs of its cascade need, as an Einsum over fewer values; null where none of it is.
 * A consumer may read only part of an intermediate, or leave gaps: nothing says that the rest is ever computed. Of several
 * consumers, the one that reads most is looked at. Einsums are in an order in which tensors are written before they are
 * read.
 */
export function neededParts(einsums: readonly Einsum[]): readonly (Einsum | null)[] {
  const readers = readersOf(einsums)
  const found: (Einsum | null)[] = einsums.map(() => null)
  for (let i = einsums.length - 1; i >= 0; i--) {
    const einsum = einsums[i]!
    const { tensor } = einsum.output
    const users = readers.get(tensor) ?? []
    if (users.length === 0) found[i] = einsum
    let most = 0
    for (const user of users.map((at) => found[at]))
      for (const access of user?.inputs ?? []) {
        if (access.tensor !== tensor) continue
        const read = readOf(user!, access, einsum)
        const count = read.reduce((product, { count: own }) => product * own, 1)
        if (count > most) [most, found[i]] = [count, restricted(einsum, read)]
      }
  }
  return found
}

/** Positions of the Einsums that read each tensor, ascending. */
export function readersOf(einsums: readonly Einsum[]): ReadonlyMap<string, readonly number[]> {
  const readers = new Map<string, number[]>()
  for (const [i, { inputs }] of einsums.entries())
    for (const tensor of new Set(inputs.map((access) => access.tensor))) {
      const known = readers.get(tensor)
      if (known) known.push(i)
      else readers.set(tensor, [i])
    }
  return readers
}

const sizeIn = ({ variables }: Einsum, name: string): number =>
  variables.find((variable) => variable.name === name)!.size

/** Values of each rank of an Einsum's output that an access reads, in all combinations. */
function readOf(consumer: Einsum, { ranks }: TensorAccess, producer: Einsum): readonly Progression[] {
  return ranks.map((rank, d) => {
    const made = sizeIn(producer, producer.output.ranks[d]!.terms[0]!.variable)
    const { first, step, count } = valuesOf(consumer, rank)
    // What lies past the edges is padding.
    const from = Math.max(0, Math.ceil(-first / step))
    const to = Math.min(count - 1, Math.floor((made - 1 - first) / step))
    return { first: first + from * step, step, count: Math.max(0, to - from + 1) }
  })
}

/** Values that an index takes: all of them where they leave no gap, else those that its largest rank alone reaches. */
function valuesOf(einsum: Einsum, { terms, offset }: RankAccess): Progression {
  const sized = terms
    .map(({ variable, coefficient }) => ({ variable, coefficient, size: sizeIn(einsum, variable) }))
    .filter(({ size }) => size > 1)
    .sort((a, b) => b.size - a.size)
  if (sized.length === 0) return { first: offset, step: 1, count: 1 }
  const lowest = (some: typeof sized) =>
    some.reduce((sum, { coefficient, size }) => sum + Math.min(0, coefficient * (size - 1)), offset)
  const span = sized.reduce((sum, { coefficient, size }) => sum + Math.abs(coefficient) * (size - 1), 1)
  if (distinctSums(sized.map((term) => ({ ...term, coefficient: Math.abs(term.coefficient) }))) === span)
    return { first: lowest(sized), step: 1, count: span }
  const [largest] = sized
  return { first: lowest([largest!]), step: Math.abs(largest!.coefficient), count: largest!.size }
}

/** An Einsum of which only these values of its output's ranks are computed. */
function restricted(einsum: Einsum, read: readonly Progression[]): Einsum {
  const ranges = new Map(einsum.output.ranks.map(({ terms }, d) => [terms[0]!.variable, read[d]!]))
  return {
    ...einsum,
    variables: einsum.variables.map((variable) => ({
      ...variable,
      size: ranges.get(variable.name)?.count ?? variable.size,
    })),
    inputs: einsum.inputs.map((access) => ({
      ...access,
      ranks: access.ranks.map(({ rank, terms, offset }) => ({
        rank,
        terms: terms.map(({ variable, coefficient }) => ({
          variable,
          coefficient: coefficient * (ranges.get(variable)?.step ?? 1),
        })),
        offset: terms.reduce(
          (sum, { variable, coefficient }) => sum + coefficient * (ranges.get(variable)?.first ?? 0),
          offset,
        ),
      })),
    })),
  }
}
