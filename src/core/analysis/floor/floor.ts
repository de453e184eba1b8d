import type { Exploration } from '../../mappers/mapper'
import type { Strategy } from '../../mappers/strategy'
import { strategyOf } from '../../explore/read'
import { bytes, type Bytes } from '../../units/quantity'
import type { Einsum, Workload } from '../../workload/einsum'
import { formsOf, type Form } from './einsum-floor'
import { neededParts, readersOf } from './needed'
import { formsAround, isPlain } from './intermediate-floor'
import { mostOverParts, type Work } from './parts'
import { projectionOf } from './projection'

/** For which schedules a floor holds. */
export type FloorValidity = 'any-schedule' | 'computed-once' | 'compulsory'

const VALIDITY: Readonly<Record<FloorValidity, string>> = {
  'any-schedule': 'any order, any tiling',
  'computed-once': 'any order, any tiling, each intermediate computed once',
  compulsory: 'any order, any tiling; only the compulsory traffic is known',
}
const BY_ITSELF = 'each Einsum by itself, intermediates written and read back; '

export interface FloorPoint {
  /** No schedule moves fewer bytes. */
  readonly bytes: Bytes
  readonly validity: FloorValidity
  /** The same in words. */
  readonly holdsFor: string
}

/** The floor at a buffer size in bytes (docs/model.md, section 9); it falls as the buffer grows. */
export type Floor = (bufferBytes: number) => FloorPoint

/** Einsums that are charged together, by position, and their floors. */
interface Group {
  readonly einsums: readonly number[]
  /** The intermediate that is charged to them as well, if it is computed once. */
  readonly once: string | null
  /** Positions of its floors among the distinct ones, each with the compulsory bits that it does not cover. */
  readonly floors: readonly { readonly work: number; readonly beside: number }[]
  /** Bits that must be moved whatever the buffer. */
  readonly compulsory: number
}

/** The floor of a curve: that of the whole cascade under a strategy, or of one of its Einsums. */
export function floorUnder(
  { workload, exploration }: { readonly workload: Workload; readonly exploration: Exploration },
  wanted: Strategy,
  einsum: string | null = null,
): Floor {
  const only = workload.einsums.filter(({ name }) => name === einsum)
  if (only.length > 0) return unfusedFloor(only)
  return strategyOf(exploration, wanted) === 'unfused'
    ? unfusedFloor(workload.einsums)
    : fusedFloor(workload.einsums, exploration.options.recompute)
}

/** The floor of Einsums that run one after the other, each reading its inputs and writing its output. */
export function unfusedFloor(einsums: readonly Einsum[]): Floor {
  const sizes = einsums.map((einsum) => compulsoryBits([einsum]))
  return floorOf(
    einsums,
    sizes.map((own) => new Set(own.keys())),
    (at) => sizes[at]!,
    [],
    einsums.length > 1 ? BY_ITSELF : '',
  )
}

/**
 * The floor of a cascade whose intermediates may stay in the buffer. `recompute` says whether the curve above it may
 * compute an intermediate again: then nothing is taken from the intermediates.
 */
export function fusedFloor(cascade: readonly Einsum[], recompute: 'halo' | 'any'): Floor {
  const einsums = neededParts(cascade).filter((einsum) => einsum !== null)
  const producers = new Map(einsums.map(({ output }, i) => [output.tensor, i]))
  const read = new Set(einsums.flatMap(({ inputs }) => inputs.map(({ tensor }) => tensor)))
  // A tensor is charged to one Einsum: inputs to the first that reads them, outputs to the one that writes them.
  const owned = new Set<string>()
  const charged = einsums.map(({ inputs, output }) => {
    const own = inputs.map(({ tensor }) => tensor).filter((name) => !producers.has(name) && !owned.has(name))
    for (const name of own) owned.add(name)
    return new Set(read.has(output.tensor) ? own : [...own, output.tensor])
  })
  // Windows over an intermediate, and reads of it that are shifted, may compute again what they share, and what that was
  // made of.
  const made = new Set(cascade.map(({ output }) => output.tensor))
  const isOnce =
    recompute === 'halo' &&
    cascade.every(({ inputs }) => inputs.every((access) => !made.has(access.tensor) || isPlain(access)))
  const sizes = compulsoryBits(einsums)
  return floorOf(einsums, charged, () => sizes, isOnce ? intermediatesOf(einsums) : [], '')
}

/** Every intermediate with its product, with each of its users, and with both. */
function intermediatesOf(einsums: readonly Einsum[]): readonly Pick<Group, 'einsums' | 'once'>[] {
  const readers = readersOf(einsums)
  return einsums.flatMap(({ output: { tensor: once } }, maker) => {
    const users = readers.get(once) ?? []
    const sets = [[maker], ...users.flatMap((user) => [[user], [maker, user]])]
    return users.length === 0 ? [] : sets.map((members) => ({ einsums: members, once }))
  })
}

/**
 * The greatest sum over ways to charge Einsums alone and around an intermediate, found greedily. `charged` and `sizesOf` say
 * which tensors each Einsum pays for and how many bits they are.
 */
function floorOf(
  einsums: readonly Einsum[],
  charged: readonly ReadonlySet<string>[],
  sizesOf: (einsum: number) => ReadonlyMap<string, number>,
  around: readonly Pick<Group, 'einsums' | 'once'>[],
  condition: string,
): Floor {
  const works: Work[] = []
  const known = new Map<string, number>()
  const group = (members: readonly number[], once: string | null, forms: readonly Form[]): Group => {
    const bits = new Map(
      members.flatMap((at) => [...charged[at]!].map((name) => [name, sizesOf(at).get(name)!] as const)),
    )
    const sum = (amounts: Iterable<number>) => [...amounts].reduce((total, amount) => total + amount, 0)
    const compulsory = sum(bits.values())
    const floors = forms.map(({ key, tensors, work }) => {
      if (!known.has(key)) known.set(key, works.push(work) - 1)
      return { work: known.get(key)!, beside: compulsory - sum(tensors.map((name) => bits.get(name)!)) }
    })
    return { einsums: members, once, floors, compulsory }
  }
  const singles = einsums.map((einsum, at) => group([at], null, formsOf(einsum, charged[at]!)))
  const others = around.flatMap(({ einsums: members, once }) => {
    const own = new Set(members.flatMap((at) => [...charged[at]!]))
    if (own.size === 0) return []
    const forms = formsAround(
      once!,
      members.map((at) => einsums[at]!),
      own,
    )
    return forms.length === 0 ? [] : [group(members, once, forms)]
  })
  const compulsory = singles.reduce((sum, single) => sum + single.compulsory, 0)
  return (bufferBytes) => {
    const least = works.map((work) => mostOverParts(work, bufferBytes * 8))
    const of = ({ floors, compulsory: own }: Group) =>
      floors.reduce((most, { work, beside }) => Math.max(most, least[work]! + beside), own)
    const alone = singles.map(of)
    const gains = others
      .map((one) => ({ ...one, gain: of(one) - one.einsums.reduce((sum, at) => sum + alone[at]!, 0) }))
      .filter(({ gain }) => gain > 0)
      .sort((a, b) => b.gain - a.gain)
    const taken = new Set<number | string>()
    let total = alone.reduce((sum, own) => sum + own, 0)
    for (const { einsums: members, once, gain } of gains) {
      if ([...members, once!].some((one) => taken.has(one))) continue
      for (const one of [...members, once!]) taken.add(one)
      total += gain
    }
    const validity = taken.size > 0 ? 'computed-once' : total > compulsory ? 'any-schedule' : 'compulsory'
    return { bytes: wholeBytes(total), validity, holdsFor: `${condition}${VALIDITY[validity]}` }
  }
}

/** Bits of each tensor that are read or written at the least: the most that one access touches. */
function compulsoryBits(einsums: readonly Einsum[]): ReadonlyMap<string, number> {
  const found = new Map<string, number>()
  for (const einsum of einsums)
    for (const access of [...einsum.inputs, einsum.output]) {
      const { touched, bitsPerValue } = projectionOf(einsum, access)
      found.set(access.tensor, Math.max(found.get(access.tensor) ?? 0, touched * bitsPerValue))
    }
  return found
}

/** Bits as whole bytes, never above them where a double has rounded their sum. */
const wholeBytes = (total: number): Bytes =>
  bytes(Math.ceil((Number.isSafeInteger(Math.ceil(total)) ? total : total * (1 - 1e-12)) / 8))
