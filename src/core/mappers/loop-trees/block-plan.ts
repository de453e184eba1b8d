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
  /** Held while the child runs, by position in the block's tensors. */
  readonly occupied: readonly number[]
  /** What is opened before the child, and how often its box is moved, corrections of written tensors included. */
  readonly moved: readonly { readonly at: number; readonly times: number }[]
  /** Intermediates that are written here though all of their uses are in the block: each costs its box at least. */
  readonly spilled: readonly number[]
  readonly leastPeak: number
  readonly rest: BlockKey | null
}

/** Every next child: docs/model.md, section 8. `shown` are the tensors of the block's part, in its order. */
export function blockSteps(
  cascade: PlainCascade,
  block: BlockKey,
  shown: readonly number[],
  mostEinsums: number,
): BlockStep[] {
  const { einsums, live, whole } = block
  const isFirst = live === 0 && (whole === 0 || einsums === whole)
  const steps: BlockStep[] = []
  for (const part of cascade.nextOf(einsums)) {
    if ((isFirst && part === einsums) || sizeOf(part) > mostEinsums) continue
    steps.push(...stepsOver(cascade, block, shown, part))
  }
  return steps
}

interface Choice {
  readonly opened: Mask
  readonly uncopied: Mask
  readonly spilled: Mask
  readonly moved: readonly (readonly [tensor: number, times: number])[]
}

function stepsOver(
  cascade: PlainCascade,
  block: BlockKey,
  shown: readonly number[],
  part: Mask,
): BlockStep[] {
  const { users } = cascade
  const { einsums, free, live, uncopied, tiled, whole } = block
  const after = einsums & ~part
  const touched = touchedBy(cascade, part)
  let choices: Choice[] = [{ opened: 0, uncopied: 0, spilled: 0, moved: [] }]
  for (const t of bitsOf(touched & free)) {
    if ((users[t]! & after) === 0) continue
    const options = openingOptions(cascade, block, t, part)
    choices = choices.flatMap((choice) =>
      options.map((option) => ({
        opened: choice.opened | option.opened,
        uncopied: choice.uncopied | option.uncopied,
        spilled: choice.spilled | option.spilled,
        moved: [...choice.moved, ...option.moved],
      })),
    )
  }
  const afterTouched = touchedBy(cascade, after)
  return choices.flatMap((choice): BlockStep[] => {
    const childFree = touched & free & ~choice.opened
    if (sizeOf(part) > 1 && !isConnected(cascade, part, childFree)) return []
    const held = live | choice.opened
    const stay = (uncopied | choice.uncopied) & afterTouched
    const fresh = choice.opened & afterTouched & ~stay
    const base = {
      einsums: part,
      free: childFree,
      occupied: bitsOf(held).map((t) => shown.indexOf(t)),
      moved: choice.moved.map(([t, times]) => ({ at: shown.indexOf(t), times })),
      spilled: bitsOf(choice.spilled).map((t) => shown.indexOf(t)),
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
  const { producer } = problem.tensors[t]!
  const none = { opened: 0, uncopied: 0, spilled: 0, moved: [] }
  if (producer < 0 || !has(part, producer)) return [none, { ...none, opened: bit, moved: [[t, 1]] }]
  const inside = (users[t]! & ~einsums) === 0 && !has(outputs, t)
  if (!inside) return [none, { ...none, opened: bit, moved: [[t, 2]] }]
  const kept = { ...none, opened: bit, uncopied: bit }
  // Computed anew by a loop above: such a tensor has no copy.
  if (has(tiled, t)) return [kept]
  const spilled = { ...none, spilled: bit, moved: [[t, -1]] as const }
  // A copy beside what is held serves a later consumer; where there is one consumer it serves none.
  if (problem.tensors[t]!.consumers.length === 1) return [kept, spilled]
  return [kept, { ...none, opened: bit, spilled: bit, moved: [[t, 1]] }, spilled]
}

export const producedIn = ({ problem }: PlainCascade, tensors: Mask, einsums: Mask): Mask =>
  bitsOf(tensors).reduce(
    (mask, t) => (has(einsums, problem.tensors[t]!.producer) ? mask | (1 << t) : mask),
    0,
  )
