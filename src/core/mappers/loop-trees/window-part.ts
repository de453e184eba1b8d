import { bitsOf, has, type Mask } from './masks'
import type { Access, CascadeProblem } from './problem'
import { isConnected, touchedBy, type PlainCascade } from './plain-cascade'

/** An index of an access, by the slots of a part's state. */
export interface SlotIndex {
  readonly slots: readonly number[]
  readonly coefficients: readonly number[]
  readonly offset: number
}

/** A use of a tensor by an Einsum of the part, dimension by dimension. */
export interface SlotAccess {
  readonly einsum: number
  readonly isOutput: boolean
  readonly dimensions: readonly SlotIndex[]
}

export interface WindowTensor {
  readonly tensor: number
  readonly width: number
  readonly shape: readonly number[]
  readonly transfers: number
  readonly uses: readonly SlotAccess[]
}

/**
 * Some Einsums, what is held above them and what is written. A state of the part has a length, an offset and a motion for
 * each slot: a rank of one Einsum. Everything that does not depend on lengths is compiled once.
 */
export interface WindowPart {
  readonly einsums: Mask
  readonly held: Mask
  readonly written: Mask
  readonly members: readonly number[]
  /** First slot of each Einsum; its ranks follow in order. */
  readonly base: readonly number[]
  readonly slotRanks: readonly number[]
  readonly free: readonly WindowTensor[]
  readonly connected: boolean
  readonly isLeaf: boolean
  /** Slots of one rank in several Einsums. */
  readonly namesakes: readonly (readonly number[])[]
  programs: readonly Program[] | undefined
  /** Loops that slice every free tensor: they run to one at once. */
  common: readonly Program[] | undefined
  openings: readonly WindowOpening[] | undefined
  /** The part with more tensors held. */
  readonly below: Map<Mask, WindowPart>
  /** Staircases by state. */
  readonly children: Map<string, number>
  readonly bodies: Map<string, number>
}

/** Tensors opened directly above a loop (positions of free ones), and the loops that may follow. */
export interface WindowOpening {
  /** Positions of the tensors among the part's free ones, and the tensors. */
  readonly tensors: readonly number[]
  readonly opened: readonly number[]
  readonly below: WindowPart
  readonly programs: readonly Program[]
}

/** What one iteration of a loop does to a part's state. */
export interface Program {
  readonly rank: number
  readonly slides: readonly SlideStep[]
  readonly slideMask: Mask
  readonly members: readonly number[]
  /** Followers in the order in which they are derived, and slides among them. */
  readonly steps: readonly DeriveStep[]
  /** By slot, how far one step of the loop moves it. */
  readonly motion: readonly number[]
  /** Whether slots of one rank move differently. */
  readonly parts: boolean
}

export interface SlideStep {
  readonly tensor: number
  readonly width: number
  readonly shape: readonly number[]
  readonly transfers: number
  readonly moving: number
  /** Of the window, for one step of the loop. */
  readonly advance: number
  /** Written and produced here: no gaps. */
  readonly isWhole: boolean
}

export interface DeriveStep {
  readonly reads: readonly SlotAccess[]
  /** Slots that take the window, by dimension; none where the tensor is only read. */
  readonly targets: readonly number[]
  /** Position in the slides, or -1. */
  readonly slide: number
}

export function buildWindowPart(cascade: PlainCascade, einsums: Mask, held: Mask, written: Mask): WindowPart {
  const { problem, touches } = cascade
  const members = bitsOf(einsums)
  const base: number[] = []
  const slotRanks: number[] = []
  for (const e of members) {
    base[e] = slotRanks.length
    slotRanks.push(...problem.einsums[e]!.ranks)
  }
  const freeMask = touchedBy(cascade, einsums) & ~held
  const free = bitsOf(freeMask).map((tensor): WindowTensor => {
    const { width, shape, producer, role } = problem.tensors[tensor]!
    const isBirth = producer >= 0 && has(einsums, producer)
    const isWritten = role === 'output' || has(written, tensor)
    return {
      tensor,
      width,
      shape,
      transfers: !isBirth ? 1 : isWritten ? 2 : 0,
      uses: usesIn(problem, base, members, tensor),
    }
  })
  const byRank = new Map<number, number[]>()
  for (const [slot, rank] of slotRanks.entries()) byRank.set(rank, [...(byRank.get(rank) ?? []), slot])
  return {
    einsums,
    held,
    written,
    members,
    base,
    slotRanks,
    free,
    connected: isConnected(cascade, einsums, freeMask),
    isLeaf: members.length === 1 && (touches[members[0]!]! & ~held) === 0,
    namesakes: [...byRank.values()].filter((slots) => slots.length > 1),
    programs: undefined,
    common: undefined,
    openings: undefined,
    below: new Map(),
    children: new Map(),
    bodies: new Map(),
  }
}

/** Uses of a tensor by some Einsums, its production first. */
export function usesIn(
  problem: CascadeProblem,
  base: readonly number[],
  members: readonly number[],
  tensor: number,
): SlotAccess[] {
  const found: SlotAccess[] = []
  const slotAccess = (e: number, { indices }: Access, isOutput: boolean): SlotAccess => ({
    einsum: e,
    isOutput,
    dimensions: indices.map(({ terms, offset }) => ({
      slots: terms.map(({ rank }) => base[e]! + problem.einsums[e]!.ranks.indexOf(rank)),
      coefficients: terms.map(({ coefficient }) => coefficient),
      offset,
    })),
  })
  for (const e of members) {
    const { inputs, output } = problem.einsums[e]!
    if (output.tensor === tensor) found.unshift(slotAccess(e, output, true))
    for (const access of inputs) if (access.tensor === tensor) found.push(slotAccess(e, access, false))
  }
  return found
}
