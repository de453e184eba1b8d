import type { Mask } from './masks'
import type { Part } from './part'
import { isConnected, leastPeakOf, type PlainCascade } from './plain-cascade'

/**
 * The sets of tensors that may be opened in a stack over a part, in preorder: each set is followed by those that add
 * later tensors to it. `skip` is where the sets that contain this one end.
 */
export interface Opening {
  readonly opened: Mask
  readonly free: Mask
  /** What the tensors left free need at the least. */
  readonly leastPeak: number
  skip: number
}

/**
 * Sets of the candidates that leave the part connected and some rank of all Einsums to loop over;
 * for one Einsum also the set of all, which makes a leaf.
 */
export function openingsOf(cascade: PlainCascade, part: Part, candidates: Mask): Opening[] {
  const { einsums } = part
  const isSingle = (einsums & (einsums - 1)) === 0
  const isLeaf = isSingle && candidates === part.free
  const found: Opening[] = []
  /** `evens`: by rank of all Einsums that is left to loop over, the tensors that it indexes. */
  const extend = (opened: Mask, later: Mask, evens: readonly Mask[]) => {
    const free = part.free & ~opened
    const at = found.length
    if (opened !== 0) found.push({ opened, free, leastPeak: leastPeakOf(cascade, einsums, free), skip: 0 })
    for (let rest = later; rest !== 0; rest &= rest - 1) {
      const bit = rest & -rest
      const left = free & ~bit
      const lacking = evens.filter((even) => (even & bit) === 0)
      if (left === 0 ? !isSingle : (lacking.length === 0 && !isLeaf) || !isConnected(cascade, einsums, left))
        continue
      extend(opened | bit, rest & ~bit, lacking)
    }
    if (opened !== 0) found[at]!.skip = found.length
  }
  const shared = part.layout.labelling.labels.filter(({ everyEinsum }) => everyEinsum)
  extend(
    0,
    candidates,
    shared.map(({ even }) => even),
  )
  return found
}
