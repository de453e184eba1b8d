import type { HeldBox, Layout, PartTensor, RankClass } from './layout'
import type { Label, Labelling } from './labelling'
import { bitsOf, has, sumOf, unionOf, type Mask } from './masks'
import { isConnected, leastPeakOf, touchedBy, type PlainCascade } from './plain-cascade'

export interface PartKey {
  readonly einsums: Mask
  readonly free: Mask
  readonly live: Mask
  readonly tiled: Mask
}

/**
 * Some Einsums and which of their tensors are free (not held above) or live in the block. All that does not depend on
 * ranges is found once; a state is a part and the code of each class.
 */
export interface Part extends PartKey {
  readonly layout: Layout
  readonly classes: readonly RankClass[]
  readonly tensors: readonly PartTensor[]
  /** Free tensors whose holdings in the part are read; those that are written and read back. Others stay inside. */
  readonly once: Mask
  readonly twice: Mask
  /** Positions of the classes that may be looped. */
  readonly legal: readonly number[]
  readonly connected: boolean
  /** The least that the tensors of one Einsum need. */
  readonly leastPeak: number
  readonly heldBoxes: readonly HeldBox[]
  /** What the rest of the cascade moves at the least, less what the part's traffic contains (section "Pruning"). */
  readonly others: number
}

/** Builds a part. `isBlock`: nothing is looped here, so no class is common. */
export function buildPart(
  cascade: PlainCascade,
  labelling: Labelling,
  { einsums, free, live, tiled }: PartKey,
  isBlock: boolean,
  layoutOf: (labelling: Labelling, keyed: number[][], common: number[][]) => Layout,
): Part {
  const { labels } = labelling
  const connected = isConnected(cascade, einsums, free)
  const isLegal = (label: Label) => !isBlock && connected && mayLoop(label, labelling, free)
  const keyed: number[][] = []
  const common: number[][] = []
  for (const group of groupsOf(labelling, free, live)) {
    const label = labels[group[0]!]!
    // A loop that indexes every free tensor runs to one at once.
    const isCommon = isLegal(label) && (label.misses & free) === 0 && label.followers === 0
    if (isCommon) common.push(group)
    else keyed.push(group)
  }
  const layout = layoutOf(labelling, keyed, common)
  const made = free & unionOf(einsums, cascade.makes)
  return {
    einsums,
    free,
    live,
    tiled,
    layout,
    classes: layout.classes,
    tensors: bitsOf(free | live).map((tensor) => layout.tensor(tensor)),
    once: free & ~made,
    twice: bitsOf(made).reduce((mask, t) => (isReadBeyond(cascade, t, einsums) ? mask | (1 << t) : mask), 0),
    legal: [...keyed.keys()].filter((at) => isLegal(labels[keyed[at]![0]!]!)),
    connected,
    leastPeak: leastPeakOf(cascade, einsums, free),
    heldBoxes: bitsOf(touchedBy(cascade, einsums) & ~free & ~live).map((tensor) => layout.heldBox(tensor)),
    others: othersOf(cascade, einsums, free),
  }
}

/** Labels of more than one value that index what is free or live; those that nothing tells apart go together. */
function groupsOf({ labels, products }: Labelling, free: Mask, live: Mask): number[][] {
  const shown = free | live
  const telling = shown | products
  const groups: number[][] = []
  for (const [i, { size, indexes, alone, differs }] of labels.entries()) {
    if (size === 1 || (indexes & shown) === 0) continue
    const like = alone
      ? undefined
      : groups.find(([first]) => !labels[first!]!.alone && (differs[first!]! & telling) === 0)
    if (like === undefined) groups.push([i])
    else like.push(i)
  }
  return groups
}

/** Equal motion of what is free; rules 1 and 2 for what is produced and read inside. */
const mayLoop = (
  { everyEinsum, barred, uneven, first }: Label,
  { products }: Labelling,
  free: Mask,
): boolean => everyEinsum && !barred && (uneven & (free | products)) === 0 && (products & ~first) === 0

/** Whether a tensor made by some Einsums is final or read by others. */
const isReadBeyond = ({ users, outputs }: PlainCascade, tensor: number, einsums: Mask): boolean =>
  has(outputs, tensor) || (users[tensor]! & ~einsums) !== 0

function othersOf(
  { problem, users, outputs, inputs, units }: PlainCascade,
  einsums: Mask,
  free: Mask,
): number {
  let others = sumOf(inputs | outputs, units)
  for (const t of bitsOf(free)) {
    if (has(inputs, t)) others -= units[t]!
    else if (has(outputs, t)) others -= 2 * units[t]!
    else if (!has(einsums, problem.tensors[t]!.producer) && (users[t]! & einsums) !== 0) others += units[t]!
  }
  return others
}
