import type { CascadeProblem } from './problem'
import { coversAll } from './cover'
import { intervalOf, readsOf, usesOf, windowOf, type Range, type Ranges } from './ranges'

/** Whether an Einsum may be run again for the same results: only where a window moves over them, or at will. */
export type Recompute = 'halo' | 'any'

/** A loop, the Einsums below it, and what is above it. */
export interface LoopStep {
  readonly rank: number
  readonly tile: number
  readonly backwards: boolean
  readonly slides: readonly number[]
  readonly einsums: readonly number[]
  readonly ranges: Ranges
  readonly held: (tensor: number) => boolean
  readonly written: (tensor: number) => boolean
  readonly recompute: Recompute
}

/** One or more iterations of a loop that cost the same. */
export interface Iterations {
  readonly part: 'first' | 'body' | 'rest'
  readonly count: number
  readonly ranges: Ranges
  /** By sliding tensor: the window, and the part of it that is brought or produced. */
  readonly windows: readonly (readonly Range[])[]
  readonly fresh: readonly (readonly Range[])[]
}

/** The rule of docs/model.md, section 8, that a tree breaks. */
export class Illegal extends Error {
  constructor(readonly rule: string) {
    super(rule)
  }
}

/** The iterations of a loop with the ranges of the Einsums below; throws `Illegal` where a rule forbids it. */
export function stepThrough(problem: CascadeProblem, step: LoopStep): Iterations[] {
  const { rank, tile, einsums, ranges, slides } = step
  const members = einsums.filter((e) => problem.einsums[e]!.ranks.includes(rank))
  if (members.length === 0) throw new Illegal('some Einsum under a loop has its rank')
  const range = ranges[members[0]!]![rank]!
  if (members.some((e) => !isSameRange(ranges[e]![rank]!, range)))
    throw new Illegal('all Einsums under a loop have the same range of its rank')
  if (tile < 1 || tile >= range.len) throw new Illegal('a tile is below the range')
  const full = Math.floor(range.len / tile)
  const rest = range.len - full * tile
  const at = (part: Iterations['part'], index: number, size: number, count: number) =>
    iterationsAt(problem, step, members, range, { part, index, size, count })
  if (slides.length === 0 || full === 1) {
    const found = [at('body', 0, tile, full)]
    return rest > 0 ? [...found, at('rest', full, rest, 1)] : found
  }
  const found = [at('first', 0, tile, 1), at('body', 1, tile, full - 1)]
  return rest > 0 ? [...found, at('rest', full, rest, 1)] : found
}

export const isSameRange = (a: Range, b: Range): boolean =>
  a.lo === b.lo && a.len === b.len && a.motion.every((step, loop) => step === b.motion[loop])

interface Iteration {
  readonly part: Iterations['part']
  readonly index: number
  readonly size: number
  readonly count: number
}

function iterationsAt(
  problem: CascadeProblem,
  step: LoopStep,
  members: readonly number[],
  range: Range,
  { part, index, size, count }: Iteration,
): Iterations {
  const { rank, tile, backwards, slides, einsums, held } = step
  const lo = backwards ? range.lo + range.len - index * tile - size : range.lo + index * tile
  const direction = backwards ? -1 : 1
  const next: (Range | undefined)[][] = []
  for (const e of einsums) {
    next[e] = step.ranges[e]!.map((own) => own && { ...own, motion: [...own.motion, 0] })
    if (members.includes(e)) next[e]![rank] = { lo, len: size, motion: [...range.motion, direction * tile] }
  }
  const windows: Range[][] = []
  const fresh: Range[][] = []
  // Consumers come after producers: from the last to the first, every window is known before its producer follows it.
  for (const e of [...einsums].reverse()) {
    const { output } = problem.einsums[e]!
    const slide = slides.indexOf(output.tensor)
    const reads = readsOf(problem, output.tensor, einsums)
    checkRules(problem, step, e, members.includes(e), reads.length > 0, next)
    if (held(output.tensor) || reads.length === 0) continue
    if (slide < 0 && step.written(output.tensor)) continue
    const { exact } = problem.tensors[output.tensor]!
    let window = windowOf(reads, next)
    if (slide >= 0) {
      windows[slide] = window
      window = fresh[slide] = freshPart(problem, step, output.tensor, window, index, size)
    }
    if (exact) output.indices.forEach(({ terms }, d) => (next[e]![terms[0]!.rank] = window[d]!))
    else if (
      window.some(({ motion }, d) => motion.at(-1) !== ownMotion(next[e]!, output.indices[d]!.terms[0]!.rank))
    )
      throw new Illegal('a producer cannot follow reads that are not exactly what it makes')
  }
  slides.forEach((tensor, slide) => {
    if (windows[slide] !== undefined) return
    if (held(tensor)) throw new Illegal('a tensor is held once')
    const reads = readsOf(problem, tensor, einsums)
    if (reads.length === 0) throw new Illegal('a sliding tensor is read below')
    windows[slide] = windowOf(reads, next)
    fresh[slide] = freshPart(problem, step, tensor, windows[slide], index, size)
  })
  checkMotion(problem, step, next)
  const still = count === 1
  return {
    part,
    count,
    ranges: still
      ? next.map((row) => row.map((own) => own && { ...own, motion: own.motion.slice(0, -1) }))
      : next,
    windows,
    fresh,
  }
}

const ownMotion = (row: readonly (Range | undefined)[], rank: number): number => row[rank]!.motion.at(-1)!

/** Loop trees, rules 1 to 3, for one Einsum below the loop. */
function checkRules(
  problem: CascadeProblem,
  { rank, slides, einsums, held, written, recompute }: LoopStep,
  einsum: number,
  has: boolean,
  isRead: boolean,
  ranges: Ranges,
): void {
  const { output } = problem.einsums[einsum]!
  const { tensor } = output
  const dimension = output.indices.findIndex(({ terms }) => terms[0]!.rank === rank)
  const reads = readsOf(problem, tensor, einsums)
  if (has && dimension >= 0) {
    const alone = reads.every(({ access }) => {
      const { terms, offset } = access.indices[dimension]!
      return terms.length === 1 && terms[0]!.rank === rank && terms[0]!.coefficient === 1 && offset === 0
    })
    if (!alone) throw new Illegal('rule 1: consumers index the rank by the producer’s variable alone')
    return
  }
  if (has) {
    if (isRead) throw new Illegal('rule 2: no consumer under a loop over a rank that its producer contracts')
    if (!written(tensor) && !held(tensor))
      throw new Illegal('rule 2: what a loop contracts is written or held above it')
    return
  }
  if (!isRead || held(tensor))
    throw new Illegal('rule 3: an Einsum without the rank is read below, and not held')
  if (slides.includes(tensor)) return
  if (written(tensor)) throw new Illegal('rule 3: what is computed again is not written')
  const moves = windowOf(reads, ranges).some(({ motion }) => motion.at(-1) !== 0)
  if (!moves && recompute === 'halo') throw new Illegal('rule 3: only halos are computed again')
}

/** All accesses to a tensor that is not held above move alike, so that their hull keeps its shape. */
function checkMotion(problem: CascadeProblem, { einsums, held }: LoopStep, ranges: Ranges): void {
  const tensors = new Set(
    einsums.flatMap((e) =>
      [problem.einsums[e]!.output, ...problem.einsums[e]!.inputs].map(({ tensor }) => tensor),
    ),
  )
  for (const tensor of tensors) {
    if (held(tensor)) continue
    const uses = usesOf(problem, tensor, einsums)
    for (const d of problem.tensors[tensor]!.shape.keys()) {
      const steps = uses.map(
        ({ einsum, access }) => intervalOf(access.indices[d]!, ranges[einsum]!).motion.at(-1) ?? 0,
      )
      if (steps.some((step) => step !== steps[0]))
        throw new Illegal('equal motion: accesses to a tensor move alike')
    }
  }
}

/** The part of a sliding window that this iteration adds; the whole window in the first iteration. */
function freshPart(
  problem: CascadeProblem,
  { tile, einsums, written }: LoopStep,
  tensor: number,
  window: readonly Range[],
  index: number,
  size: number,
): Range[] {
  const reads = readsOf(problem, tensor, einsums)
  const moving = window.findIndex(({ motion }) => (motion.at(-1) ?? 0) !== 0)
  const isSum = reads.some(({ access }) => (access.indices[moving]?.terms.length ?? 0) > 1)
  if (moving < 0 || !isSum) throw new Illegal('a sliding tensor is read through a sum that the loop moves')
  if (index === 0) return [...window]
  const step = window[moving]!.motion.at(-1)!
  const advance = (Math.abs(step) / tile) * size
  const { lo, len, motion } = window[moving]!
  const { producer, role } = problem.tensors[tensor]!
  const isBirth = role !== 'input' && einsums.includes(producer)
  if (isBirth && written(tensor) && !coversAll(problem, tensor, reads))
    throw new Illegal('a written tensor slides only where its consumers below read all of it')
  if (isBirth && written(tensor) && len < advance)
    throw new Illegal('a written tensor slides only without gaps')
  const added = Math.min(len, advance)
  return window.map((range, d) =>
    d !== moving ? range : { lo: step > 0 ? lo + len - added : lo, len: added, motion },
  )
}
