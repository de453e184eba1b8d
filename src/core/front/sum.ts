import { emptyFront, type Front, type Staircase } from './columns'

/**
 * Two fronts that run one after the other in one buffer: at each buffer size their traffic adds. `join` makes the tag
 * of each pair.
 */
export function inSequence<A, B, C>(
  first: Front<A>,
  second: Front<B>,
  join: (first: A, second: B) => C,
): Front<C> {
  const [firstLength, secondLength] = [first.buffer.length, second.buffer.length]
  if (firstLength === 0 || secondLength === 0) return emptyFront
  const buffers = new Float64Array(firstLength + secondLength)
  const traffics = new Float64Array(firstLength + secondLength)
  const tags: C[] = []
  let [i, j, size] = [0, 0, 0]
  let buffer = Math.max(first.buffer[0]!, second.buffer[0]!)
  for (;;) {
    while (i + 1 < firstLength && first.buffer[i + 1]! <= buffer) i++
    while (j + 1 < secondLength && second.buffer[j + 1]! <= buffer) j++
    buffers[size] = buffer
    traffics[size++] = first.traffic[i]! + second.traffic[j]!
    tags.push(join(first.tags[i]!, second.tags[j]!))
    const next = Math.min(
      i + 1 < firstLength ? first.buffer[i + 1]! : Infinity,
      j + 1 < secondLength ? second.buffer[j + 1]! : Infinity,
    )
    if (next === Infinity)
      return { buffer: buffers.subarray(0, size), traffic: traffics.subarray(0, size), tags }
    buffer = next
  }
}

const EMPTY: Staircase = { bufferBytes: new Float64Array(0), trafficBytes: new Float64Array(0) }

/**
 * Sum of staircases at equal buffer size (docs/model.md, section 6, Eq. 23). Einsums that run one after the other
 * share one buffer, so traffic adds and sizes do not. The sum begins where the last of them has its first point.
 *
 * Sums are exact up to 2^53 bytes. Larger ones are the nearest double (see `isExact`).
 */
export function sumAtEqualSize(curves: readonly Staircase[]): Staircase {
  const start = Math.max(...curves.map(({ bufferBytes }) => bufferBytes[0] ?? Infinity))
  if (!Number.isFinite(start)) return EMPTY
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
