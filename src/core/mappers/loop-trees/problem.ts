import type { AffineTerm, Einsum, TensorAccess } from '../../workload/einsum'
import { spanOf } from './cover'
import { linkRanks, type RankLinks } from './rank-links'

/** One rank's part in an index expression; the coefficient is a whole number of either sign, never 0. */
export interface Term {
  readonly rank: number
  readonly coefficient: number
}

/** How a dimension of a tensor is indexed: a sum of terms, moved so that the tensor's first element is 0. */
export interface Index {
  readonly terms: readonly Term[]
  readonly offset: number
}

export interface Access {
  readonly tensor: number
  readonly indices: readonly Index[]
}

export interface ProblemRank {
  readonly name: string
  readonly size: number
}

export interface ProblemTensor {
  readonly name: string
  /** Width of an element in the problem's units. */
  readonly width: number
  readonly shape: readonly number[]
  /** Elements: the product of the shape. */
  readonly size: number
  readonly role: 'input' | 'intermediate' | 'output'
  /** The Einsum that writes it, or -1. */
  readonly producer: number
  /** The Einsums that read it, ascending. */
  readonly consumers: readonly number[]
  /**
   * Whether the consumers together read exactly what is produced. Where they do not (padding, borders that nobody reads)
   * the producer's ranges cannot follow the consumers'.
   */
  readonly exact: boolean
  /** Whether it must not be written to the backing store. */
  readonly pinned: boolean
}

export interface ProblemEinsum {
  readonly name: string
  readonly ranks: readonly number[]
  readonly inputs: readonly Access[]
  readonly output: Access
}

/** A cascade as the search over loop trees sees it: tables of ranks, tensors and Einsums. JSON-safe. */
export interface CascadeProblem {
  readonly ranks: readonly ProblemRank[]
  readonly tensors: readonly ProblemTensor[]
  /** In an order in which each tensor is produced before it is read. */
  readonly einsums: readonly ProblemEinsum[]
  /** Bits of one unit of buffer and of traffic: the greatest that every width is a multiple of. */
  readonly unitBits: number
}

/**
 * The problem of a cascade. Variables of one name are one rank, unless their sizes differ (see `linkRanks`). `keep` names
 * intermediates that must not be written.
 */
export function cascadeProblem(einsums: readonly Einsum[], keep: readonly string[] = []): CascadeProblem {
  const links = linkRanks(einsums)
  const firsts = new Map<string, TensorAccess>()
  for (const { inputs, output } of einsums)
    for (const access of [...inputs, output])
      if (!firsts.has(access.tensor)) firsts.set(access.tensor, access)
  const names = [...firsts.keys()]
  const positions = new Map(names.map((name, t) => [name, t]))
  const accessOf = (einsum: number, { tensor, ranks }: TensorAccess): Access => ({
    tensor: positions.get(tensor)!,
    indices: ranks.map(({ terms, offset }) => ({ terms: termsOf(links, einsum, terms), offset })),
  })
  const raw = einsums.map((einsum, i) => ({
    name: einsum.name,
    ranks: einsum.variables.map(({ name }) => links.rankOf(i, name)),
    inputs: einsum.inputs.map((access) => accessOf(i, access)),
    output: accessOf(i, einsum.output),
  }))
  const bits = [...firsts.values()].map(({ bitsPerValue }) => Number(bitsPerValue))
  const unitBits = bits.reduce(greatestCommonDivisor, 0) || 1
  const makers = new Map(raw.map(({ output }, e) => [output.tensor, e]))
  const readers = names.map((): number[] => [])
  for (const [e, { inputs }] of raw.entries())
    for (const t of new Set(inputs.map(({ tensor }) => tensor))) readers[t]!.push(e)
  const tensors = names.map((name, t) =>
    tensorOf(name, t, bits[t]! / unitBits, makers.get(t) ?? -1, readers[t]!, raw, links.ranks),
  )
  return {
    ranks: links.ranks,
    tensors: tensors.map(({ tensor }) => ({ ...tensor, pinned: keep.includes(tensor.name) })),
    einsums: raw.map((einsum) => ({
      ...einsum,
      inputs: einsum.inputs.map((access) => moved(access, tensors[access.tensor]!.origin)),
    })),
    unitBits,
  }
}

const termsOf = (links: RankLinks, einsum: number, terms: readonly AffineTerm[]): Term[] =>
  terms.map(({ variable, coefficient }) => ({ rank: links.rankOf(einsum, variable), coefficient }))

/** The access with its dimensions counted from the tensor's first element. */
const moved = ({ tensor, indices }: Access, origin: readonly number[]): Access => ({
  tensor,
  indices: indices.map(({ terms, offset }, d) => ({ terms, offset: offset - origin[d]! })),
})

function tensorOf(
  name: string,
  t: number,
  width: number,
  producer: number,
  consumers: readonly number[],
  einsums: readonly ProblemEinsum[],
  ranks: readonly ProblemRank[],
): { tensor: Omit<ProblemTensor, 'pinned'>; origin: readonly number[] } {
  const reads = consumers.flatMap((e) => einsums[e]!.inputs.filter(({ tensor }) => tensor === t))
  const hulls = (reads[0] ?? einsums[producer]!.output).indices.map((_, d) => {
    const spans = reads.map(({ indices }) => spanOf(indices[d]!, ranks))
    return [Math.min(...spans.map(([first]) => first)), Math.max(...spans.map(([, last]) => last))] as const
  })
  const made = producer < 0 ? null : einsums[producer]!.output.indices.map((index) => spanOf(index, ranks))
  const shape = (made ?? hulls).map(([first, last]) => last - first + 1)
  return {
    tensor: {
      name,
      width,
      shape,
      size: shape.reduce((product, extent) => product * extent, 1),
      role: producer < 0 ? 'input' : consumers.length === 0 ? 'output' : 'intermediate',
      producer,
      consumers,
      exact:
        made === null ||
        reads.length === 0 ||
        made.every(([first, last], d) => hulls[d]![0] === first && hulls[d]![1] === last),
    },
    origin: made === null ? hulls.map(([first]) => first) : shape.map(() => 0),
  }
}

const greatestCommonDivisor = (a: number, b: number): number =>
  b === 0 ? a : greatestCommonDivisor(b, a % b)
