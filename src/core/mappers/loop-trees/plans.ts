import { blockSteps, producedIn, type BlockKey, type BlockStep } from './block-plan'
import type { Conversion } from './conversion'
import { openingsOf, type Opening } from './loop-plan'
import { has, maskOf, sizeOf, type Mask } from './masks'
import type { Part } from './part'
import type { Parts } from './parts'
import type { PlainCascade } from './plain-cascade'
import { RowIds } from './row-ids'

/** A part and the ways to go on in it. */
export interface LoopNode {
  readonly id: number
  readonly part: Part
  readonly isSingle: boolean
  /** Whether a loop may stand over the part. */
  readonly isLoopable: boolean
  /** Tensors that may be opened in a stack; positions of the classes that may be looped. */
  readonly openable: Mask
  readonly legal: Mask
  readonly openings: Map<Mask, readonly Opening[]>
  block: { readonly node: BlockNode; readonly to: Conversion } | undefined
}

/**
 * Where in a stack a part stands (loop trees, "stacks by groups"): the tensors that may be opened here, those that every
 * loop since the last opening indexes, and the classes that may be looped next, in ascending order.
 */
export interface Variant {
  readonly node: LoopNode
  readonly candidates: Mask
  readonly allowed: Mask
  readonly stage: Stage
  /** Its number in the table of states. */
  readonly place: number
  readonly openings: readonly Opening[]
  readonly after: (Opened | undefined)[]
  loops: readonly LoopChoice[] | undefined
}

/** `CHILD`: no block may stand here. `OPENED`: only loops may, right after an opening. `LOOPED`: all may. */
const CHILD = 0
const OPENED = 1
export const LOOPED = 2
type Stage = typeof CHILD | typeof OPENED | typeof LOOPED

/** The part after an opening. */
export interface Opened {
  readonly to: Conversion
  /** Classes that are run to one at once although a tensor just opened is indexed by them: then the opening is of no use. */
  readonly blocked: readonly number[]
  readonly looped: Variant
  readonly opened: Variant
}

export interface LoopChoice {
  readonly at: number
  readonly variant: Variant
}

export interface BlockNode {
  readonly key: BlockKey
  readonly part: Part
  readonly place: number
  readonly steps: readonly BlockStep[]
  readonly next: (Next | null | undefined)[]
}

export interface Rest {
  readonly node: BlockNode
  readonly to: Conversion
}

export interface Next {
  readonly child: { readonly child: Variant; readonly body: Variant; readonly to: Conversion }
  /** The block left after the child, once it was needed. */
  rest: Rest | undefined
}

/** All tensors, all classes. */
const ALL = -1

/** What does not depend on ranges: parts, where they stand in stacks, and what may come next. Built when first needed. */
export class Plans {
  private readonly nodes: LoopNode[] = []
  private readonly nodeIds = new RowIds(3)
  private readonly blocks: BlockNode[] = []
  private readonly blockIds = new RowIds(6)
  private readonly variants: Variant[] = []
  private readonly variantIds = new RowIds(4)
  private places = 0

  constructor(
    private readonly cascade: PlainCascade,
    private readonly parts: Parts,
    private readonly mostEinsums: number,
  ) {}

  node(einsums: Mask, free: Mask, tiled: Mask): LoopNode {
    const produced = producedIn(this.cascade, tiled, einsums)
    const id = this.nodeIds.id(einsums, free, produced)
    const known = this.nodes[id]
    if (known !== undefined) return known
    const part = this.parts.get({ einsums, free, live: 0, tiled: produced }, false)
    return (this.nodes[id] = this.buildNode(part, id))
  }

  private buildNode(part: Part, id: number): LoopNode {
    const isLoopable = part.connected && sizeOf(part.einsums) <= this.mostEinsums
    const openings = isLoopable ? openingsOf(this.cascade, part, part.free) : []
    return {
      id,
      part,
      isSingle: (part.einsums & (part.einsums - 1)) === 0,
      isLoopable,
      openable: openings.reduce((mask, { opened }) => mask | opened, 0),
      legal: isLoopable ? maskOf(part.legal) : 0,
      openings: new Map([[part.free, openings]]),
      block: undefined,
    }
  }

  /** Places from which the same may follow are one. */
  private variant(node: LoopNode, anyStage: Stage, anyCandidates: Mask, anyAllowed: Mask): Variant {
    const stage = node.isSingle && anyStage === LOOPED ? CHILD : anyStage
    const candidates = anyCandidates & node.openable
    const allowed = anyAllowed & node.legal
    const id = this.variantIds.id(node.id, stage, candidates, allowed)
    const known = this.variants[id]
    if (known !== undefined) return known
    const openings = stage === OPENED ? [] : this.openings(node, candidates)
    const fresh: Variant = {
      node,
      candidates,
      allowed,
      stage,
      place: this.places++,
      openings,
      after: openings.map(() => undefined),
      loops: undefined,
    }
    return (this.variants[id] = fresh)
  }

  private openings(node: LoopNode, candidates: Mask): readonly Opening[] {
    let found = node.openings.get(candidates)
    if (found === undefined) {
      found = candidates === 0 ? [] : openingsOf(this.cascade, node.part, candidates)
      node.openings.set(candidates, found)
    }
    return found
  }

  /** A loop or leaf, with what is opened for it. */
  childOf(node: LoopNode): Variant {
    return this.variant(node, CHILD, ALL, ALL)
  }

  /** What may stand under a loop: one child, or a block of several. */
  bodyOf(node: LoopNode): Variant {
    return this.variant(node, LOOPED, ALL, ALL)
  }

  loopsOf(variant: Variant): readonly LoopChoice[] {
    return (variant.loops ??= this.findLoops(variant))
  }

  private findLoops({ node, candidates, allowed }: Variant): LoopChoice[] {
    const { einsums, free, tiled, legal, classes } = node.part
    return legal.flatMap((at) => {
      if (!has(allowed, at)) return []
      const { followers, even } = classes[at]!
      const target = followers === 0 ? node : this.node(einsums, free, tiled | followers)
      // What is opened next indexes every loop of the group, or it would stand above that loop.
      const left = candidates & even
      if (node.isSingle && left === 0) return []
      // Loops of a group commute: those of later classes follow.
      return [{ at, variant: this.variant(target, LOOPED, left, allowed & (-1 << at)) }]
    })
  }

  block(key: BlockKey): BlockNode {
    const { einsums, free, live, uncopied, tiled, whole } = key
    const id = this.blockIds.id(einsums, free, live, uncopied, tiled, whole)
    const known = this.blocks[id]
    if (known !== undefined) return known
    const part = this.parts.get({ einsums, free, live, tiled }, true)
    const steps = blockSteps(this.cascade, key, this.mostEinsums)
    return (this.blocks[id] = {
      key,
      part,
      place: this.places++,
      steps,
      next: steps.map(() => undefined),
    })
  }

  blockUnder(node: LoopNode): { node: BlockNode; to: Conversion } {
    if (node.block !== undefined) return node.block
    const { einsums, free, tiled } = node.part
    const block = this.block({ einsums, free, live: 0, uncopied: 0, tiled, whole: 0 })
    return (node.block = { node: block, to: this.parts.conversion(node.part, block.part) })
  }

  after(variant: Variant, i: number): Opened {
    return (variant.after[i] ??= this.findAfter(variant, i))
  }

  private findAfter({ node, openings }: Variant, i: number): Opened {
    const { part } = node
    const { opened, free } = openings[i]!
    const next = this.node(part.einsums, free, part.tiled)
    const to = this.parts.conversion(part, next.part)
    // A loop over what a tensor just opened is indexed by stands above that opening, where it may stand there.
    const above = new Set<number>()
    for (const { labels } of [...part.legal.map((at) => part.classes[at]!), ...part.layout.common])
      for (const label of labels) {
        const { even, name } = part.layout.labelling.labels[label]!
        if ((even & opened) !== 0) above.add(name)
      }
    const isAbove = ({ layout, classes }: Part, at: number) =>
      classes[at]!.labels.every((label) => above.has(layout.labelling.labels[label]!.name))
    const allowed = maskOf(next.part.legal.filter((at) => !isAbove(next.part, at)))
    return {
      to,
      blocked: to.factors.filter((at) => isAbove(part, at)),
      looped: this.variant(next, LOOPED, ALL, allowed),
      opened: this.variant(next, OPENED, ALL, allowed),
    }
  }

  next(node: BlockNode, i: number): Next | null {
    const known = node.next[i]
    return known === undefined ? (node.next[i] = this.findNext(node, i)) : known
  }

  private findNext({ part, steps, key }: BlockNode, i: number): Next | null {
    const { einsums, free } = steps[i]!
    const child = this.node(einsums, free, key.tiled)
    if (!child.isLoopable) return null
    return {
      child: {
        child: this.childOf(child),
        body: this.bodyOf(child),
        to: this.parts.conversion(part, child.part),
      },
      rest: undefined,
    }
  }

  /** The block that is left after the i-th step's child. */
  restOf({ part }: BlockNode, { rest }: BlockStep, next: Next): Rest | null {
    if (rest === null) return null
    if (next.rest !== undefined) return next.rest
    const node = this.block(rest)
    return (next.rest = { node, to: this.parts.conversion(part, node.part) })
  }
}
