import type { Front, Staircase } from './columns'

/** Index of the last point whose buffer is at most `buffer`; -1 left of the first point. */
export const pointIndexAt = (curve: Pick<Staircase, 'bufferBytes'>, buffer: number): number =>
  lastAtMost(curve.bufferBytes, buffer)

/**
 * Least traffic at this buffer size, in the staircase's bytes; Infinity if no mapping fits (docs/model.md, section 1,
 * Eq. 1).
 */
export function trafficAt(curve: Staircase, buffer: number): number {
  const index = lastAtMost(curve.bufferBytes, buffer)
  return index < 0 ? Infinity : curve.trafficBytes[index]!
}

/** The same for a front inside a search. */
export function leastTraffic({ buffer, traffic }: Front<unknown>, size: number): number {
  const index = lastAtMost(buffer, size)
  return index < 0 ? Infinity : traffic[index]!
}

function lastAtMost(sizes: Float64Array, size: number): number {
  let low = 0
  let high = sizes.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (sizes[middle]! <= size) low = middle + 1
    else high = middle
  }
  return low - 1
}

/** Whether a count of bytes is exact, or has been rounded to the nearest double. */
export const isExact = (value: number): boolean => Math.abs(value) <= Number.MAX_SAFE_INTEGER
