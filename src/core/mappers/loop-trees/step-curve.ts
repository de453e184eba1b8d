/** A staircase that is only read: least traffic at a capacity. */
export class StepCurve {
  readonly peaks: Float64Array
  readonly traffic: Float64Array

  constructor(peaks: ArrayLike<number>, traffic: ArrayLike<number>) {
    this.peaks = Float64Array.from(peaks)
    this.traffic = Float64Array.from(traffic)
  }

  /** Infinity where nothing fits. */
  at(capacity: number): number {
    const { peaks } = this
    let low = 0
    let high = peaks.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (peaks[middle]! <= capacity) low = middle + 1
      else high = middle
    }
    return low === 0 ? Infinity : this.traffic[low - 1]!
  }
}
