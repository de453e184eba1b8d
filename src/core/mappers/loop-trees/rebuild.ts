import type { Block, Child, Holding } from '../../mapping/tree'
import { assert } from '../../support/assert'
import type { Engine } from './engine'
import { bitsOf, has, type Mask } from './masks'
import type { RankClass } from './layout'
import type { Part } from './part'
import { PartState } from './part-state'
import { LOOPED, type BlockNode, type LoopNode, type Rest, type Variant } from './plans'
import { touchedBy } from './plain-cascade'

/** Sizes by Einsum and position of its rank. */
type Sizes = readonly (readonly number[])[]

/** A point of a staircase that the engine holds: at most this peak, exactly this traffic. */
interface Point {
  readonly peak: number
  readonly traffic: number
}

/**
 * Writes down the tree of a point: at each state the choices are gone through again, until one attains the point. The
 * engine still has the staircases, so little is searched twice.
 */
export function treeOf(engine: Engine, point: Point): Block {
  const { touches, problem } = engine.cascade
  const all = touches.reduce((mask, _, e) => mask | (1 << e), 0)
  const free = touchedBy(engine.cascade, all)
  const sizes = problem.einsums.map(({ ranks }) => ranks.map((rank) => problem.ranks[rank]!.size))
  const builder = new Builder(engine)
  const node = engine.plans.node(all, free, 0)
  if (node.part.connected) {
    const found = builder.entered(node, point, sizes)
    if (found !== null) return joined(found)
  }
  const block = engine.plans.block({ einsums: all, free, live: 0, uncopied: 0, tiled: 0, whole: all })
  const children: Child[] = []
  const holdings: Holding[] = []
  builder.rest(block, block.part.layout.wholeKey, point, sizes, new Map(), children, holdings)
  return joined({ children, holdings })
}

class Builder {
  constructor(private readonly engine: Engine) {}

  /** A part that its common classes are looped over first; null where the point is not among its children. */
  entered(node: LoopNode, point: Point, sizes: Sizes): Block | null {
    const { part } = node
    const { commonTimes, wholeKey } = part.layout
    const [loops, inner] = commonLoops(part, sizes)
    const variant = commonTimes > 1 ? this.engine.plans.bodyOf(node) : this.engine.plans.childOf(node)
    const hit = this.pointIn(this.engine.find(variant, wholeKey), 0, commonTimes, 0, point)
    return hit === null ? null : wrapped(loops, this.stack(variant, wholeKey, hit, inner))
  }

  /** Whether a staircase, moved and multiplied, attains a point; the point of the staircase that does. */
  private pointIn(front: number, peak: number, times: number, traffic: number, point: Point): Point | null {
    const { pool } = this.engine
    for (let i = pool.start(front); i < pool.end(front); i++) {
      const inner = { peak: pool.peaks[i]!, traffic: pool.traffic[i]! }
      if (inner.peak + peak <= point.peak && times * inner.traffic + traffic === point.traffic) return inner
    }
    return null
  }

  private stack(variant: Variant, key: number, point: Point, sizes: Sizes): Block {
    const { engine } = this
    const { node, openings, stage } = variant
    const { part } = node
    if (part.free === 0) return allHeld(engine, part.einsums, sizes)
    const state = stateOf(part, key)
    const { codes } = state
    for (const [i, { opened, free }] of openings.entries()) {
      const peak = state.boxesOf(opened)
      const traffic = state.moved(opened & part.once, opened & part.twice)
      const holdings = bitsOf(opened).map((tensor) => ({ tensor, level: 1, from: 0, to: 0 }))
      if (free === 0) {
        if (peak > point.peak || traffic !== point.traffic) continue
        return { holdings, children: allHeld(engine, part.einsums, sizes).children }
      }
      const { to, blocked, looped, opened: fresh } = engine.plans.after(variant, i)
      if (blocked.some((at) => codes[at] !== 0)) continue
      const inner = state.keyIn(to)
      const factor = state.factorOf(to)
      const next = factor > 1 ? looped : fresh
      const hit = this.pointIn(engine.find(next, inner), peak, factor, traffic, point)
      if (hit === null) continue
      const [loops, below] = commonLoops(next.node.part, sizes)
      const { children } = wrapped(loops, this.stack(next, inner, hit, below))
      return { holdings, children }
    }
    for (const { at, variant: target } of engine.plans.loopsOf(variant)) {
      for (const { times, step } of engine.loopsOver(part.classes[at]!, codes[at]!)) {
        const inner = key - step * part.classes[at]!.keyStride
        const hit = this.pointIn(engine.find(target, inner), 0, times, 0, point)
        if (hit === null) continue
        const [loops, below] = dividedBy(part, part.classes[at]!, times, sizes)
        return wrapped(loops, this.stack(target, inner, hit, below))
      }
    }
    assert(stage === LOOPED, 'a point of a child is found again')
    const { node: block, to } = engine.plans.blockUnder(node)
    const children: Child[] = []
    const holdings: Holding[] = []
    this.rest(block, state.keyIn(to), point, sizes, new Map(), children, holdings)
    return { holdings, children }
  }

  /** Appends what is left of a block. `since`: the child from which each live tensor is held. */
  rest(
    node: BlockNode,
    key: number,
    point: Point,
    sizes: Sizes,
    since: ReadonlyMap<number, number>,
    children: Child[],
    holdings: Holding[],
  ): void {
    const { engine } = this
    const { part, steps } = node
    const state = stateOf(part, key)
    for (const [i, step] of steps.entries()) {
      const next = engine.plans.next(node, i)
      if (next === null) continue
      const peak = state.boxesOf(step.occupied)
      const traffic = state.moved(step.once, step.twice) - state.boxesOf(step.saved)
      const factor = state.factorOf(next.child.to)
      const inner = state.keyIn(next.child.to)
      const variant = factor > 1 ? next.child.body : next.child.child
      const first = engine.find(variant, inner)
      const left = engine.plans.restOf(node, step, next)
      const pair = this.pairIn(first, peak, factor, traffic, point, left, state)
      if (pair === null) continue
      const at = children.length
      const [loops, below] = commonLoops(variant.node.part, sizes)
      const child = wrapped(loops, this.stack(variant, inner, pair.first, below))
      children.push(...child.children)
      for (const holding of child.holdings) holdings.push({ ...holding, from: at, to: at })
      const from = new Map(since)
      for (const tensor of bitsOf(step.occupied)) if (!from.has(tensor)) from.set(tensor, at)
      for (const [tensor, start] of [...from]) {
        if (left !== null && has(left.node.key.live, tensor)) continue
        holdings.push({ tensor, level: 1, from: start, to: at })
        from.delete(tensor)
      }
      if (left !== null)
        this.rest(left.node, state.keyIn(left.to), pair.then!, sizes, from, children, holdings)
      return
    }
    assert(false, 'a point of a block is found again')
  }

  private pairIn(
    first: number,
    peak: number,
    times: number,
    traffic: number,
    point: Point,
    rest: Rest | null,
    state: PartState,
  ): { readonly first: Point; readonly then: Point | null } | null {
    const { engine } = this
    const { pool } = engine
    if (rest === null) {
      const hit = this.pointIn(first, peak, times, traffic, point)
      return hit === null ? null : { first: hit, then: null }
    }
    if (first === 0) return null
    const then = engine.rest(rest.node, state.keyIn(rest.to))
    for (let i = pool.start(first); i < pool.end(first); i++) {
      if (pool.peaks[i]! + peak > point.peak) break
      for (let j = pool.start(then); j < pool.end(then); j++) {
        if (pool.peaks[j]! > point.peak) break
        if (times * pool.traffic[i]! + pool.traffic[j]! + traffic === point.traffic)
          return {
            first: { peak: pool.peaks[i]!, traffic: pool.traffic[i]! },
            then: { peak: pool.peaks[j]!, traffic: pool.traffic[j]! },
          }
      }
    }
    return null
  }
}

interface LoopStep {
  readonly rank: number
  readonly tile: number
}

function stateOf(part: Part, key: number): PartState {
  const state = new PartState()
  state.read(part, key)
  return state
}

function sizeOfLabel({ layout: { labelling } }: Part, label: number, sizes: Sizes): number {
  const { einsum, at } = labelling.labels[label]!.place
  return sizes[einsum]![at]!
}

/** Sizes with every rank that a label stands for at a new size. */
const withSize = (
  { layout: { labelling }, einsums }: Part,
  label: number,
  size: number,
  sizes: Sizes,
): Sizes =>
  sizes.map((row, e) =>
    has(einsums, e) ? row.map((old, i) => (labelling.of[e]![i] === label ? size : old)) : row,
  )

/** Loops that run the common classes of a part to one. */
function commonLoops(part: Part, sizes: Sizes): [LoopStep[], Sizes] {
  const loops: LoopStep[] = []
  for (const { labels } of part.layout.common)
    for (const label of labels) {
      if (sizeOfLabel(part, label, sizes) === 1) continue
      sizes = withSize(part, label, 1, sizes)
      loops.push({ rank: part.layout.labelling.labels[label]!.rank, tile: 1 })
    }
  return [loops, sizes]
}

/** Loops that divide a class: each prime goes to a label that it divides. */
function dividedBy(
  part: Part,
  { labels, primes }: RankClass,
  times: number,
  sizes: Sizes,
): [LoopStep[], Sizes] {
  const loops: LoopStep[] = []
  let left = times
  for (const { prime } of primes)
    for (; left % prime === 0; left /= prime) {
      const label = labels.find((candidate) => sizeOfLabel(part, candidate, sizes) % prime === 0)!
      const tile = sizeOfLabel(part, label, sizes) / prime
      sizes = withSize(part, label, tile, sizes)
      loops.push({ rank: part.layout.labelling.labels[label]!.rank, tile })
    }
  return [loops, sizes]
}

/** Everything is held: each Einsum runs to its points by itself. */
function allHeld({ cascade }: Engine, einsums: Mask, sizes: Sizes): Block {
  const children = bitsOf(einsums).map((e): Child => {
    const { ranks } = cascade.problem.einsums[e]!
    const loops = ranks.flatMap((rank, i) => (sizes[e]![i] === 1 ? [] : [{ rank, tile: 1 }]))
    return wrapped(loops, { holdings: [], children: [{ kind: 'einsum', einsum: e }] }).children[0]!
  })
  return { holdings: [], children }
}

const wrapped = (loops: readonly LoopStep[], block: Block): Block =>
  loops.reduceRight<Block>(
    (body, { rank, tile }) => ({ holdings: [], children: [{ kind: 'loop', rank, tile, body }] }),
    block,
  )

/** Loops over one rank with nothing between them are one loop. */
function joined({ holdings, children }: Block): Block {
  return {
    holdings,
    children: children.map((child): Child => {
      if (child.kind === 'einsum') return child
      const body = joined(child.body)
      const [only] = body.children
      if (
        body.holdings.length > 0 ||
        body.children.length > 1 ||
        only?.kind !== 'loop' ||
        only.rank !== child.rank
      )
        return { ...child, body }
      return only
    }),
  }
}
