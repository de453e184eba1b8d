import { MOST_FAULTS } from '../support/list-text'
import type { Fault } from '../support/result'
import { bits, bytesFromBits, type Bytes } from '../units/quantity'
import type { Einsum, RankAccess, Tensor, TensorAccess } from './einsum'

/** Extent of a rank's bounding box if each of its variables runs over its size. */
export const extentOf = (access: RankAccess, sizeOf: (variable: string) => number): number =>
  access.terms.reduce((sum, term) => sum + Math.abs(term.coefficient) * (sizeOf(term.variable) - 1), 1)

/** Size of a tensor in one Einsum: its bounding box, holes counted. */
export function tensorBytes(einsum: Einsum, access: TensorAccess): Bytes {
  const sizeOf = sizesOf(einsum)
  const values = access.ranks.reduce((product, rank) => product * extentOf(rank, sizeOf), 1)
  return bytesFromBits(bits(values * access.bitsPerValue))
}

export function sizesOf(einsum: Einsum): (variable: string) => number {
  const sizes = new Map(einsum.variables.map(({ name, size }) => [name, size]))
  return (variable) => sizes.get(variable) ?? 1
}

/** What can only be checked between Einsums: order, cycles, one writer and one shape for each tensor. */
export function cascadeFaults(einsums: readonly Einsum[]): readonly Fault[] {
  const faults: Fault[] = []
  const writers = new Map<string, number>()
  const names = new Map<string, number>()
  for (const [i, { name, output }] of einsums.entries()) {
    const path = `workload.einsums[${i}]`
    const writer = writers.get(output.tensor)
    if (writer !== undefined)
      faults.push({
        code: 'written-twice',
        path,
        message: `${output.tensor} is already written by Einsum ${writer + 1}`,
        value: output.tensor,
        hint: 'give each output a name of its own',
      })
    else if (names.has(name))
      faults.push({
        code: 'name-twice',
        path,
        message: 'Two Einsums have the same name',
        value: name,
        hint: 'give them different names',
      })
    writers.set(output.tensor, i)
    names.set(name, i)
  }
  for (const [i, einsum] of einsums.entries()) {
    for (const { tensor } of einsum.inputs) {
      const writer = writers.get(tensor)
      if (writer === undefined || writer < i) continue
      // Each takes a walk through the cascade.
      if (faults.length >= MOST_FAULTS) return faults
      const cyclic = reaches(einsums, writers, i, writer)
      faults.push({
        code: cyclic ? 'cycle' : 'read-before-written',
        path: `workload.einsums[${i}]`,
        message: cyclic
          ? `${einsum.name} and ${einsums[writer]!.name} each need the other's output`
          : `${tensor} is read before ${einsums[writer]!.name} writes it`,
        value: tensor,
        hint: cyclic
          ? 'break the cycle: a cascade runs once, from inputs to outputs'
          : `move ${einsums[writer]!.name} above ${einsum.name}`,
      })
    }
  }
  return [...faults, ...shapeMismatches(einsums)]
}

/** Whether Einsum `to` depends, through any chain of tensors, on Einsum `from`. */
function reaches(
  einsums: readonly Einsum[],
  writers: ReadonlyMap<string, number>,
  from: number,
  to: number,
): boolean {
  const seen = new Set<number>()
  const stack = [to]
  while (stack.length > 0) {
    const at = stack.pop()!
    if (at === from) return true
    if (seen.has(at)) continue
    seen.add(at)
    for (const { tensor } of einsums[at]!.inputs) {
      const writer = writers.get(tensor)
      if (writer !== undefined) stack.push(writer)
    }
  }
  return false
}

/**
 * Every access to a tensor must agree with the others on its shape. An access that names a rank (`T[Q: p]`) may read part
 * of it; where the rank is not named, a smaller access is a mistake.
 */
function shapeMismatches(einsums: readonly Einsum[]): readonly Fault[] {
  const faults: Fault[] = []
  const shapes = new Map<string, KnownShape>()
  for (const [i, einsum] of einsums.entries()) {
    const sizeOf = sizesOf(einsum)
    for (const access of [...einsum.inputs, einsum.output]) {
      const here: KnownShape = {
        ranks: access.ranks,
        extents: access.ranks.map((rank) => extentOf(rank, sizeOf)),
        einsum: einsum.name,
      }
      const known = shapes.get(access.tensor)
      if (known === undefined) {
        shapes.set(access.tensor, here)
        continue
      }
      const relations = access.ranks.map((_, at) => relationOf(here, known, at, sizeOf))
      if (known.extents.length !== here.extents.length || relations.includes('wrong'))
        faults.push({
          code: 'two-shapes',
          path: `workload.einsums[${i}]`,
          message: `${access.tensor} has shape [${known.extents.join(', ')}] in ${known.einsum} and [${here.extents.join(', ')}] here`,
          value: access.tensor,
          hint: 'make the sizes of its ranks agree, name a rank that is read in part (T[Q: p]), or use another name',
        })
      else if (relations.includes('larger')) shapes.set(access.tensor, here)
    }
  }
  return faults
}

interface KnownShape {
  readonly ranks: readonly RankAccess[]
  readonly extents: readonly number[]
  readonly einsum: string
}

/** How one rank of an access compares with what is known of the tensor. */
function relationOf(
  here: KnownShape,
  known: KnownShape,
  at: number,
  sizeOf: (variable: string) => number,
): 'same' | 'part' | 'larger' | 'wrong' {
  const [mine, other] = [here.ranks[at]!, known.ranks[at]]
  if (other === undefined) return 'wrong'
  const more = here.extents[at]! - known.extents[at]!
  if (Math.abs(more) <= slack(mine, other, sizeOf)) return 'same'
  if (more < 0) return isNamed(mine) ? 'part' : 'wrong'
  return isNamed(other) ? 'larger' : 'wrong'
}

/** Whether an access says which rank it reads, apart from its own variables: `Q: p`. */
const isNamed = ({ rank, terms }: RankAccess): boolean =>
  rank !== terms.map(({ variable }) => variable.toUpperCase()).join('+')

/** A sliding window may read past the tensor's edge (padding) or stop short of it (stride): by less than its window. */
function slack(here: RankAccess, known: RankAccess, sizeOf: (variable: string) => number): number {
  const windowed = (access: RankAccess) =>
    access.terms.length > 1 || Math.abs(access.terms[0]!.coefficient) > 1
  if (!windowed(here) && !windowed(known)) return 0
  return [here, known].reduce((total, { terms }) => {
    const reach = terms.map(({ variable, coefficient }) => Math.abs(coefficient) * sizeOf(variable))
    return (
      total +
      reach.reduce((sum, r) => sum + r, 0) -
      Math.max(...reach) +
      Math.max(...terms.map((t) => Math.abs(t.coefficient)))
    )
  }, 0)
}

/** The cascade's tensors in order of first appearance, with the writer and the readers of each. */
export function tensorsOf(einsums: readonly Einsum[]): readonly Tensor[] {
  const tensors = new Map<string, { size: Bytes; producer: string | null; consumers: string[] }>()
  const entry = (einsum: Einsum, access: TensorAccess) => {
    const size = tensorBytes(einsum, access)
    const known = tensors.get(access.tensor)
    if (known) {
      if (size > known.size) known.size = size
      return known
    }
    const fresh = { size, producer: null, consumers: [] }
    tensors.set(access.tensor, fresh)
    return fresh
  }
  for (const einsum of einsums) {
    for (const access of einsum.inputs) {
      const { consumers } = entry(einsum, access)
      // Einsums come one after the other: one that reads a tensor twice is the last.
      if (consumers.at(-1) !== einsum.name) consumers.push(einsum.name)
    }
    entry(einsum, einsum.output).producer = einsum.name
  }
  return [...tensors].map(([name, { size, producer, consumers }]) => ({
    name,
    role: producer === null ? 'input' : consumers.length === 0 ? 'output' : 'intermediate',
    size,
    producer,
    consumers,
  }))
}

/**
 * Reads that only the search over loop trees covers: one tensor at two index expressions in an Einsum (`twice`), and part
 * of a tensor's rank (`part`).
 */
export function sharedReadFaults(einsums: readonly Einsum[], kinds: readonly ('twice' | 'part')[]): Fault[] {
  const extents = new Map<string, readonly number[]>()
  for (const einsum of einsums)
    for (const { tensor, ranks } of [...einsum.inputs, einsum.output])
      extents.set(
        tensor,
        ranks.map((rank, at) => Math.max(extentOf(rank, sizesOf(einsum)), extents.get(tensor)?.[at] ?? 1)),
      )
  return einsums.flatMap((einsum, i) =>
    einsum.inputs.flatMap(({ tensor, ranks }, at): Fault[] => {
      const fault = (code: string, message: string): Fault => ({
        code,
        path: `workload.einsums[${i}]`,
        message,
        value: tensor,
        hint: 'search it over loop trees, or name this read as a tensor of its own',
      })
      if (kinds.includes('twice') && einsum.inputs.findIndex((input) => input.tensor === tensor) !== at)
        return [fault('two-indexings', `${tensor} is read with two different index expressions`)]
      const isPart = ranks.some(
        (rank, r) =>
          isNamed(rank) &&
          extentOf(rank, sizesOf(einsum)) + slack(rank, rank, sizesOf(einsum)) < extents.get(tensor)![r]!,
      )
      if (kinds.includes('part') && isPart) return [fault('partial-read', `${tensor} is read in part`)]
      return []
    }),
  )
}
