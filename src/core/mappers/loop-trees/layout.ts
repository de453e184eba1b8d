import { assert } from '../../support/assert'
import { codesOf, type Codes } from './codes'
import type { Labelling } from './labelling'
import { has, type Mask } from './masks'
import type { PlainCascade } from './plain-cascade'

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
}

/** A held tensor: its least box is the product of its classes, each divided by what it has beside the tensor. */
export interface HeldBox {
  readonly width: number
  readonly classes: readonly { readonly at: number; readonly beside: number }[]
}

/** How the labels of some Einsums go into classes: what parts that tell the same labels apart have in common. */
export class Layout {
  readonly classes: readonly RankClass[]
  /** Classes that a loop runs to one at once. Not part of the key. */
  readonly common: readonly RankClass[]
  /** By label, the position of its class or -1; common classes count on from the others. */
  readonly classAt: Int8Array
  /** The key of the whole ranges. */
  readonly wholeKey: number
  /** Executions by the loops over the common classes. */
  readonly commonTimes: number
  /** Product of the whole sizes of the classes: executions at ranges of one. */
  readonly executions: number
  private readonly tensors: PartTensor[] = []
  private readonly held: HeldBox[] = []

  constructor(
    readonly id: number,
    private readonly cascade: PlainCascade,
    readonly labelling: Labelling,
    keyed: readonly (readonly number[])[],
    common: readonly (readonly number[])[],
  ) {
    let keyStride = 1
    this.classes = keyed.map((group) => {
      const made = classOf(labelling, group, keyStride)
      keyStride *= made.sizes.length
      return made
    })
    assert(keyStride < 2 ** 53, 'a part has fewer states than numbers')
    this.wholeKey = keyStride - 1
    this.common = common.map((group) => classOf(labelling, group, 0))
    this.classAt = new Int8Array(labelling.labels.length).fill(-1)
    for (const [i, group] of [...keyed, ...common].entries())
      for (const label of group) this.classAt[label] = i
    this.commonTimes = this.common.reduce((product, { size }) => product * size, 1)
    this.executions = this.classes.reduce((product, { size }) => product * size, this.commonTimes)
  }

  tensor(tensor: number): PartTensor {
    return (this.tensors[tensor] ??= {
      tensor,
      width: this.cascade.widths[tensor]!,
      classes: this.classesOf(tensor),
    })
  }

  heldBox(tensor: number): HeldBox {
    return (this.held[tensor] ??= {
      width: this.cascade.widths[tensor]!,
      classes: this.classesOf(tensor).map((at) => ({ at, beside: this.sizeBeside(at, tensor) })),
    })
  }

  private classesOf(tensor: number): number[] {
    return [...this.classes.keys()].filter((at) => has(this.classes[at]!.first, tensor))
  }

  /** Product of the sizes of a class's labels that do not index a tensor. */
  private sizeBeside(at: number, tensor: number): number {
    const { labels } = this.labelling
    return this.classes[at]!.labels.reduce(
      (size, label) => (has(labels[label]!.first, tensor) ? size : size * labels[label]!.size),
      1,
    )
  }
}

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
