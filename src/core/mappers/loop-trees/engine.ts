import type { Attained, Bound } from './attained'
import type { Conversion } from './conversion'
import type { Part, RankClass } from './part'
import { Plans, type BlockNode, type LoopNode, type Variant } from './plans'
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
/** Steps of the coarse search. */
const COARSE = 4

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
  private readonly envelopes: Envelope[] = []
  private readonly codes: Int32Array[] = []
  private readonly boxes: Float64Array[] = []
  private depth = -1
  private readonly table = new StateTable()
  /** The staircase of what costs nothing: all is held. */
  readonly free: number

  constructor(
    readonly cascade: PlainCascade,
    readonly options: EngineOptions,
  ) {
    this.plans = new Plans(cascade, options.mostEinsums)
    this.free = this.pool.add(new Float64Array(1), new Float64Array(1), 1)
  }

  /** A child at the whole ranges. */
  whole(node: LoopNode): number {
    const { classes, common } = node.part
    const key = classes.reduce((sum, { sizes, keyStride }) => sum + (sizes.length - 1) * keyStride, 0)
    const factor = common.reduce((product, { size }) => product * size, 1)
    const found = this.find(factor > 1 ? this.plans.bodyOf(node) : this.plans.childOf(node), key)
    if (factor === 1) return found
    this.depth++
    const envelope = this.scratch()
    envelope.add(this.pool, found, 0, factor, 0)
    this.depth--
    return this.pool.add(envelope.peaks, envelope.traffic, envelope.length)
  }

  /** The staircase of a part at some ranges, where it stands in a stack. */
  find(variant: Variant, key: number): number {
    const { node, openings, place, stage } = variant
    const { part } = node
    if (part.free === 0) return this.free
    const known = this.table.get(place, key)
    if (known >= 0) return known
    this.count()
    this.depth++
    const envelope = this.scratch()
    const bound = this.read(part, key)
    const codes = this.codes[this.depth]!
    const boxes = this.boxes[this.depth]!
    let low = 0
    for (let i = 0; i < part.tensors.length; i++) low += part.tensors[i]!.transfers * boxes[i]!
    if (!this.isBeyond(bound, part.leastPeak, low)) {
      for (let i = 0; i < openings.length;) {
        const { opened, leastPeak, free, skip } = openings[i]!
        let [peak, traffic] = [0, 0]
        for (let j = 0; j < opened.length; j++) {
          const at = opened[j]!
          peak += boxes[at]!
          traffic += part.tensors[at]!.transfers * boxes[at]!
        }
        if (this.isBeyond(bound, peak + leastPeak, low)) {
          i = skip
          continue
        }
        if (free === 0) envelope.addPoint(peak, traffic)
        else this.open(variant, i, envelope, peak, traffic)
        i++
      }
      for (const { at, variant: target } of this.plans.loopsOf(variant))
        this.divide(target, part.classes[at]!, codes[at]!, key, envelope)
      if (stage === 'looped' && (part.einsums & (part.einsums - 1)) !== 0) {
        const { node: block, to } = this.plans.blockUnder(node)
        envelope.add(this.pool, this.rest(block, this.keyIn(to, codes)), 0, 1, 0)
      }
    }
    const found = this.kept(envelope, bound)
    this.depth--
    this.table.add(place, key, found)
    return found
  }

  /** Adds an opening and what follows it. */
  private open(variant: Variant, i: number, envelope: Envelope, peak: number, traffic: number): void {
    const { to, blocked, looped, opened } = this.plans.after(variant, i)
    const { part } = variant.node
    const codes = this.codes[this.depth]!
    for (const at of blocked) if (codes[at] !== 0) return
    const inner = this.keyIn(to, codes)
    const factor = this.factorOf(to, part, codes)
    envelope.add(this.pool, this.find(factor > 1 ? looped : opened, inner), peak, factor, traffic)
  }

  /** Adds the loops over a class: one prime at a time, since loops with nothing between are one loop. */
  private divide(target: Variant, kind: RankClass, code: number, key: number, envelope: Envelope): void {
    if (code === 0) return
    if (this.options.coarse) {
      for (const { times, inner } of this.divisions(kind, code, key))
        envelope.add(this.pool, this.find(target, inner), 0, times, 0)
      return
    }
    const { primes, keyStride } = kind
    for (let i = 0; i < primes.length; i++) {
      const { prime, stride, exponents } = primes[i]!
      if (Math.floor(code / stride) % (exponents + 1) !== 0)
        envelope.add(this.pool, this.find(target, key - stride * keyStride), 0, prime, 0)
    }
  }

  /** The loops over a class that are tried at a state: by each prime; or one, by primes that make four together. */
  divisions({ primes, keyStride }: RankClass, code: number, key: number): { times: number; inner: number }[] {
    const left = primes.flatMap(({ prime, stride, exponents }) =>
      Array.from({ length: Math.floor(code / stride) % (exponents + 1) }, () => ({ prime, stride })),
    )
    if (!this.options.coarse) {
      const distinct = left.filter(({ prime }, i) => prime !== left[i - 1]?.prime)
      return distinct.map(({ prime, stride }) => ({ times: prime, inner: key - stride * keyStride }))
    }
    let [times, inner] = [1, key]
    for (const { prime, stride } of left) {
      if (times >= COARSE) break
      times *= prime
      inner -= stride * keyStride
    }
    return left.length === 0 ? [] : [{ times, inner }]
  }

  /** What is left of a block. */
  rest(node: BlockNode, key: number): number {
    const known = this.table.get(node.place, key)
    if (known >= 0) return known
    this.count()
    const { part, steps } = node
    this.depth++
    const envelope = this.scratch()
    const bound = this.read(part, key)
    const codes = this.codes[this.depth]!
    const boxes = this.boxes[this.depth]!
    const low = this.lowOf(node, boxes)
    let live = 0
    for (const [i, { tensor }] of part.tensors.entries())
      if ((node.key.live >>> tensor) & 1) live += boxes[i]!
    const count = this.isBeyond(bound, live, low) ? 0 : steps.length
    const isRoot = node.key.whole === node.key.einsums
    for (let i = 0; i < count; i++) {
      if (isRoot) this.progress = i / count
      const { occupied, moved, spilled, leastPeak } = steps[i]!
      let [peak, traffic, more] = [0, 0, low]
      for (const at of occupied) peak += boxes[at]!
      for (const { at, times } of moved) traffic += times * boxes[at]!
      for (const at of spilled) more += boxes[at]!
      if (this.isBeyond(bound, peak + leastPeak, more)) continue
      const next = this.plans.next(node, i)
      if (next === null) continue
      const { child, rest } = next
      const factor = this.factorOf(child.to, part, codes)
      const inner = this.keyIn(child.to, codes)
      const first = this.find(factor > 1 ? child.body : child.child, inner)
      if (first === NOTHING) continue
      if (rest === null) {
        envelope.add(this.pool, first, peak, factor, traffic)
        continue
      }
      const then = this.rest(rest.node, this.keyIn(rest.to, codes))
      if (then !== NOTHING) envelope.addPair(this.pool, first, peak, factor, then, traffic)
    }
    const found = this.kept(envelope, bound)
    this.depth--
    this.table.add(node.place, key, found)
    return found
  }

  private lowOf({ part, key }: BlockNode, boxes: Float64Array): number {
    let low = 0
    for (const [i, { tensor, transfers }] of part.tensors.entries())
      if (((key.live >>> tensor) & 1) === 0) low += transfers * boxes[i]!
    return low
  }

  /** Reads a key: the code of each class and the box of each tensor, in the scratch of a new depth. */
  private read(part: Part, key: number): Bound {
    const codes = this.codes[this.depth]!
    const boxes = this.boxes[this.depth]!
    const { classes, tensors } = part
    let times = part.executions
    let left = key
    for (const [i, { sizes }] of classes.entries()) {
      const code = left % sizes.length
      codes[i] = code
      left = (left - code) / sizes.length
      times /= sizes[code]!
    }
    for (const [i, { width, classes: indexed }] of tensors.entries()) {
      let box = width
      for (const at of indexed) box *= classes[at]!.sizes[codes[at]!]!
      boxes[i] = box
    }
    let held = 0
    const curve = this.curveFor(part)
    if (curve !== null)
      for (const { width, classes: indexed } of part.heldBoxes) {
        let box = width
        for (const { at, beside } of indexed) {
          const size = classes[at]!.sizes[codes[at]!]!
          if (size > beside) box *= Math.ceil(size / beside)
        }
        held += box
      }
    return { times, held, others: part.others, curve }
  }

  private curveFor({ id, einsums }: Part): StepCurve | null {
    if (this.options.attained === null) return null
    return (this.curves[id] ??= this.options.attained.without(einsums))
  }

  private isBeyond({ times, held, others, curve }: Bound, peak: number, traffic: number): boolean {
    return curve !== null && times * traffic + others >= curve.at(held + peak)
  }

  /** Stores what an envelope has below the attained curve. */
  private kept(envelope: Envelope, bound: Bound): number {
    const { peaks, traffic } = envelope
    let length = 0
    for (let i = 0; i < envelope.length; i++) {
      if (this.isBeyond(bound, peaks[i]!, traffic[i]!)) continue
      peaks[length] = peaks[i]!
      traffic[length++] = traffic[i]!
    }
    return this.pool.add(peaks, traffic, length)
  }

  keyIn({ keys }: Conversion, codes: Int32Array): number {
    let key = 0
    for (let i = 0; i < keys.length; i++) {
      const { at, codes: map, stride } = keys[i]!
      key += map[codes[at]!]! * stride
    }
    return key
  }

  factorOf({ factors }: Conversion, part: Part, codes: Int32Array): number {
    let factor = 1
    for (let i = 0; i < factors.length; i++) {
      const at = factors[i]!
      factor *= part.classes[at]!.sizes[codes[at]!]!
    }
    return factor
  }

  private count(): void {
    this.states++
    if ((this.states & 255) === 0) this.options.checkpoint?.(this.progress)
  }

  /** An empty envelope of this depth; codes and boxes of the same depth are ready. */
  private scratch(): Envelope {
    if (this.envelopes.length <= this.depth) {
      this.envelopes.push(new Envelope())
      this.codes.push(new Int32Array(64))
      this.boxes.push(new Float64Array(64))
    }
    const envelope = this.envelopes[this.depth]!
    envelope.clear()
    return envelope
  }
}
