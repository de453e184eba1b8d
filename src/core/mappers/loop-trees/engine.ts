import type { Attained } from './attained'
import type { CodeLoop } from './codes'
import { Frame } from './frame'
import type { RankClass } from './layout'
import type { Part } from './part'
import { Parts } from './parts'
import { LOOPED, Plans, type BlockNode, type LoopNode, type Variant } from './plans'
import { Envelope, FrontPool } from './pool'
import type { StepCurve } from './step-curve'
import { StateTable } from './state-table'
import type { PlainCascade } from './plain-cascade'

export interface EngineOptions {
  /** Loops by factors of four and more instead of primes: attainable, but not the optimum. */
  readonly coarse: boolean
  /** The most Einsums under one loop. */
  readonly mostEinsums: number
  /** An attainable curve of the whole cascade, by which states are dropped that cannot lie below it. */
  readonly attained: Attained | null
  readonly checkpoint: ((fraction: number) => void) | undefined
}

const NOTHING = 0

/**
 * The search over loop trees of a plain cascade (docs/model.md, section 8): memoised by part and ranges. Every
 * staircase stays in the pool, so that a point's tree can be found again.
 */
export class Engine {
  readonly pool = new FrontPool()
  states = 0
  /** How much of the outermost block has been gone through. */
  private progress = 0
  readonly plans: Plans
  private readonly curves: StepCurve[] = []
  /** What is known of the states that are being searched, from the outermost on. */
  private readonly frames: Frame[] = []
  private depth = -1
  private readonly table = new StateTable()
  /** The staircase of what costs nothing: all is held. */
  readonly free: number

  constructor(
    readonly cascade: PlainCascade,
    readonly options: EngineOptions,
    parts = new Parts(cascade),
  ) {
    this.plans = new Plans(cascade, parts, options.mostEinsums)
    this.free = this.pool.add(new Float64Array(1), new Float64Array(1), 1)
  }

  /** A child at the whole ranges. */
  whole(node: LoopNode): number {
    const { wholeKey, commonTimes } = node.part.layout
    const found = this.find(commonTimes > 1 ? this.plans.bodyOf(node) : this.plans.childOf(node), wholeKey)
    if (commonTimes === 1) return found
    const envelope = new Envelope()
    envelope.add(this.pool, found, 0, commonTimes, 0)
    return this.pool.add(envelope.peaks, envelope.traffic, envelope.length)
  }

  /** The staircase of a part at some ranges, where it stands in a stack. */
  find(variant: Variant, key: number): number {
    const { part } = variant.node
    if (part.free === 0) return this.free
    const known = this.table.get(variant.place, key)
    if (known >= 0) return known
    this.count()
    const frame = this.enter()
    frame.start(part, key, this.curveFor(part))
    const low = frame.moved(part.once, part.twice)
    if (!frame.isBeyond(part.leastPeak, low)) {
      this.openings(variant, frame, low)
      const { classes } = part
      const loops = this.plans.loopsOf(variant)
      for (let i = 0; i < loops.length; i++) {
        const { at, variant: target } = loops[i]!
        const kind = classes[at]!
        const tried = this.loopsOver(kind, frame.codes[at]!)
        for (let j = 0; j < tried.length; j++) {
          const { times, step } = tried[j]!
          frame.envelope.add(this.pool, this.find(target, key - step * kind.keyStride), 0, times, 0)
        }
      }
      if (variant.stage === LOOPED) {
        const { node: block, to } = this.plans.blockUnder(variant.node)
        frame.envelope.add(this.pool, this.rest(block, frame.keyIn(to)), 0, 1, 0)
      }
    }
    return this.leave(frame, variant.place, key)
  }

  /** Adds every set of tensors that may be opened, and what follows. */
  private openings(variant: Variant, frame: Frame, low: number): void {
    const { openings, node } = variant
    const { once, twice } = node.part
    for (let i = 0; i < openings.length;) {
      const { opened, leastPeak, free, skip } = openings[i]!
      const peak = frame.boxesOf(opened)
      if (frame.isBeyond(peak + leastPeak, low)) {
        i = skip
        continue
      }
      const traffic = frame.moved(opened & once, opened & twice)
      if (free === 0) frame.envelope.addPoint(peak, traffic)
      else this.open(variant, i, frame, peak, traffic)
      i++
    }
  }

  /** Adds an opening and what follows it. */
  private open(variant: Variant, i: number, frame: Frame, peak: number, traffic: number): void {
    const { to, blocked, looped, opened } = this.plans.after(variant, i)
    for (let j = 0; j < blocked.length; j++) if (frame.codes[blocked[j]!] !== 0) return
    const factor = frame.factorOf(to)
    const found = this.find(factor > 1 ? looped : opened, frame.keyIn(to))
    frame.envelope.add(this.pool, found, peak, factor, traffic)
  }

  /** The loops over a class that are tried at a code: loops with nothing between are one loop, so few are. */
  loopsOver({ loops, coarseLoops }: RankClass, code: number): readonly CodeLoop[] {
    return (this.options.coarse ? coarseLoops : loops)[code]!
  }

  /** What is left of a block. */
  rest(node: BlockNode, key: number): number {
    const known = this.table.get(node.place, key)
    if (known >= 0) return known
    this.count()
    const { part, steps } = node
    const frame = this.enter()
    frame.start(part, key, this.curveFor(part))
    const low = frame.moved(part.once, part.twice)
    const count = frame.isBeyond(frame.boxesOf(part.live), low) ? 0 : steps.length
    const isRoot = node.key.whole === node.key.einsums
    for (let i = 0; i < count; i++) {
      if (isRoot) this.progress = i / count
      const { occupied, spilled, leastPeak } = steps[i]!
      const peak = frame.boxesOf(occupied)
      if (frame.isBeyond(peak + leastPeak, low + frame.boxesOf(spilled))) continue
      this.step(node, i, frame, peak)
    }
    return this.leave(frame, node.place, key)
  }

  /** Adds a next child of a block and what is left after it. */
  private step(node: BlockNode, i: number, frame: Frame, peak: number): void {
    const next = this.plans.next(node, i)
    if (next === null) return
    const { child } = next
    const factor = frame.factorOf(child.to)
    const first = this.find(factor > 1 ? child.body : child.child, frame.keyIn(child.to))
    if (first === NOTHING) return
    const step = node.steps[i]!
    const traffic = frame.moved(step.once, step.twice) - frame.boxesOf(step.saved)
    const rest = this.plans.restOf(node, step, next)
    if (rest === null) {
      frame.envelope.add(this.pool, first, peak, factor, traffic)
      return
    }
    const then = this.rest(rest.node, frame.keyIn(rest.to))
    if (then !== NOTHING) frame.envelope.addPair(this.pool, first, peak, factor, then, traffic)
  }

  private curveFor({ einsums, layout }: Part): StepCurve | null {
    if (this.options.attained === null) return null
    return (this.curves[layout.id] ??= this.options.attained.without(einsums))
  }

  private count(): void {
    this.states++
    if ((this.states & 255) === 0) this.options.checkpoint?.(this.progress)
  }

  /** The frame of a state one further in. */
  private enter(): Frame {
    this.depth++
    if (this.frames.length <= this.depth) this.frames.push(new Frame())
    return this.frames[this.depth]!
  }

  /** Stores what a state's envelope has below the attained curve. */
  private leave(frame: Frame, place: number, key: number): number {
    const { envelope } = frame
    frame.drop()
    this.depth--
    const found = this.pool.add(envelope.peaks, envelope.traffic, envelope.length)
    this.table.add(place, key, found)
    return found
  }
}
