import { blockSteps, producedIn, type BlockKey, type BlockStep } from './block-plan'
import { conversion, type Conversion } from './conversion'
import { openingsOf, type Opening } from './loop-plan'
import { sizeOf, type Mask } from './masks'
import { buildPart, type Part } from './part'
import type { PlainCascade } from './plain-cascade'

/** A part and the ways to go on in it. */
export interface LoopNode {
  readonly part: Part
  readonly variants: Map<string, Variant>
  readonly afters: Map<Mask, { readonly node: LoopNode; readonly to: Conversion }>
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
  readonly last: number
  readonly stage: Stage
  /** Its number in the table of states. */
  readonly place: number
  readonly openings: readonly Opening[]
  readonly after: (Opened | undefined)[]
  loops: readonly LoopChoice[] | undefined
}

/** `child`: no block may stand here. `opened`: only loops may, right after an opening. `looped`: all may. */
type Stage = 'child' | 'opened' | 'looped'

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

export interface Next {
  readonly child: { readonly child: Variant; readonly body: Variant; readonly to: Conversion }
  readonly rest: { node: BlockNode; to: Conversion } | null
}

/** What does not depend on ranges: parts, where they stand in stacks, and what may come next. Built when first needed. */
export class Plans {
  private readonly nodes = new Map<string, LoopNode>()
  private readonly blocks = new Map<string, BlockNode>()
  private parts = 0
  private places = 0

  constructor(
    private readonly cascade: PlainCascade,
    private readonly mostEinsums: number,
  ) {}

  node(einsums: Mask, free: Mask, tiled: Mask): LoopNode {
    const produced = producedIn(this.cascade, tiled, einsums)
    const id = `${einsums},${free},${produced}`
    const known = this.nodes.get(id)
    if (known !== undefined) return known
    const part = buildPart(this.cascade, { einsums, free, live: 0, tiled: produced }, this.parts++, false)
    const node: LoopNode = { part, variants: new Map(), afters: new Map(), block: undefined }
    this.nodes.set(id, node)
    return node
  }

  /** Whether a loop may stand over the part. */
  isLoopable({ part }: LoopNode): boolean {
    return part.connected && sizeOf(part.einsums) <= this.mostEinsums
  }

  private variant(node: LoopNode, stage: Stage, candidates: Mask, allowed: Mask, last: number): Variant {
    const id = `${stage},${candidates},${allowed},${last}`
    const known = node.variants.get(id)
    if (known !== undefined) return known
    const openings =
      stage === 'opened' || !this.isLoopable(node) ? [] : openingsOf(this.cascade, node.part, candidates)
    const after = openings.map(() => undefined)
    const fresh = {
      node,
      stage,
      candidates,
      allowed,
      last,
      place: this.places++,
      openings,
      after,
      loops: undefined,
    }
    node.variants.set(id, fresh)
    return fresh
  }

  /** A loop or leaf, with what is opened for it. */
  childOf(node: LoopNode): Variant {
    return this.variant(node, 'child', -1, -1, -1)
  }

  /** What may stand under a loop: one child, or a block of several. */
  bodyOf(node: LoopNode): Variant {
    const isSingle = (node.part.einsums & (node.part.einsums - 1)) === 0
    return isSingle ? this.childOf(node) : this.variant(node, 'looped', -1, -1, -1)
  }

  loopsOf(variant: Variant): readonly LoopChoice[] {
    return (variant.loops ??= this.isLoopable(variant.node) ? this.findLoops(variant) : [])
  }

  private findLoops({ node, candidates, allowed, last }: Variant): LoopChoice[] {
    const { einsums, free, tiled, legal, classes, evenLabels } = node.part
    return legal.flatMap((at) => {
      if (at < last || ((allowed >>> at) & 1) === 0) return []
      const { labels, followers } = classes[at]!
      const target = followers === 0 ? node : this.node(einsums, free, tiled | followers)
      const indexed = evenLabels.reduce(
        (mask, even, i) => (labels.every((label) => even.includes(label)) ? mask | (1 << i) : mask),
        0,
      )
      // What is opened next indexes every loop of the group, or it would stand above that loop.
      const left = candidates & indexed
      const isSingle = (einsums & (einsums - 1)) === 0
      if (isSingle && left === 0) return []
      return [{ at, variant: this.variant(target, 'looped', left, allowed, at) }]
    })
  }

  block(key: BlockKey): BlockNode {
    const id = [key.einsums, key.free, key.live, key.uncopied, key.tiled, key.whole].join()
    const known = this.blocks.get(id)
    if (known !== undefined) return known
    const part = buildPart(this.cascade, key, this.parts++, true)
    const shown = part.tensors.map(({ tensor }) => tensor)
    const steps = blockSteps(this.cascade, key, shown, this.mostEinsums)
    const node: BlockNode = { key, part, place: this.places++, steps, next: steps.map(() => undefined) }
    this.blocks.set(id, node)
    return node
  }

  blockUnder(node: LoopNode): { node: BlockNode; to: Conversion } {
    if (node.block !== undefined) return node.block
    const { einsums, free, tiled } = node.part
    const block = this.block({ einsums, free, live: 0, uncopied: 0, tiled, whole: 0 })
    return (node.block = { node: block, to: conversion(node.part, block.part) })
  }

  after(variant: Variant, i: number): Opened {
    const known = variant.after[i]
    if (known !== undefined) return known
    const { node } = variant
    const { part } = node
    const { opened, free } = variant.openings[i]!
    let next = node.afters.get(free)
    if (next === undefined) {
      const target = this.node(part.einsums, free, part.tiled)
      next = { node: target, to: conversion(part, target.part) }
      node.afters.set(free, next)
    }
    // A loop over what a tensor just opened is indexed by stands above that opening, where it may stand there.
    const isAbove = (label: number) =>
      part.legalLabels.includes(label) && opened.some((at) => part.evenLabels[at]!.includes(label))
    const { classes } = next.node.part
    const allowed = classes.reduce(
      (mask, { labels }, at) => (labels.every((label) => isAbove(label)) ? mask : mask | (1 << at)),
      0,
    )
    const blocked = next.to.factors.filter((at) => part.classes[at]!.labels.every((label) => isAbove(label)))
    const found = {
      to: next.to,
      blocked,
      looped: this.variant(next.node, 'looped', -1, allowed, -1),
      opened: this.variant(next.node, 'opened', -1, allowed, -1),
    }
    variant.after[i] = found
    return found
  }

  next(node: BlockNode, i: number): Next | null {
    const known = node.next[i]
    if (known !== undefined) return known
    const { part, steps, key } = node
    const { einsums, free, rest } = steps[i]!
    const child = this.node(einsums, free, key.tiled)
    let found: Next | null = null
    if (this.isLoopable(child)) {
      const then = rest === null ? null : this.block(rest)
      found = {
        child: { child: this.childOf(child), body: this.bodyOf(child), to: conversion(part, child.part) },
        rest: then === null ? null : { node: then, to: conversion(part, then.part) },
      }
    }
    node.next[i] = found
    return found
  }
}
