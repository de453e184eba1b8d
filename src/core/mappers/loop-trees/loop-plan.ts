import { bitsOf, has, type Mask } from './masks'
import type { Part } from './part'
import { isConnected, leastPeakOf, type PlainCascade } from './plain-cascade'

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
  const { tensors, einsums } = part
  const isSingle = (einsums & (einsums - 1)) === 0
  const isLeaf = isSingle && candidates === 2 ** tensors.length - 1
  const positions = bitsOf(candidates)
  const found: Opening[] = []
  const extend = (opened: readonly number[], from: number, loopable: readonly Mask[], free: Mask) => {
    const at = found.length
    if (opened.length > 0)
      found.push({ opened, free, leastPeak: leastPeakOf(cascade, einsums, free), skip: 0 })
    for (const next of positions) {
      if (next < from) continue
      const { tensor } = tensors[next]!
      const left = free & ~(1 << tensor)
      const lacking = loopable.filter((even) => !has(even, tensor))
      const isLast = left === 0
      if (isLast ? !isSingle : (lacking.length === 0 && !isLeaf) || !isConnected(cascade, einsums, left))
        continue
      extend([...opened, next], next + 1, lacking, left)
    }
    if (opened.length > 0) found[at]!.skip = found.length
  }
  const shared = part.layout.labelling.labels.filter(({ everyEinsum }) => everyEinsum)
  extend(
    [],
    0,
    shared.map(({ even }) => even),
    part.free,
  )
  return found
}
