import { coversAll } from './cover'
import { has } from './masks'
import type { CascadeProblem } from './problem'
import type { Recompute } from './step'
import type { PlainCascade } from './plain-cascade'
import {
  usesIn,
  type DeriveStep,
  type Program,
  type SlideStep,
  type SlotAccess,
  type SlotIndex,
  type WindowPart,
  type WindowTensor,
} from './window-part'

/** Every legal loop over a part, with every set of tensors that may slide over it (docs/model.md, section 8, rules). */
export function programsOf(cascade: PlainCascade, part: WindowPart, recompute: Recompute): Program[] {
  if (!part.connected) return []
  const sums = part.free.filter(({ uses }) =>
    uses.some(({ isOutput, dimensions }) => !isOutput && dimensions.some(({ slots }) => slots.length > 1)),
  )
  const found: Program[] = []
  for (const rank of new Set(part.slotRanks)) {
    if (cascade.problem.ranks[rank]!.size === 1) continue
    for (let choice = 0; choice < 1 << sums.length; choice++) {
      const slides = sums.filter((_, i) => has(choice, i)).map(({ tensor }) => tensor)
      const program = compile(cascade, part, rank, slides, recompute)
      if (program !== null) found.push(program)
    }
  }
  return found
}

function compile(
  { problem }: PlainCascade,
  part: WindowPart,
  rank: number,
  slides: readonly number[],
  recompute: Recompute,
): Program | null {
  const { members, base, slotRanks, held, written, free } = part
  const motion: number[] = slotRanks.map((own) => (own === rank ? 1 : 0))
  const motionOf = ({ slots, coefficients }: SlotIndex) =>
    slots.reduce((sum, slot, i) => sum + coefficients[i]! * motion[slot]!, 0)
  const isWritten = (tensor: number) => problem.tensors[tensor]!.role === 'output' || has(written, tensor)
  const steps: DeriveStep[] = []
  const slideSteps: SlideStep[] = []
  const readsOf = (tensor: number) =>
    usesIn(problem, base, members, tensor).filter(({ isOutput }) => !isOutput)
  const slideOf = (tensor: number, reads: readonly SlotAccess[]): number => {
    const moving = reads[0]!.dimensions.findIndex((index) => motionOf(index) !== 0)
    if (moving < 0 || !reads.some(({ dimensions }) => dimensions[moving]!.slots.length > 1)) return -1
    const { width, shape, producer } = problem.tensors[tensor]!
    const isBirth = producer >= 0 && has(part.einsums, producer)
    if (isBirth && isWritten(tensor) && !isReadWhole(problem, tensor, members)) return -1
    return (
      slideSteps.push({
        tensor,
        width,
        shape,
        transfers: !isBirth ? 1 : isWritten(tensor) ? 2 : 0,
        moving,
        advance: motionOf(reads[0]!.dimensions[moving]!),
        isWhole: isBirth && isWritten(tensor),
      }) - 1
    )
  }
  for (const e of [...members].reverse()) {
    const { ranks, output } = problem.einsums[e]!
    const { tensor } = output
    const reads = readsOf(tensor)
    const isHeld = has(held, tensor)
    const d = output.indices.findIndex(({ terms }) => terms[0]!.rank === rank)
    if (ranks.includes(rank)) {
      if (d >= 0) {
        const alone = reads.every(({ dimensions }) => {
          const { slots, coefficients, offset } = dimensions[d]!
          return slots.length === 1 && slotRanks[slots[0]!] === rank && coefficients[0] === 1 && offset === 0
        })
        if (!alone) return null
      } else if (reads.length > 0 || (!isHeld && !isWritten(tensor))) return null
    } else {
      if (reads.length === 0 || isHeld) return null
      if (!slides.includes(tensor)) {
        if (isWritten(tensor)) return null
        const moves = reads.some(({ dimensions }) => dimensions.some((index) => motionOf(index) !== 0))
        if (!moves && recompute === 'halo') return null
      }
    }
    if (isHeld || reads.length === 0) continue
    const isSlide = slides.includes(tensor)
    if (!isSlide && isWritten(tensor)) continue
    const slide = isSlide ? slideOf(tensor, reads) : -1
    if (isSlide && slide < 0) return null
    const targets = output.indices.map(({ terms }) => base[e]! + ranks.indexOf(terms[0]!.rank))
    const moved = reads[0]!.dimensions.map(motionOf)
    if (problem.tensors[tensor]!.exact) targets.forEach((slot, at) => (motion[slot] = moved[at]!))
    else if (targets.some((slot, at) => motion[slot] !== moved[at])) return null
    else if (isSlide) return null
    if (problem.tensors[tensor]!.exact) steps.push({ reads, targets, slide })
  }
  for (const tensor of slides) {
    if (slideSteps.some((step) => step.tensor === tensor)) continue
    const reads = readsOf(tensor)
    if (reads.length === 0) return null
    const slide = slideOf(tensor, reads)
    if (slide < 0) return null
    steps.push({ reads, targets: [], slide })
  }
  for (const { uses } of free)
    for (const { dimensions } of uses)
      if (dimensions.some((index, at) => motionOf(index) !== motionOf(uses[0]!.dimensions[at]!))) return null
  return {
    rank,
    slides: slideSteps,
    slideMask: slides.reduce((mask, t) => mask | (1 << t), 0),
    members: slotRanks.flatMap((own, slot) => (own === rank ? [slot] : [])),
    steps,
    motion,
    parts: part.namesakes.some((slots) => slots.some((slot) => motion[slot] !== motion[slots[0]!])),
  }
}

/** Whether the Einsums read all of a tensor: only then does a written window leave nothing out. */
const isReadWhole = (problem: CascadeProblem, tensor: number, members: readonly number[]): boolean =>
  coversAll(
    problem,
    tensor,
    members.flatMap((e) =>
      problem.einsums[e]!.inputs.filter((access) => access.tensor === tensor).map((access) => ({ access })),
    ),
  )

/**
 * Whether a loop cuts a tensor into slices: one dimension is indexed by its rank alone in all accesses, no other moves.
 * Then the tensor is not opened directly above the loop, and costs the same in slices.
 */
export function isSliced(
  { uses }: WindowTensor,
  { slotRanks }: WindowPart,
  { rank, motion }: Program,
): boolean {
  const moves = ({ slots }: SlotIndex) => slots.some((slot) => motion[slot] !== 0)
  const d = uses[0]!.dimensions.findIndex(({ slots }) => slots.some((slot) => slotRanks[slot] === rank))
  return (
    d >= 0 &&
    uses.every(({ dimensions }) =>
      dimensions.every((index, at) =>
        at === d
          ? index.slots.length === 1 &&
            slotRanks[index.slots[0]!] === rank &&
            Math.abs(index.coefficients[0]!) === 1
          : !moves(index),
      ),
    )
  )
}
