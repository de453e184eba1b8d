/**
 * Staircases back to back in two columns: peaks strictly increase, traffic strictly decreases. A staircase is known by
 * its number; number 0 is the empty one.
 */
export class FrontPool {
  peaks: Float64Array = new Float64Array(1 << 12)
  traffic: Float64Array = new Float64Array(1 << 12)
  private starts: Int32Array = new Int32Array(1 << 10)
  private count = 1
  private used = 0

  start(front: number): number {
    return this.starts[front]!
  }

  end(front: number): number {
    return this.starts[front + 1]!
  }

  get points(): number {
    return this.used
  }

  /** Stores `length` points and returns the staircase's number. */
  add(peaks: Float64Array, traffic: Float64Array, length: number): number {
    if (length === 0) return 0
    while (this.used + length > this.peaks.length) {
      this.peaks = grown(this.peaks)
      this.traffic = grown(this.traffic)
    }
    if (this.count + 2 > this.starts.length) {
      const wider = new Int32Array(this.starts.length * 2)
      wider.set(this.starts)
      this.starts = wider
    }
    for (let i = 0; i < length; i++) {
      this.peaks[this.used + i] = peaks[i]!
      this.traffic[this.used + i] = traffic[i]!
    }
    this.used += length
    this.starts[this.count + 1] = this.used
    return this.count++
  }
}

function grown(column: Float64Array): Float64Array {
  const wider = new Float64Array(column.length * 2)
  wider.set(column)
  return wider
}

/** The lower envelope of staircases added one by one. */
export class Envelope {
  peaks = new Float64Array(64)
  traffic = new Float64Array(64)
  length = 0
  private otherPeaks = new Float64Array(64)
  private otherTraffic = new Float64Array(64)
  private pairPeaks = new Float64Array(64)
  private pairTraffic = new Float64Array(64)

  clear(): void {
    this.length = 0
  }

  addPoint(peak: number, traffic: number): void {
    this.pairPeaks[0] = peak
    this.pairTraffic[0] = traffic
    this.merge(this.pairPeaks, this.pairTraffic, 0, 1, 0, 1, 0)
  }

  /** Adds a staircase: peaks moved up by `peak`, traffic times `times` and moved up by `traffic`. */
  add(pool: FrontPool, front: number, peak: number, times: number, traffic: number): void {
    this.merge(pool.peaks, pool.traffic, pool.start(front), pool.end(front), peak, times, traffic)
  }

  /** Adds two parts that run one after the other; the first has `peak` more beside it. */
  addPair(
    pool: FrontPool,
    first: number,
    peak: number,
    times: number,
    second: number,
    traffic: number,
  ): void {
    const { peaks, traffic: moved } = pool
    let [i, j] = [pool.start(first), pool.start(second)]
    const [iEnd, jEnd] = [pool.end(first), pool.end(second)]
    if (i === iEnd || j === jEnd) return
    this.reserve(iEnd - i + jEnd - j)
    let length = 0
    let capacity = Math.max(peaks[i]! + peak, peaks[j]!)
    for (;;) {
      while (i + 1 < iEnd && peaks[i + 1]! + peak <= capacity) i++
      while (j + 1 < jEnd && peaks[j + 1]! <= capacity) j++
      this.pairPeaks[length] = capacity
      this.pairTraffic[length++] = times * moved[i]! + moved[j]! + traffic
      const nextI = i + 1 < iEnd ? peaks[i + 1]! + peak : Infinity
      const nextJ = j + 1 < jEnd ? peaks[j + 1]! : Infinity
      capacity = nextI < nextJ ? nextI : nextJ
      if (capacity === Infinity) break
    }
    this.merge(this.pairPeaks, this.pairTraffic, 0, length, 0, 1, 0)
  }

  private merge(
    peaks: Float64Array,
    traffic: Float64Array,
    start: number,
    end: number,
    dPeak: number,
    times: number,
    dTraffic: number,
  ): void {
    if (start === end) return
    const own = this.length
    this.reserve(own + end - start)
    const [ownPeaks, ownTraffic, outPeaks, outTraffic] = [
      this.peaks,
      this.traffic,
      this.otherPeaks,
      this.otherTraffic,
    ]
    let [i, j, length] = [0, start, 0]
    let least = Infinity
    while (i < own || j < end) {
      const ownPeak = i < own ? ownPeaks[i]! : Infinity
      const newPeak = j < end ? peaks[j]! + dPeak : Infinity
      let peak: number
      let moved: number
      if (ownPeak <= newPeak) {
        peak = ownPeak
        moved = ownTraffic[i++]!
        if (ownPeak === newPeak) {
          const other = times * traffic[j++]! + dTraffic
          if (other < moved) moved = other
        }
      } else {
        peak = newPeak
        moved = times * traffic[j++]! + dTraffic
      }
      if (moved >= least) continue
      least = moved
      outPeaks[length] = peak
      outTraffic[length++] = moved
    }
    this.peaks = outPeaks
    this.traffic = outTraffic
    this.otherPeaks = ownPeaks
    this.otherTraffic = ownTraffic
    this.length = length
  }

  private reserve(length: number): void {
    if (length <= this.peaks.length && length <= this.otherPeaks.length && length <= this.pairPeaks.length)
      return
    const size = 2 * length
    const wider = (column: Float64Array) => {
      const copy = new Float64Array(size)
      copy.set(column)
      return copy
    }
    this.peaks = wider(this.peaks)
    this.traffic = wider(this.traffic)
    this.otherPeaks = new Float64Array(size)
    this.otherTraffic = new Float64Array(size)
    this.pairPeaks = wider(this.pairPeaks)
    this.pairTraffic = wider(this.pairTraffic)
  }
}
