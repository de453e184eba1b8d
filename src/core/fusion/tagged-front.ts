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

/** Collects points in any order; `front` keeps those that no other beats. Of equal points the first stays. */
export class FrontBuilder<Tag> {
  private readonly points: { readonly buffer: number; readonly traffic: number; readonly tag: Tag }[] = []

  add(buffer: number, traffic: number, tag: Tag): void {
    this.points.push({ buffer, traffic, tag })
  }

  addFront({ buffers, traffics, tags }: TaggedFront<Tag>): void {
    for (let i = 0; i < buffers.length; i++) this.add(buffers[i]!, traffics[i]!, tags[i]!)
  }

  front(): TaggedFront<Tag> {
    this.points.sort((a, b) => a.buffer - b.buffer || a.traffic - b.traffic)
    const kept = []
    let least = Infinity
    for (const point of this.points) {
      if (point.traffic >= least) continue
      least = point.traffic
      kept.push(point)
    }
    return {
      buffers: kept.map(({ buffer }) => buffer),
      traffics: kept.map(({ traffic }) => traffic),
      tags: kept.map(({ tag }) => tag),
    }
  }
}

/** The least of several fronts at every buffer size; of equal points the earlier front's stays. */
export function leastOf<Tag>(...fronts: readonly TaggedFront<Tag>[]): TaggedFront<Tag> {
  const present = fronts.filter(({ buffers }) => buffers.length > 0)
  if (present.length <= 1) return present[0] ?? emptyFront
  const builder = new FrontBuilder<Tag>()
  for (const front of present) builder.addFront(front)
  return builder.front()
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
