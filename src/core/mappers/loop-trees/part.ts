import { assert } from '../../support/assert'
import { codesOf, type Codes } from './codes'
import { labelsOf, rankOfLabel, type Labels } from './labels'
import { bitsOf, has, type Mask } from './masks'
import { isConnected, touchedBy, type PlainCascade } from './plain-cascade'

/** Labels that the same accesses and Einsums have: one rank to the search, of their product's size. */
export interface RankClass extends Codes {
  readonly labels: readonly number[]
  readonly size: number
  /** By how much the state's key grows with the code. */
  readonly keyStride: number
  /** Tensors whose producer follows a label of the class. */
  readonly followers: Mask
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

/**
 * Some Einsums and which of their tensors are free (not held above) or live in the block. All that does not depend on
 * ranges is found once; a state is a part and the code of each class.
 */
export interface Part {
  readonly id: number
  readonly einsums: Mask
  readonly free: Mask
  readonly live: Mask
  readonly tiled: Mask
  readonly labels: Labels
  readonly classes: readonly RankClass[]
  /** Classes that a loop runs to one at once: legal and indexing every free tensor. Not part of the key. */
  readonly common: readonly RankClass[]
  /** By Einsum and rank: position of the class, or -1; common classes count on from the others. */
  readonly classOf: readonly (readonly number[])[]
  /** For every label of a class, a rank of an Einsum that has it. */
  readonly places: readonly Place[]
  readonly tensors: readonly PartTensor[]
  /** By tensor, the labels that index all accesses to it alike: no loop over them stands directly below its opening. */
  readonly evenLabels: readonly (readonly number[])[]
  /** Positions of the classes that may be looped. */
  readonly legal: readonly number[]
  readonly legalLabels: readonly number[]
  readonly connected: boolean
  /** The least that the tensors of one Einsum need. */
  readonly leastPeak: number
  /** Product of the whole sizes of the classes: executions at ranges of one. */
  readonly executions: number
  /** Held tensors: their least box is the product of their classes, each divided by what it has beside the tensor. */
  readonly heldBoxes: readonly HeldBox[]
  /** What the rest of the cascade moves at the least, less what the part's traffic contains (section "Pruning"). */
  readonly others: number
}

export interface Place {
  readonly einsum: number
  /** Position in the Einsum's ranks. */
  readonly rank: number
  /** Position of the class. */
  readonly at: number
}

export interface HeldBox {
  readonly width: number
  readonly classes: readonly { readonly at: number; readonly beside: number }[]
}

export interface PartKey {
  readonly einsums: Mask
  readonly free: Mask
  readonly live: Mask
  readonly tiled: Mask
}

/** An access of a part's Einsum by labels. `first`: the first access to the same tensor, its producer's if that is inside. */
interface LabelledAccess {
  readonly tensor: number
  readonly labels: readonly number[]
  readonly first: LabelledAccess
}

/** Builds a part. `isBlock`: nothing is looped here, so no class is common. */
export function buildPart(cascade: PlainCascade, key: PartKey, id: number, isBlock: boolean): Part {
  const { problem } = cascade
  const { einsums, free, live, tiled } = key
  const members = bitsOf(einsums)
  const labels = labelsOf(cascade, einsums, free, tiled)
  const accesses = labelledAccesses(cascade, members, labels)
  const sizeOf = (label: number) => problem.ranks[rankOfLabel(cascade, label)]!.size
  const products = members.reduce((mask, e) => {
    const { tensor } = problem.einsums[e]!.output
    return (cascade.users[tensor]! & einsums & ~(1 << e)) !== 0 ? mask | (1 << tensor) : mask
  }, 0)
  const connected = isConnected(cascade, einsums, free)
  const groups = new Map<string, Kind>()
  for (const label of new Set(members.flatMap((e) => labels.of[e]!))) {
    if (sizeOf(label) === 1) continue
    const kind = kindOf(label, members, labels, accesses, key, products, isBlock || !connected)
    if (kind === null) continue
    // A label that ranks follow, or that followed, stays by itself: it may part again.
    const isAlone = labels.followers.has(label) || labels.barred.has(label) || label >= problem.ranks.length
    const signature = isAlone ? `${label}` : kind.signature
    const known = groups.get(signature)
    if (known === undefined) groups.set(signature, { ...kind, labels: [label] })
    else known.labels.push(label)
  }
  let keyStride = 1
  const classFor = ({ labels: group, followers }: Kind, inKey: boolean): RankClass => {
    const size = group.reduce((product, label) => product * sizeOf(label), 1)
    const made = { labels: group, size, keyStride, followers, ...codesOf(size) }
    if (inKey) keyStride *= made.sizes.length
    return made
  }
  const kinds = [...groups.values()]
  const keyed = kinds.filter(({ common }) => !common)
  const classes = keyed.map((kind) => classFor(kind, true))
  const common = kinds.filter((kind) => kind.common).map((kind) => classFor(kind, false))
  assert(keyStride < 2 ** 53, 'a part has fewer states than numbers')
  const everyClass = [...classes, ...common]
  const position = new Map(everyClass.flatMap((c, i) => c.labels.map((label) => [label, i] as const)))
  const classOf: number[][] = []
  const places: Place[] = []
  const placed = new Set<number>()
  for (const e of members) {
    classOf[e] = labels.of[e]!.map((label) => position.get(label) ?? -1)
    for (const [rank, label] of labels.of[e]!.entries()) {
      if (placed.has(label) || !position.has(label)) continue
      placed.add(label)
      places.push({ einsum: e, rank, at: position.get(label)! })
    }
  }
  const firsts = new Map<number, LabelledAccess>()
  for (const { tensor, first } of accesses) firsts.set(tensor, first)
  const tensors = bitsOf(free | live).map((tensor): PartTensor => ({
    tensor,
    width: problem.tensors[tensor]!.width,
    classes: classesOf(firsts.get(tensor)!, position, classes.length),
    transfers: transfersOf(cascade, tensor, einsums),
  }))
  return {
    id,
    ...key,
    labels,
    classes,
    common,
    classOf,
    places,
    tensors,
    legal: keyed.flatMap(({ legal }, i) => (legal ? [i] : [])),
    evenLabels: isBlock
      ? []
      : tensors.map(({ tensor }) => {
          const own = accesses.filter((access) => access.tensor === tensor)
          return own[0]!.labels.filter((label, d) => own.every((access) => access.labels[d] === label))
        }),
    legalLabels: kinds.flatMap(({ labels: group, legal }) => (legal ? group : [])),
    connected,
    leastPeak: Math.max(
      ...members.map((e) =>
        bitsOf(cascade.touches[e]! & free).reduce((sum, t) => sum + problem.tensors[t]!.width, 0),
      ),
    ),
    executions: everyClass.reduce((product, { size }) => product * size, 1),
    heldBoxes: bitsOf(touchedBy(cascade, einsums) & ~free & ~live).map((tensor) => {
      const own = firsts.get(tensor)!.labels
      return {
        width: problem.tensors[tensor]!.width,
        classes: classes.flatMap(({ labels: group }, at) => {
          if (!group.some((label) => own.includes(label))) return []
          const beside = group.reduce((size, label) => (own.includes(label) ? size : size * sizeOf(label)), 1)
          return [{ at, beside }]
        }),
      }
    }),
    others: othersOf(cascade, einsums, free),
  }
}

interface Kind {
  readonly labels: number[]
  readonly signature: string
  readonly legal: boolean
  readonly common: boolean
  readonly followers: Mask
}

function labelledAccesses(
  { problem }: PlainCascade,
  members: readonly number[],
  labels: Labels,
): LabelledAccess[] {
  const found: LabelledAccess[] = []
  const firsts = new Map<number, LabelledAccess>()
  for (const e of members) {
    const { ranks, inputs, output } = problem.einsums[e]!
    for (const { tensor, indices } of [...inputs, output]) {
      const own = indices.map(({ terms }) => labels.of[e]![ranks.indexOf(terms[0]!.rank)]!)
      const first = firsts.get(tensor)
      const access: { tensor: number; labels: number[]; first: LabelledAccess } = {
        tensor,
        labels: own,
        first: first as LabelledAccess,
      }
      if (first === undefined) firsts.set(tensor, (access.first = access))
      found.push(access)
    }
  }
  return found
}

/** What tells a label from others, and whether it may be looped; null where it indexes nothing that is free or live. */
function kindOf(
  label: number,
  members: readonly number[],
  labels: Labels,
  accesses: readonly LabelledAccess[],
  { free, live }: PartKey,
  products: Mask,
  isFixed: boolean,
): Kind | null {
  let signature = ''
  let everyMember = true
  for (const e of members) {
    const is = labels.of[e]!.includes(label)
    signature += is ? '1' : '0'
    if (!is) everyMember = false
  }
  let [legal, everywhere, shows] = [everyMember && !isFixed && !labels.barred.has(label), true, false]
  for (const { tensor, labels: own, first } of accesses) {
    const [isFree, isProduct] = [has(free, tensor), has(products, tensor)]
    if (!isFree && !isProduct && !has(live, tensor)) continue
    const at = own.indexOf(label)
    const base = first.labels.indexOf(label)
    signature += at < 0 ? '0' : at === base ? '1' : '2'
    if (at >= 0 && (isFree || has(live, tensor))) shows = true
    if (at < 0 && isFree) everywhere = false
    // Equal motion of what is free; rules 1 and 2 for what is produced and read inside.
    if ((isFree || isProduct) && at !== base) legal = false
    if (isProduct && base < 0) legal = false
  }
  if (!shows) return null
  const followers = labels.followers.get(label) ?? 0
  return { labels: [], signature, legal, common: legal && everywhere && followers === 0, followers }
}

const classesOf = (
  { labels }: LabelledAccess,
  position: ReadonlyMap<number, number>,
  keyed: number,
): number[] => {
  const found = new Set<number>()
  for (const label of labels) {
    const at = position.get(label)
    if (at !== undefined && at < keyed) found.add(at)
  }
  return [...found].sort((a, b) => a - b)
}

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

function othersOf({ problem, users, outputs, inputs }: PlainCascade, einsums: Mask, free: Mask): number {
  const units = (mask: Mask) =>
    bitsOf(mask).reduce((sum, t) => sum + problem.tensors[t]!.size * problem.tensors[t]!.width, 0)
  let others = units(inputs | outputs)
  for (const t of bitsOf(free)) {
    const { producer } = problem.tensors[t]!
    if (has(inputs, t)) others -= units(1 << t)
    else if (has(outputs, t)) others -= 2 * units(1 << t)
    else if (!has(einsums, producer) && (users[t]! & einsums) !== 0) others += units(1 << t)
  }
  return others
}
