import type { Staircase } from '../mappers/each-einsum/bound'

/** Index of the last point whose buffer fits in `buffer`, or -1 left of the first point. */
export function pointIndexAt(curve: Staircase, buffer: number): number {
  const sizes = curve.bufferBytes
  let low = 0
  let high = sizes.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (sizes[middle]! <= buffer) low = middle + 1
    else high = middle
  }
  return low - 1
}

/** Least traffic that a buffer of this size allows; Infinity where no mapping fits. */
export function trafficAt(curve: Staircase, buffer: number): number {
  const index = pointIndexAt(curve, buffer)
  return index < 0 ? Infinity : curve.trafficBytes[index]!
}

/**
 * Sum of staircases at equal buffer size: Einsums that run one after the other share one buffer, so their traffic
 * adds and their sizes do not. Starts where the last of them has its first point.
 *
 * Sums stay exact up to 2^53 bytes; past that they are the nearest double (see `isExact`).
 */
export function sumStaircases(curves: readonly Staircase[]): Staircase {
  if (curves.length === 0) return { bufferBytes: new Float64Array(0), trafficBytes: new Float64Array(0) }
  const start = Math.max(...curves.map((curve) => curve.bufferBytes[0] ?? Infinity))
  if (start === Infinity) return { bufferBytes: new Float64Array(0), trafficBytes: new Float64Array(0) }
  const sizes = new Set<number>([start])
  for (const curve of curves) for (const size of curve.bufferBytes) if (size > start) sizes.add(size)
  const bufferBytes = Float64Array.from(sizes).sort()
  const trafficBytes = new Float64Array(bufferBytes.length)
  for (const curve of curves) {
    let point = 0
    for (let i = 0; i < bufferBytes.length; i++) {
      while (point + 1 < curve.bufferBytes.length && curve.bufferBytes[point + 1]! <= bufferBytes[i]!) point++
      trafficBytes[i] = trafficBytes[i]! + curve.trafficBytes[point]!
    }
  }
  return { bufferBytes, trafficBytes }
}

/** Whether a count of bytes is certain to its last digit, or has been rounded to the nearest double. */
export const isExact = (value: number): boolean => Math.abs(value) <= Number.MAX_SAFE_INTEGER
