/**
 * A growing Pareto front of (buffer, traffic), each point with a tag. Kept sorted by buffer, so that a candidate is
 * weighed by one binary search. Of equal points the first stays, which makes results independent of chunking.
 */
export class ParetoFront<Tag> {
  readonly buffers: number[] = []
  readonly traffics: number[] = []
  readonly tags: Tag[] = []

  /** Whether a point at least as good in both is here already. */
  covers(buffer: number, traffic: number): boolean {
    const at = this.upperBound(buffer)
    return at > 0 && this.traffics[at - 1]! <= traffic
  }

  /** Adds a point unless it is covered, and removes those that it makes useless. */
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

  /** Number of points whose buffer is at most `buffer`. */
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
