/** A Pareto front of (buffer, traffic) in bytes, each point with a tag; buffers increase, traffic decreases. */
export interface TaggedFront<Tag> {
  readonly buffers: readonly number[]
  readonly traffics: readonly number[]
  readonly tags: readonly Tag[]
}

export const emptyFront: TaggedFront<never> = { buffers: [], traffics: [], tags: [] }

/** A front of one point. */
export const pointFront = <Tag>(buffer: number, traffic: number, tag: Tag): TaggedFront<Tag> => ({
  buffers: [buffer],
  traffics: [traffic],
  tags: [tag],
})

/** The lesser of two fronts at every buffer size; of equal points the first front's stays. */
function lesserOf<Tag>(a: TaggedFront<Tag>, b: TaggedFront<Tag>): TaggedFront<Tag> {
  if (a.buffers.length === 0) return b
  if (b.buffers.length === 0) return a
  const buffers: number[] = []
  const traffics: number[] = []
  const tags: Tag[] = []
  let least = Infinity
  for (let i = 0, j = 0; i < a.buffers.length || j < b.buffers.length;) {
    const [one, other] = [a.buffers[i] ?? Infinity, b.buffers[j] ?? Infinity]
    const first = one < other || (one === other && a.traffics[i]! <= b.traffics[j]!)
    const front = first ? a : b
    const at = first ? i++ : j++
    if (front.traffics[at]! >= least) continue
    least = front.traffics[at]!
    buffers.push(front.buffers[at]!)
    traffics.push(least)
    tags.push(front.tags[at]!)
  }
  return { buffers, traffics, tags }
}

/** The least so far of fronts that come one by one. */
export class FrontBuilder<Tag> {
  private least: TaggedFront<Tag> = emptyFront

  add(buffer: number, traffic: number, tag: Tag): void {
    this.addFront(pointFront(buffer, traffic, tag))
  }

  addFront(front: TaggedFront<Tag>): void {
    this.least = lesserOf(this.least, front)
  }

  front(): TaggedFront<Tag> {
    return this.least
  }

  /** Hands the front over and forgets it: a programme that has gone past a state does not need it any more. */
  take(): TaggedFront<Tag> {
    const { least } = this
    this.least = emptyFront
    return least
  }
}

/**
 * Two fronts run one after the other in one buffer: at each buffer size their traffic adds. `join` makes the tag of
 * the pair.
 */
export function inSequence<A, B, C>(
  first: TaggedFront<A>,
  second: TaggedFront<B>,
  join: (first: A, second: B) => C,
): TaggedFront<C> {
  if (first.buffers.length === 0 || second.buffers.length === 0) return emptyFront
  const buffers: number[] = []
  const traffics: number[] = []
  const tags: C[] = []
  let [i, j] = [0, 0]
  let buffer = Math.max(first.buffers[0]!, second.buffers[0]!)
  for (;;) {
    while (i + 1 < first.buffers.length && first.buffers[i + 1]! <= buffer) i++
    while (j + 1 < second.buffers.length && second.buffers[j + 1]! <= buffer) j++
    buffers.push(buffer)
    traffics.push(first.traffics[i]! + second.traffics[j]!)
    tags.push(join(first.tags[i]!, second.tags[j]!))
    const next = Math.min(first.buffers[i + 1] ?? Infinity, second.buffers[j + 1] ?? Infinity)
    if (next === Infinity) return { buffers, traffics, tags }
    buffer = next
  }
}

/** The traffic of a front's best point within a buffer; Infinity where nothing fits. */
export function leastTraffic({ buffers, traffics }: TaggedFront<unknown>, buffer: number): number {
  let least = Infinity
  for (let i = 0; i < buffers.length && buffers[i]! <= buffer; i++) least = traffics[i]!
  return least
}
