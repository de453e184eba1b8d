import { divisorTiles, primeTiles } from './codes'
import { bitsOf, has, maskOf, type Mask } from './masks'
import { Envelope, FrontPool } from './pool'
import type { Recompute } from './step'
import { allEinsums, touchedBy, type PlainCascade } from './plain-cascade'
import {
  BlockMemo,
  openedBefore,
  stateIn,
  transfersFor,
  type BlockChoice,
  type Choice,
  type LiveBox,
  type LoopOf,
  type LoopPart,
} from './window-choice'
import { buildWindowPart, type Program, type WindowOpening, type WindowPart } from './window-part'
import { isSliced, programsOf } from './window-program'
import { boxOf, isOneRange, iterate, keyOf, type WindowState } from './window-state'

export interface WindowOptions {
  readonly factors: 'perfect' | 'imperfect'
  readonly recompute: Recompute
  readonly checkpoint: (() => void) | undefined
}

/**
 * The search over loop trees where ranges have offsets: halos, tiles that do not divide, recomputation at will
 * (docs/model.md, section 8). Memoised by part and state; equal to the exhaustive reference.
 */
export class WindowEngine {
  readonly pool = new FrontPool()
  states = 0
  private readonly parts = new Map<string, WindowPart | null>()
  private readonly envelopes: Envelope[] = []
  private depth = -1
  /** The staircase of what costs nothing. */
  readonly free: number

  constructor(
    readonly cascade: PlainCascade,
    readonly options: WindowOptions,
  ) {
    this.free = this.pool.add(new Float64Array(1), new Float64Array(1), 1)
  }

  /** A part, or null where a kept tensor is neither held nor used inside alone. */
  private part(einsums: Mask, heldAbove: Mask, writtenAll: Mask): WindowPart | null {
    const { problem, users } = this.cascade
    const touched = touchedBy(this.cascade, einsums)
    const held = heldAbove & touched
    const written = writtenAll & touched & ~held
    const id = `${einsums},${held},${written}`
    const known = this.parts.get(id)
    if (known !== undefined) return known
    const isDead = bitsOf(touched & ~held).some(
      (t) => problem.tensors[t]!.role === 'intermediate' && !has(written, t) && (users[t]! & ~einsums) !== 0,
    )
    const part = isDead ? null : buildWindowPart(this.cascade, einsums, held, written)
    this.parts.set(id, part)
    return part
  }

  /** The part with more tensors held. */
  private below(part: WindowPart, more: Mask): WindowPart {
    if (more === 0) return part
    const known = part.below.get(more)
    if (known !== undefined) return known
    const found = this.part(part.einsums, part.held | more, part.written)!
    part.below.set(more, found)
    return found
  }

  /** The whole cascade with these intermediates written. */
  whole(written: Mask, held: Mask = 0): { readonly part: WindowPart; readonly state: WindowState } | null {
    const { problem } = this.cascade
    const part = this.part(allEinsums(this.cascade), held, written)
    if (part === null) return null
    const { slotRanks } = part
    const state = {
      lo: new Int32Array(slotRanks.length),
      len: Int32Array.from(slotRanks, (rank) => problem.ranks[rank]!.size),
      kind: new Int32Array(slotRanks.length),
    }
    return { part, state }
  }

  /** What may stand in a block: one child, or several. */
  body(part: WindowPart, state: WindowState): number {
    if ((part.einsums & (part.einsums - 1)) === 0) return this.child(part, state)
    const { bodies } = part
    const key = keyOf(part, state)
    const known = bodies.get(key)
    if (known !== undefined) return known
    const child = this.child(part, state)
    const block = this.rest(new BlockMemo(part, state), part.einsums, [])
    const envelope = this.enter()
    envelope.add(this.pool, child, 0, 1, 0)
    envelope.add(this.pool, block, 0, 1, 0)
    const found = this.leave(envelope)
    bodies.set(key, found)
    return found
  }

  /** A loop or leaf, with what is opened for it. */
  child(part: WindowPart, state: WindowState): number {
    if (part.isLeaf) return this.free
    const { children } = part
    const key = keyOf(part, state)
    const known = children.get(key)
    if (known !== undefined) return known
    this.states++
    if ((this.states & 63) === 0) this.options.checkpoint?.()
    const envelope = this.enter()
    this.choices(part, state, ({ front, peak, times, traffic }) => {
      envelope.add(this.pool, front, peak, times, traffic)
      return false
    })
    const found = this.leave(envelope)
    children.set(key, found)
    return found
  }

  /** Every way to make a child; stops where `visit` says so. */
  choices(part: WindowPart, state: WindowState, visit: (choice: Choice) => boolean): void {
    for (const program of this.common(part)) {
      if (state.len[program.members[0]!] === 1 || !isOneRange(program, state)) continue
      const loop = this.loop(part, program, state, 1)
      if (loop !== null) visit({ ...loop, peak: 0, traffic: 0, opened: [] })
      return
    }
    const boxes = part.free.map(({ uses, width, shape }) => boxOf(uses, width, shape, state))
    for (const { tensors, opened, below, programs } of this.openings(part)) {
      let peak = 0
      let traffic = 0
      for (let i = 0; i < tensors.length; i++) {
        const at = tensors[i]!
        peak += boxes[at]!
        traffic += part.free[at]!.transfers * boxes[at]!
      }
      if (below.isLeaf) {
        if (visit({ front: this.free, peak, times: 1, traffic, opened, loop: null })) return
        continue
      }
      for (const program of programs) {
        const size = state.len[program.members[0]!]!
        if (size === 1 || !isOneRange(program, state)) continue
        for (const tile of this.tiles(program, size)) {
          const loop = this.loop(below, program, state, tile)
          if (loop !== null && visit({ ...loop, peak, traffic, opened })) return
        }
      }
    }
  }

  private common(part: WindowPart): readonly Program[] {
    return (part.common ??= this.programs(part).filter(
      (program) => program.steps.length === 0 && part.free.every((tensor) => isSliced(tensor, part, program)),
    ))
  }

  private programs(part: WindowPart): readonly Program[] {
    return (part.programs ??= programsOf(this.cascade, part, this.options.recompute))
  }

  /** Sets of tensors opened directly above a loop, with the loops that may follow. */
  private openings(part: WindowPart): readonly WindowOpening[] {
    if (part.openings !== undefined) return part.openings
    const found: WindowOpening[] = []
    for (let choice = 0; choice < 1 << part.free.length; choice++) {
      const tensors = [...part.free.keys()].filter((at) => has(choice, at))
      const opened = tensors.map((at) => part.free[at]!.tensor)
      const below = this.below(part, maskOf(opened))
      if (below.isLeaf) {
        found.push({ tensors, opened, below, programs: [] })
        continue
      }
      const programs = this.programs(below).filter((program) =>
        tensors.every((at) => !isSliced(part.free[at]!, part, program)),
      )
      if (programs.length > 0) found.push({ tensors, opened, below, programs })
    }
    return (part.openings = found)
  }

  /** Tiles that are tried: loops with nothing between are one loop, so one prime at a time where nothing slides. */
  private tiles({ slides }: Program, size: number): readonly number[] {
    if (this.options.factors === 'imperfect') return Array.from({ length: size - 1 }, (_, i) => i + 1)
    return (slides.length > 0 ? divisorTiles : primeTiles)(size)
  }

  private loop(
    part: WindowPart,
    program: Program,
    state: WindowState,
    tile: number,
  ): { front: number; times: number; loop: LoopOf } | null {
    const size = state.len[program.members[0]!]!
    const full = Math.floor(size / tile)
    const left = size - full * tile
    const slid = program.slideMask !== 0
    const below = this.below(part, program.slideMask)
    const parts: LoopPart[] = []
    const at = (name: LoopPart['name'], index: number, length: number, count: number): boolean => {
      const iteration = iterate(program, state, index, length, tile, count > 1)
      if (iteration === null) return false
      const front = this.body(below, iteration.state)
      if (front === 0) return false
      parts.push({ name, count, part: below, iteration, front })
      return true
    }
    if (slid && full > 1) {
      if (!at('first', 0, tile, 1) || !at('body', 1, tile, full - 1)) return null
    } else if (!at('body', 0, tile, full)) return null
    if (left > 0 && !at('rest', full, left, 1)) return null
    const loop = { program, tile, parts }
    if (parts.length === 1 && !slid) return { front: parts[0]!.front, times: full, loop }
    const envelope = this.enter()
    let front = 0
    for (const [i, { front: body, count, iteration }] of parts.entries()) {
      envelope.clear()
      if (i === 0) envelope.add(this.pool, body, iteration.boxes, count, count * iteration.moved)
      else envelope.addPair(this.pool, body, iteration.boxes, count, front, count * iteration.moved)
      front = this.pool.add(envelope.peaks, envelope.traffic, envelope.length)
    }
    this.depth--
    return { front, times: 1, loop }
  }

  /** What is left of a block. */
  rest(block: BlockMemo, left: Mask, live: readonly LiveBox[]): number {
    const key = `${left};${live.map(({ tensor, serves, box }) => `${tensor}:${serves}:${box}`).join()}`
    const known = block.fronts.get(key)
    if (known !== undefined) return known
    const envelope = this.enter()
    this.steps(block, left, live, ({ child, peak, traffic, left: after, rest }) => {
      if (after === 0) envelope.add(this.pool, child, peak, 1, traffic)
      else envelope.addPair(this.pool, child, peak, 1, rest, traffic)
      return false
    })
    const found = this.leave(envelope)
    block.fronts.set(key, found)
    return found
  }

  /** Every next child of a block. */
  steps(
    block: BlockMemo,
    left: Mask,
    live: readonly LiveBox[],
    visit: (choice: BlockChoice) => boolean,
  ): void {
    const { part, state } = block
    const { users } = this.cascade
    for (const einsums of this.cascade.nextOf(left)) {
      if (einsums === part.einsums) continue
      // A live tensor serves all of its uses until its release.
      if (live.some(({ tensor, serves }) => (users[tensor]! & einsums & ~serves) !== 0)) continue
      const after = left & ~einsums
      for (const opened of openedBefore(this.cascade, block, einsums, after, live)) {
        const now = [...live, ...opened]
        const held = now.reduce((mask, { tensor }) => mask | (1 << tensor), part.held)
        const inner = this.part(einsums, held, part.written)
        if (inner === null) continue
        const inside = stateIn(inner, part, state)
        const child = this.child(inner, inside)
        if (child === 0) continue
        const next = now
          .map((box) => ({ ...box, serves: box.serves & ~einsums }))
          .filter(({ serves }) => serves !== 0)
          .sort((a, b) => a.tensor - b.tensor)
        const rest = after === 0 ? 0 : this.rest(block, after, next)
        if (after !== 0 && rest === 0) continue
        let [peak, traffic] = [0, 0]
        for (const { box } of now) peak += box
        for (const { tensor, serves, box } of opened)
          traffic += transfersFor(this.cascade, tensor, serves, part.written) * box
        const choice = { child, einsums, part: inner, state: inside, peak, traffic, opened }
        if (visit({ ...choice, left: after, live: next, rest })) return
      }
    }
  }

  private enter(): Envelope {
    this.depth++
    if (this.envelopes.length <= this.depth) this.envelopes.push(new Envelope())
    const envelope = this.envelopes[this.depth]!
    envelope.clear()
    return envelope
  }

  private leave({ peaks, traffic, length }: Envelope): number {
    this.depth--
    return this.pool.add(peaks, traffic, length)
  }
}
