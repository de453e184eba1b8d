import { emptyFront, type Front } from './columns'

/**
 * A growing Pareto front of (buffer, traffic), with a tag for each point. It is sorted by buffer, so a candidate
 * costs one binary search. Of equal points the first one stays: results do not depend on how a search is cut into
 * tasks.
 */
export class ParetoFront<Tag> {
  private buffers: number[] = []
  private traffics: number[] = []
  private tags: Tag[] = []

  get size(): number {
    return this.tags.length
  }

  /** Whether the front has a point that is at least as good in both metrics. */
  covers(buffer: number, traffic: number): boolean {
    const at = this.upperBound(buffer)
    return at > 0 && this.traffics[at - 1]! <= traffic
  }

  /** Adds a point, unless another covers it, and removes the points that it dominates. */
  add(buffer: number, traffic: number, tag: Tag): boolean {
    const at = this.upperBound(buffer)
    if (at > 0 && this.traffics[at - 1]! <= traffic) return false
    const start = at > 0 && this.buffers[at - 1] === buffer ? at - 1 : at
    let end = at
    while (end < this.traffics.length && this.traffics[end]! >= traffic) end++
    this.buffers.splice(start, end - start, buffer)
    this.traffics.splice(start, end - start, traffic)
    this.tags.splice(start, end - start, tag)
    return true
  }

  /** A copy of the front as it is now. */
  front(): Front<Tag> {
    return {
      buffer: Float64Array.from(this.buffers),
      traffic: Float64Array.from(this.traffics),
      tags: [...this.tags],
    }
  }

  /** Number of points with a buffer of at most `buffer`. */
  private upperBound(buffer: number): number {
    let low = 0
    let high = this.buffers.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.buffers[middle]! <= buffer) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** The lesser of two fronts at every buffer size. Of equal points the first front's stays. */
export function lesserOf<Tag>(a: Front<Tag>, b: Front<Tag>): Front<Tag> {
  const [aLength, bLength] = [a.buffer.length, b.buffer.length]
  if (aLength === 0) return b
  if (bLength === 0) return a
  const buffer = new Float64Array(aLength + bLength)
  const traffic = new Float64Array(aLength + bLength)
  const tags: Tag[] = []
  let least = Infinity
  let size = 0
  for (let i = 0, j = 0; i < aLength || j < bLength;) {
    const one = i < aLength ? a.buffer[i]! : Infinity
    const other = j < bLength ? b.buffer[j]! : Infinity
    const first = one < other || (one === other && a.traffic[i]! <= b.traffic[j]!)
    const front = first ? a : b
    const at = first ? i++ : j++
    if (front.traffic[at]! >= least) continue
    least = front.traffic[at]!
    buffer[size] = front.buffer[at]!
    traffic[size++] = least
    tags.push(front.tags[at]!)
  }
  return { buffer: buffer.subarray(0, size), traffic: traffic.subarray(0, size), tags }
}

/** The lower envelope of fronts that are added one by one. */
export class LeastFront<Tag> {
  private least: Front<Tag> = emptyFront

  add(front: Front<Tag>): void {
    this.least = lesserOf(this.least, front)
  }

  front(): Front<Tag> {
    return this.least
  }

  /** Returns the front and clears it, so that a dynamic programme frees the states that it no longer needs. */
  take(): Front<Tag> {
    const { least } = this
    this.least = emptyFront
    return least
  }
}
