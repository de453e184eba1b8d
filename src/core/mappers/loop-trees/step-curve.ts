/** A staircase that is only read: least traffic at a capacity. */
export class StepCurve {
  constructor(
    readonly peaks: ArrayLike<number>,
    readonly traffic: ArrayLike<number>,
  ) {}

  /** Infinity where nothing fits. */
  at(capacity: number): number {
    let [low, high] = [0, this.peaks.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.peaks[middle]! <= capacity) low = middle + 1
      else high = middle
    }
    return low === 0 ? Infinity : this.traffic[low - 1]!
  }
}
