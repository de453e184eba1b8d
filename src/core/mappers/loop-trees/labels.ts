import { bitsOf, has, type Mask } from './masks'
import { accessesOf, allEinsums, type PlainCascade } from './plain-cascade'

/** What each rank of each Einsum of a part follows, and what that rests on. */
export interface Labels {
  /** By Einsum, the label of each of its ranks, in the order of the problem. */
  readonly of: readonly (readonly number[])[]
  /** By label, the tensors whose producer follows it: a loop over it makes them anew, so they must be kept. */
  readonly followers: ReadonlyMap<number, Mask>
  /** Labels that no loop may run over: a consumer that follows them reads a product by a variable not its producer's. */
  readonly barred: ReadonlySet<number>
}

/**
 * Ranks as a loop sees them. Where all consumers read a free intermediate by another variable than its producer's own
 * (`K[M: p]`), the producer's range is derived from theirs: its rank follows their label. Once the tensor is held and the
 * range was tiled so (`tiled`), the rank is the producer's own again but of another size than its namesakes: a label of
 * its own. See docs/model.md, section 8, derived ranges.
 */
export function labelsOf(cascade: PlainCascade, einsums: Mask, free: Mask, tiled: Mask): Labels {
  const { problem, users } = cascade
  const count = problem.ranks.length
  const of: number[][] = []
  const followers = new Map<number, Mask>()
  for (const e of bitsOf(einsums)) of[e] = [...problem.einsums[e]!.ranks]
  for (const e of bitsOf(einsums).reverse()) {
    const { tensor, indices } = problem.einsums[e]!.output
    const consumers = bitsOf(users[tensor]! & einsums).filter((user) => user !== e)
    const isFree = has(free, tensor)
    if (isFree && (consumers.length === 0 || (users[tensor]! & ~einsums) !== 0)) continue
    if (!isFree && !has(tiled, tensor)) continue
    for (const [d, { terms }] of indices.entries()) {
      const own = terms[0]!.rank
      const at = problem.einsums[e]!.ranks.indexOf(own)
      if (!isFree) {
        const foreign = foreignRank(cascade, tensor, d)
        if (foreign !== own) of[e]![at] = count + own * count + foreign
        continue
      }
      const read = new Set(
        consumers.flatMap((consumer) =>
          accessesOf(cascade, consumer, tensor).map((access) => {
            const rank = access.indices[d]!.terms[0]!.rank
            return of[consumer]![problem.einsums[consumer]!.ranks.indexOf(rank)]!
          }),
        ),
      )
      const [label] = read
      if (read.size !== 1 || label === own || of[e]!.includes(label!)) continue
      of[e]![at] = label!
      followers.set(label!, (followers.get(label!) ?? 0) | (1 << tensor))
    }
  }
  return { of, followers, barred: barredLabels(cascade, einsums, of) }
}

/**
 * Rule 1 goes by variables, not by what they follow: where a consumer's variable follows the producer's own label, a loop
 * over that label moves both alike, yet the rule does not allow it.
 */
function barredLabels(
  cascade: PlainCascade,
  einsums: Mask,
  of: readonly (readonly number[])[],
): ReadonlySet<number> {
  const { problem, users } = cascade
  const barred = new Set<number>()
  for (const e of bitsOf(einsums)) {
    const { ranks, output } = problem.einsums[e]!
    for (const user of bitsOf(users[output.tensor]! & einsums)) {
      if (user === e) continue
      const consumer = problem.einsums[user]!
      for (const { indices } of accessesOf(cascade, user, output.tensor))
        for (const [d, { terms }] of indices.entries()) {
          const own = output.indices[d]!.terms[0]!.rank
          const made = of[e]![ranks.indexOf(own)]!
          const read = of[user]![consumer.ranks.indexOf(terms[0]!.rank)]!
          if (read === made && made === own && terms[0]!.rank !== own) barred.add(made)
        }
    }
  }
  return barred
}

/** The rank by which a tensor's consumers in the whole cascade read a dimension, through chains of producers that follow. */
function foreignRank(cascade: PlainCascade, tensor: number, d: number): number {
  const all = allEinsums(cascade)
  const { producer } = cascade.problem.tensors[tensor]!
  const einsum = cascade.problem.einsums[producer]!
  const own = einsum.output.indices[d]!.terms[0]!.rank
  const labels = labelsOf(cascade, all, -1, 0)
  return labels.of[producer]![einsum.ranks.indexOf(own)]!
}

/** The rank that a loop over a label names. */
export const rankOfLabel = ({ problem }: PlainCascade, label: number): number => {
  const count = problem.ranks.length
  return label < count ? label : Math.floor((label - count) / count)
}
