import type { Program, SlotAccess, SlotIndex, WindowPart } from './window-part'

/** By slot: first value, number of values, and which motion it shares with its namesakes. */
export interface WindowState {
  readonly lo: Int32Array
  readonly len: Int32Array
  readonly kind: Int32Array
}

/** An iteration of a loop: the state below it, and what its slides occupy and move. */
export interface WindowIteration {
  readonly state: WindowState
  readonly boxes: number
  readonly moved: number
}

function lowOf({ slots, coefficients, offset }: SlotIndex, lo: Int32Array, len: Int32Array): number {
  let low = offset
  for (let i = 0; i < slots.length; i++) {
    const coefficient = coefficients[i]!
    const slot = slots[i]!
    low += coefficient * (coefficient < 0 ? lo[slot]! + len[slot]! - 1 : lo[slot]!)
  }
  return low
}

function lengthOf({ slots, coefficients }: SlotIndex, len: Int32Array): number {
  let length = 1
  for (let i = 0; i < slots.length; i++) length += Math.abs(coefficients[i]!) * (len[slots[i]!]! - 1)
  return length
}

/** The interval that all accesses touch together in a dimension, as [low, length] in `out`. */
function hull(accesses: readonly SlotAccess[], d: number, { lo, len }: WindowState, out: Int32Array): void {
  let low = Infinity
  let end = -Infinity
  for (let i = 0; i < accesses.length; i++) {
    const index = accesses[i]!.dimensions[d]!
    const from = lowOf(index, lo, len)
    const to = from + lengthOf(index, len)
    if (from < low) low = from
    if (to > end) end = to
  }
  out[0] = low
  out[1] = end - low
}

const interval = new Int32Array(2)

/** Units of the box around some accesses. */
export function boxOf(
  accesses: readonly SlotAccess[],
  width: number,
  shape: readonly number[],
  state: WindowState,
): number {
  let box = width
  for (let d = 0; d < shape.length; d++) {
    hull(accesses, d, state, interval)
    box *= Math.min(interval[1]!, shape[d]!)
  }
  return box
}

/** The state in iteration `index` of a loop, of `size` values; null where a written window would leave gaps. */
export function iterate(
  program: Program,
  state: WindowState,
  index: number,
  size: number,
  tile: number,
  repeats: boolean,
): WindowIteration | null {
  const { members, steps, slides, motion, parts } = program
  const next = {
    lo: state.lo.slice(),
    len: state.len.slice(),
    kind: repeats && parts ? state.kind.map((kind, slot) => kind * 1024 + motion[slot]! + 512) : state.kind,
  }
  for (const slot of members) {
    next.lo[slot]! += index * tile
    next.len[slot] = size
  }
  let [boxes, moved] = [0, 0]
  for (const { reads, targets, slide } of steps) {
    const step = slide < 0 ? null : slides[slide]!
    let [box, fresh] = [1, 1]
    const dimensions = reads[0]!.dimensions.length
    for (let d = 0; d < dimensions; d++) {
      hull(reads, d, next, interval)
      let [low, length] = [interval[0]!, interval[1]!]
      if (step !== null) {
        box *= Math.min(length, step.shape[d]!)
        if (d === step.moving && index > 0) {
          const advance = Math.abs(step.advance) * size
          if (step.isWhole && length < advance) return null
          const added = Math.min(length, advance)
          if (step.advance > 0) low += length - added
          length = added
        }
        fresh *= Math.min(length, step.shape[d]!)
      }
      const target = targets[d]
      if (target !== undefined) pending.push(target, low, length)
    }
    // Dimensions are derived from the state before this step.
    for (let i = 0; i < pending.length; i += 3) {
      next.lo[pending[i]!] = pending[i + 1]!
      next.len[pending[i]!] = pending[i + 2]!
    }
    pending.length = 0
    if (step !== null) {
      boxes += step.width * box
      moved += step.transfers * step.width * fresh
    }
  }
  return { state: next, boxes, moved }
}

const pending: number[] = []

/** Whether the loop's rank has one range in all Einsums that have it. */
export function isOneRange({ members }: Program, { lo, len, kind }: WindowState): boolean {
  const first = members[0]!
  for (let i = 1; i < members.length; i++) {
    const slot = members[i]!
    if (lo[slot] !== lo[first] || len[slot] !== len[first] || kind[slot] !== kind[first]) return false
  }
  return true
}

/** States of one key have one front: lengths, and offsets where they matter beside others. */
export function keyOf(part: WindowPart, { lo, len, kind }: WindowState): string {
  let key = ''
  for (let slot = 0; slot < len.length; slot++)
    key += String.fromCharCode(len[slot]! & 0xffff, len[slot]! >> 16)
  let tail = ''
  let isZero = true
  for (const slots of part.namesakes) {
    let least = Infinity
    for (const slot of slots) least = Math.min(least, lo[slot]!)
    for (let i = 0; i < slots.length; i++) {
      const slot = slots[i]!
      let same = 0
      while (kind[slots[same]!] !== kind[slot]) same++
      if (lo[slot] !== least || same !== 0) isZero = false
      tail += `${lo[slot]! - least}.${same},`
    }
  }
  for (const { uses } of part.free) {
    if (uses.length < 2) continue
    for (let d = 0; d < uses[0]!.dimensions.length; d++) {
      let least = Infinity
      for (const { dimensions } of uses) least = Math.min(least, lowOf(dimensions[d]!, lo, len))
      for (const { dimensions } of uses) {
        const beside = lowOf(dimensions[d]!, lo, len) - least
        if (beside !== 0) isZero = false
        tail += `${beside},`
      }
    }
  }
  return isZero ? key : key + tail
}
