import { pointIndexAt } from '../../front/read'
import { bytes } from '../../units/quantity'
import type { EinsumBound, Segment } from '../mapper'

/** An Einsum that runs alone, at any buffer size. */
export function aloneAt(members: readonly EinsumBound[], einsum: number, buffer: number): Segment {
  const { bufferBytes, trafficBytes } = members[einsum]!
  const point = pointIndexAt({ bufferBytes }, buffer)
  return {
    form: 'alone',
    einsums: [einsum],
    buffer: bytes(bufferBytes[point] ?? Infinity),
    traffic: bytes(trafficBytes[point] ?? Infinity),
  }
}
