import { bitsOf, has, sizeOf, subsetsOf, type Mask } from './masks'
import { isConnected, leastPeakOf, touchedBy, type PlainCascade } from './plain-cascade'

/** Einsums of a block that are still to run, and what the block holds for them. */
export interface BlockKey {
  readonly einsums: Mask
  readonly free: Mask
  /** Held by the block; those in `uncopied` have no copy in the backing store and stay to their last use. */
  readonly live: Mask
  readonly uncopied: Mask
  readonly tiled: Mask
  /** Of a block below no loop, all of its Einsums; 0 below a loop. */
  readonly whole: Mask
}

/** A next child of a block, with what is opened before it and released after it. */
export interface BlockStep {
  readonly einsums: Mask
  /** Free tensors of the child. */
  readonly free: Mask
  /** Held while the child runs. */
  readonly occupied: Mask
  /** What the child's openings move: read, written and read back, and what was counted with either but is not moved. */
  readonly once: Mask
  readonly twice: Mask
  readonly saved: Mask
  /** Intermediates that are written here though all of their uses are in the block: each costs its box at least. */
  readonly spilled: Mask
  readonly leastPeak: number
  readonly rest: BlockKey | null
}

/** Every next child: docs/model.md, section 8. */
export function blockSteps(cascade: PlainCascade, block: BlockKey, mostEinsums: number): BlockStep[] {
  const { einsums, live, whole } = block
  const isFirst = live === 0 && (whole === 0 || einsums === whole)
  const steps: BlockStep[] = []
  for (const part of cascade.nextOf(einsums)) {
    if ((isFirst && part === einsums) || sizeOf(part) > mostEinsums) continue
    steps.push(...stepsOver(cascade, block, part))
  }
  return steps
}

/** What is done with free tensors of the next child that later ones use: masks of tensors, as in a step. */
interface Choice {
  readonly opened: Mask
  readonly uncopied: Mask
  readonly once: Mask
  readonly twice: Mask
  readonly saved: Mask
  readonly spilled: Mask
}

const NONE: Choice = { opened: 0, uncopied: 0, once: 0, twice: 0, saved: 0, spilled: 0 }

const both = (a: Choice, b: Choice): Choice => ({
  opened: a.opened | b.opened,
  uncopied: a.uncopied | b.uncopied,
  once: a.once | b.once,
  twice: a.twice | b.twice,
  saved: a.saved | b.saved,
  spilled: a.spilled | b.spilled,
})

function stepsOver(cascade: PlainCascade, block: BlockKey, part: Mask): BlockStep[] {
  const { users } = cascade
  const { einsums, free, live, uncopied, tiled, whole } = block
  const after = einsums & ~part
  const touched = touchedBy(cascade, part)
  let choices = [NONE]
  for (const t of bitsOf(touched & free)) {
    if ((users[t]! & after) === 0) continue
    const options = openingOptions(cascade, block, t, part)
    choices = choices.flatMap((choice) => options.map((option) => both(choice, option)))
  }
  const afterTouched = touchedBy(cascade, after)
  return choices.flatMap((choice): BlockStep[] => {
    const childFree = touched & free & ~choice.opened
    if (sizeOf(part) > 1 && !isConnected(cascade, part, childFree)) return []
    const stay = (uncopied | choice.uncopied) & afterTouched
    const fresh = choice.opened & afterTouched & ~stay
    const base = {
      einsums: part,
      free: childFree,
      occupied: live | choice.opened,
      once: choice.once,
      twice: choice.twice,
      saved: choice.saved,
      spilled: choice.spilled,
      leastPeak: leastPeakOf(cascade, part, childFree),
    }
    if (after === 0) return [{ ...base, rest: null }]
    // What has a copy may be released after any child that uses it, but not right after it was opened.
    const optional = live & ~uncopied & afterTouched & touched
    const untouched = live & ~uncopied & afterTouched & ~touched
    return [...subsetsOf(optional)].flatMap((kept) => {
      const next = stay | fresh | kept | untouched
      // A cut below a loop that nothing crosses is a cut of the loop itself.
      if (next === 0 && whole === 0) return []
      return [
        {
          ...base,
          rest: {
            einsums: after,
            free: (free | (optional & ~kept)) & afterTouched & ~next,
            live: next,
            uncopied: stay,
            tiled: producedIn(cascade, tiled, after),
            whole,
          },
        },
      ]
    })
  })
}

/** What may be done with a free tensor that the next child and later ones use. */
function openingOptions(
  { problem, users, outputs }: PlainCascade,
  { einsums, tiled }: BlockKey,
  t: number,
  part: Mask,
): Choice[] {
  const bit = 1 << t
  const { producer, pinned, consumers } = problem.tensors[t]!
  if (producer < 0 || !has(part, producer)) return [NONE, { ...NONE, opened: bit, once: bit }]
  const inside = (users[t]! & ~einsums) === 0 && !has(outputs, t)
  if (!inside) return [NONE, { ...NONE, opened: bit, twice: bit }]
  const kept = { ...NONE, opened: bit, uncopied: bit }
  // Computed anew by a loop above: such a tensor has no copy.
  if (pinned || has(tiled, t)) return [kept]
  const spilled = { ...NONE, spilled: bit, saved: bit }
  // A copy beside what is held serves a later consumer; where there is one consumer it serves none.
  if (consumers.length === 1) return [kept, spilled]
  return [kept, { ...NONE, opened: bit, spilled: bit, once: bit }, spilled]
}

export const producedIn = ({ problem }: PlainCascade, tensors: Mask, einsums: Mask): Mask =>
  bitsOf(tensors).reduce(
    (mask, t) => (has(einsums, problem.tensors[t]!.producer) ? mask | (1 << t) : mask),
    0,
  )
