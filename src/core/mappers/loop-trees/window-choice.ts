import { has, type Mask } from './masks'
import type { PlainCascade } from './plain-cascade'
import type { Program, WindowPart } from './window-part'
import { boxOf, type WindowIteration, type WindowState } from './window-state'

/** A way to go on at a state: a staircase, `times` executions of it, and what is opened beside it. */
export interface Choice {
  readonly front: number
  readonly peak: number
  readonly times: number
  readonly traffic: number
  readonly opened: readonly number[]
  readonly loop: LoopOf | null
}

/** The loop of a choice, to write it down. */
export interface LoopOf {
  readonly program: Program
  readonly tile: number
  readonly parts: readonly LoopPart[]
}

export interface LoopPart {
  readonly name: 'first' | 'body' | 'rest'
  readonly count: number
  readonly part: WindowPart
  readonly iteration: WindowIteration
  readonly front: number
}

/** A tensor live in a block: the uses that it still serves, and the box chosen when it was opened. */
export interface LiveBox {
  readonly tensor: number
  readonly serves: Mask
  readonly box: number
}

/** A next child of a block and the rest after it. */
export interface BlockChoice {
  readonly child: number
  readonly einsums: Mask
  readonly part: WindowPart
  readonly state: WindowState
  readonly peak: number
  readonly traffic: number
  readonly opened: readonly LiveBox[]
  readonly left: Mask
  readonly live: readonly LiveBox[]
  readonly rest: number
}

/** A block at a state: its rests and boxes. */
export class BlockMemo {
  readonly fronts = new Map<string, number>()
  private readonly boxes = new Map<number, number>()

  constructor(
    readonly part: WindowPart,
    readonly state: WindowState,
  ) {}

  box(tensor: number, serves: Mask): number {
    const key = tensor * 2 ** 31 + serves
    const known = this.boxes.get(key)
    if (known !== undefined) return known
    const { uses, width, shape } = this.part.free.find((free) => free.tensor === tensor)!
    const box = boxOf(
      uses.filter(({ einsum }) => has(serves, einsum)),
      width,
      shape,
      this.state,
    )
    this.boxes.set(key, box)
    return box
  }
}

/** The state of a part inside another. */
export function stateIn(inner: WindowPart, outer: WindowPart, { lo, len, kind }: WindowState): WindowState {
  const size = inner.slotRanks.length
  const state = { lo: new Int32Array(size), len: new Int32Array(size), kind: new Int32Array(size) }
  for (const [i, e] of inner.members.entries()) {
    const from = outer.base[e]!
    const to = inner.base[e]!
    const end = i + 1 < inner.members.length ? inner.base[inner.members[i + 1]!]! : size
    for (let slot = to; slot < end; slot++) {
      state.lo[slot] = lo[from + slot - to]!
      state.len[slot] = len[from + slot - to]!
      state.kind[slot] = kind[from + slot - to]!
    }
  }
  return state
}

/** How often a holding that serves some Einsums moves its box. */
export function transfersFor({ problem }: PlainCascade, tensor: number, serves: Mask, written: Mask): number {
  const { producer, role } = problem.tensors[tensor]!
  if (producer < 0 || !has(serves, producer)) return 1
  return role === 'output' || has(written, tensor) ? 2 : 0
}

/** Every choice of tensors to open before a child, each with the later uses that it serves as well. */
export function openedBefore(
  { problem, users }: PlainCascade,
  block: BlockMemo,
  einsums: Mask,
  after: Mask,
  live: readonly LiveBox[],
): LiveBox[][] {
  const { part } = block
  let choices: LiveBox[][] = [[]]
  for (const { tensor } of part.free) {
    if ((users[tensor]! & einsums) === 0 || live.some((box) => box.tensor === tensor)) continue
    const later = users[tensor]! & after
    if (later === 0) continue
    const isKept = problem.tensors[tensor]!.role === 'intermediate' && !has(part.written, tensor)
    const options: LiveBox[] = []
    for (let more = later; more > 0; more = (more - 1) & later) {
      const serves = (users[tensor]! & einsums) | more
      if (!isKept || serves === users[tensor])
        options.push({ tensor, serves, box: block.box(tensor, serves) })
    }
    choices = choices.flatMap((choice) => [
      ...(isKept ? [] : [choice]),
      ...options.map((option) => [...choice, option]),
    ])
  }
  return choices
}
