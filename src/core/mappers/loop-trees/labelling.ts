import { labelsOf, rankOfLabel } from './labels'
import { bitsOf, type Mask } from './masks'
import type { PlainCascade } from './plain-cascade'

/** The labels of some Einsums, and what each tells about their tensors. */
export interface Labelling {
  readonly id: number
  readonly labels: readonly Label[]
  /** By Einsum, the position of the label of each of its ranks. */
  readonly of: readonly (readonly number[])[]
  /** Tensors that are made and read inside. */
  readonly products: Mask
}

/** A label, with masks of tensors. The first access to a tensor is its producer's, if that is inside. */
export interface Label {
  readonly name: number
  /** The rank that a loop over it names. */
  readonly rank: number
  readonly size: number
  /** A rank of an Einsum that has it. */
  readonly place: { readonly einsum: number; readonly at: number }
  readonly everyEinsum: boolean
  /** No loop may run over it. */
  readonly barred: boolean
  /** Ranks follow it, or followed: it may part again from those that are like it. */
  readonly alone: boolean
  /** Tensors whose producer follows it. */
  readonly followers: Mask
  /** Tensors that some access indexes by it. */
  readonly indexes: Mask
  /** Tensors that the first access indexes by it. */
  readonly first: Mask
  /** Tensors that some access does not index by it. */
  readonly misses: Mask
  /** Tensors whose accesses have it at different places. */
  readonly uneven: Mask
  /** Tensors that it indexes, alike in all accesses: no loop over it stands directly below their opening. */
  readonly even: Mask
  /** By label, the tensors whose accesses tell the two apart; all where an Einsum does. */
  readonly differs: readonly Mask[]
}

/** Labellings of a cascade, each made once. */
export class Labellings {
  private readonly known = new Map<string, Labelling>()
  /** Tensors for which it matters whether they are free. */
  private readonly renamed: Mask

  constructor(private readonly cascade: PlainCascade) {
    this.renamed = renamedTensors(cascade)
  }

  get(einsums: Mask, free: Mask, tiled: Mask): Labelling {
    const key = `${einsums},${free & this.renamed},${tiled}`
    let found = this.known.get(key)
    if (found === undefined) {
      found = labellingOf(this.cascade, this.known.size, einsums, free, tiled)
      this.known.set(key, found)
    }
    return found
  }
}

/** Intermediates whose consumers read them by another variable than the producer's own, or by one that may follow another. */
function renamedTensors({ problem }: PlainCascade): Mask {
  let renamed = 0
  for (const { inputs, output } of [...problem.einsums].reverse())
    for (const { tensor, indices } of inputs) {
      const { producer } = problem.tensors[tensor]!
      if (producer < 0) continue
      const made = problem.einsums[producer]!.output.indices
      const isRenamed = indices.some(({ terms }, d) => terms[0]!.rank !== made[d]!.terms[0]!.rank)
      if (isRenamed || (renamed & (1 << output.tensor)) !== 0) renamed |= 1 << tensor
    }
  return renamed
}

interface Place {
  readonly tensor: number
  /** The place of a label in an access and in the first one, or -1. */
  readonly at: number
  readonly base: number
}

function labellingOf(cascade: PlainCascade, id: number, einsums: Mask, free: Mask, tiled: Mask): Labelling {
  const { problem, users } = cascade
  const members = bitsOf(einsums)
  const { of, followers, barred } = labelsOf(cascade, einsums, free, tiled)
  const names = [...new Set(members.flatMap((e) => of[e]!))]
  const accesses = members.flatMap((e) => {
    const { ranks, inputs, output } = problem.einsums[e]!
    return [...inputs, output].map(({ tensor, indices }) => ({
      tensor,
      labels: indices.map(({ terms }) => of[e]![ranks.indexOf(terms[0]!.rank)]!),
    }))
  })
  const firsts = new Map<number, readonly number[]>()
  for (const { tensor, labels } of accesses) if (!firsts.has(tensor)) firsts.set(tensor, labels)
  const places = names.map((name) =>
    accesses.map(({ tensor, labels }) => ({
      tensor,
      at: labels.indexOf(name),
      base: firsts.get(tensor)!.indexOf(name),
    })),
  )
  const holders = names.map((name) => members.filter((e) => of[e]!.includes(name)))
  const labels = names.map((name, i): Label => {
    const own = places[i]!
    const einsum = holders[i]![0]!
    const rank = rankOfLabel(cascade, name)
    const indexes = tensorsWhere(own, ({ at }) => at >= 0)
    const uneven = tensorsWhere(own, ({ at, base }) => at !== base)
    return {
      name,
      rank,
      size: problem.ranks[rank]!.size,
      place: { einsum, at: of[einsum]!.indexOf(name) },
      everyEinsum: holders[i]!.length === members.length,
      barred: barred.has(name),
      alone: followers.has(name) || barred.has(name) || name >= problem.ranks.length,
      followers: followers.get(name) ?? 0,
      indexes,
      first: tensorsWhere(own, ({ base }) => base >= 0),
      misses: tensorsWhere(own, ({ at }) => at < 0),
      uneven,
      even: indexes & ~uneven,
      differs: places.map((others, j) =>
        holders[i]!.join() === holders[j]!.join()
          ? tensorsWhere(own, (place, k) => kindOf(place) !== kindOf(others[k]!))
          : -1,
      ),
    }
  })
  const makes = members.map((e) => problem.einsums[e]!.output.tensor)
  return {
    id,
    labels,
    of: of.map((row) => row.map((name) => names.indexOf(name))),
    products: makes.reduce(
      (mask, t, i) => ((users[t]! & einsums & ~(1 << members[i]!)) !== 0 ? mask | (1 << t) : mask),
      0,
    ),
  }
}

const kindOf = ({ at, base }: Place): number => (at < 0 ? 0 : at === base ? 1 : 2)

const tensorsWhere = (places: readonly Place[], is: (place: Place, access: number) => boolean): Mask =>
  places.reduce((mask, place, k) => (is(place, k) ? mask | (1 << place.tensor) : mask), 0)
