import { assert } from '../../support/assert'
import { codesOf, type Codes } from './codes'
import type { Label, Labelling } from './labelling'
import { bitsOf, has, sumOf, type Mask } from './masks'
import { isConnected, leastPeakOf, touchedBy, type PlainCascade } from './plain-cascade'

/** Labels that the same accesses and Einsums have: one rank to the search, of their product's size. */
export interface RankClass extends Codes {
  /** Positions in the labelling. */
  readonly labels: readonly number[]
  readonly size: number
  /** By how much the state's key grows with the code. */
  readonly keyStride: number
  /** Tensors whose producer follows a label of the class. */
  readonly followers: Mask
  /** Tensors that some label indexes at the first access; that all labels index, alike in all accesses. */
  readonly first: Mask
  readonly even: Mask
}

/** A tensor of a part that is not held above, or that is live. */
export interface PartTensor {
  readonly tensor: number
  readonly width: number
  /** Positions of the classes that index it. */
  readonly classes: readonly number[]
  /** How often a holding in this part moves its box. */
  readonly transfers: number
}

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
  readonly id: number
  readonly labelling: Labelling
  readonly classes: readonly RankClass[]
  /** Classes that a loop runs to one at once: legal and indexing every free tensor. Not part of the key. */
  readonly common: readonly RankClass[]
  /** By label, the position of its class or -1; common classes count on from the others. */
  readonly classAt: Int8Array
  readonly tensors: readonly PartTensor[]
  /** Positions of the classes that may be looped. */
  readonly legal: readonly number[]
  readonly connected: boolean
  /** The least that the tensors of one Einsum need. */
  readonly leastPeak: number
  /** The key of the whole ranges. */
  readonly wholeKey: number
  /** Executions by the loops over the common classes. */
  readonly commonTimes: number
  /** Product of the whole sizes of the classes: executions at ranges of one. */
  readonly executions: number
  /** Held tensors: their least box is the product of their classes, each divided by what it has beside the tensor. */
  readonly heldBoxes: readonly HeldBox[]
  /** What the rest of the cascade moves at the least, less what the part's traffic contains (section "Pruning"). */
  readonly others: number
}

export interface HeldBox {
  readonly width: number
  readonly classes: readonly { readonly at: number; readonly beside: number }[]
}

/** Builds a part. `isBlock`: nothing is looped here, so no class is common. */
export function buildPart(
  cascade: PlainCascade,
  labelling: Labelling,
  { einsums, free, live, tiled }: PartKey,
  id: number,
  isBlock: boolean,
): Part {
  const { labels } = labelling
  const connected = isConnected(cascade, einsums, free)
  const groups = groupsOf(labelling, free, live)
  const isLegal = (label: Label) => !isBlock && connected && mayLoop(label, labelling, free)
  const isCommon = (label: Label) => isLegal(label) && (label.misses & free) === 0 && label.followers === 0
  const keyed = groups.filter(([first]) => !isCommon(labels[first!]!))
  let keyStride = 1
  const classes = keyed.map((group) => {
    const made = classOf(labelling, group, keyStride)
    keyStride *= made.sizes.length
    return made
  })
  assert(keyStride < 2 ** 53, 'a part has fewer states than numbers')
  const common = groups
    .filter(([first]) => isCommon(labels[first!]!))
    .map((group) => classOf(labelling, group, 0))
  const classAt = new Int8Array(labels.length).fill(-1)
  for (const [i, group] of [...classes, ...common].entries())
    for (const label of group.labels) classAt[label] = i
  const classesOf = (tensor: number) => [...classes.keys()].filter((at) => has(classes[at]!.first, tensor))
  const commonTimes = common.reduce((product, { size }) => product * size, 1)
  return {
    id,
    einsums,
    free,
    live,
    tiled,
    labelling,
    classes,
    common,
    classAt,
    tensors: bitsOf(free | live).map((tensor) => ({
      tensor,
      width: cascade.widths[tensor]!,
      classes: classesOf(tensor),
      transfers: transfersOf(cascade, tensor, einsums),
    })),
    legal: [...keyed.keys()].filter((at) => isLegal(labels[keyed[at]![0]!]!)),
    connected,
    leastPeak: leastPeakOf(cascade, einsums, free),
    wholeKey: keyStride - 1,
    commonTimes,
    executions: classes.reduce((product, { size }) => product * size, commonTimes),
    heldBoxes: bitsOf(touchedBy(cascade, einsums) & ~free & ~live).map((tensor) => ({
      width: cascade.widths[tensor]!,
      classes: classesOf(tensor).map((at) => ({ at, beside: sizeBeside(labelling, classes[at]!, tensor) })),
    })),
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

function classOf({ labels }: Labelling, group: readonly number[], keyStride: number): RankClass {
  const own = group.map((label) => labels[label]!)
  const size = own.reduce((product, label) => product * label.size, 1)
  const { primes, sizes, loops, coarseLoops } = codesOf(size)
  return {
    labels: group,
    size,
    keyStride,
    followers: own[0]!.followers,
    first: own.reduce((mask, label) => mask | label.first, 0),
    even: own.reduce((mask, label) => mask & label.even, -1),
    primes,
    sizes,
    loops,
    coarseLoops,
  }
}

/** Product of the sizes of a class's labels that do not index a tensor. */
const sizeBeside = ({ labels }: Labelling, { labels: group }: RankClass, tensor: number): number =>
  group.reduce((size, label) => (has(labels[label]!.first, tensor) ? size : size * labels[label]!.size), 1)

/** Reads move a box once, births of what is read elsewhere or final twice, births of what stays inside not at all. */
export function transfersOf(
  { problem, users, outputs }: PlainCascade,
  tensor: number,
  einsums: Mask,
): number {
  const { producer } = problem.tensors[tensor]!
  if (producer < 0 || !has(einsums, producer)) return 1
  return has(outputs, tensor) || (users[tensor]! & ~einsums) !== 0 ? 2 : 0
}

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
