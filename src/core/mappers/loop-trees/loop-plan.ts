import { bitsOf, has, type Mask } from './masks'
import type { Part } from './part'
import { isConnected, type PlainCascade } from './plain-cascade'

/**
 * The sets of tensors that may be opened in a stack over a part, in preorder: each set is followed by those that add
 * later tensors to it. `skip` is where the sets that contain this one end.
 */
export interface Opening {
  /** Positions of the part's tensors. */
  readonly opened: readonly number[]
  readonly free: Mask
  /** What the tensors left free need at the least. */
  readonly leastPeak: number
  skip: number
}

/**
 * Sets of the candidates (positions of tensors) that leave the part connected and some rank of all Einsums to loop over;
 * for one Einsum also the set of all, which makes a leaf.
 */
export function openingsOf(cascade: PlainCascade, part: Part, candidates: Mask): Opening[] {
  const { problem, touches } = cascade
  const members = bitsOf(part.einsums)
  const shared = part.labels.of[members[0]!]!.filter((label) =>
    members.every((e) => part.labels.of[e]!.includes(label)),
  )
  const found: Opening[] = []
  const leastPeak = (free: Mask) =>
    Math.max(
      ...members.map((e) =>
        bitsOf(touches[e]! & free).reduce((sum, t) => sum + problem.tensors[t]!.width, 0),
      ),
    )
  const extend = (opened: readonly number[], from: number, ranks: readonly number[], free: Mask) => {
    const at = found.length
    if (opened.length > 0) found.push({ opened, free, leastPeak: leastPeak(free), skip: 0 })
    for (let next = from; next < part.tensors.length; next++) {
      if (!has(candidates, next)) continue
      const left = free & ~(1 << part.tensors[next]!.tensor)
      if (left === 0) {
        if (members.length === 1)
          found.push({ opened: [...opened, next], free: 0, leastPeak: 0, skip: found.length + 1 })
        continue
      }
      const lacking = ranks.filter((label) => !part.evenLabels[next]!.includes(label))
      const isLeaf = members.length === 1 && part.tensors.every((_, i) => has(candidates, i))
      if ((lacking.length === 0 && !isLeaf) || !isConnected(cascade, part.einsums, left)) continue
      extend([...opened, next], next + 1, lacking, left)
    }
    if (opened.length > 0) found[at]!.skip = found.length
  }
  extend([], 0, shared, part.free)
  return found
}
