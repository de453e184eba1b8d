import { curveOf, segmentsAt, strategyOf, viewOf } from '../explore/read'
import { aloneAt } from '../mappers/each-einsum/alone'
import type { Exploration, Segment } from '../mappers/mapper'
import type { Strategy } from '../mappers/strategy'
import type { Workload } from '../workload/einsum'

/** What each tensor moves at several buffer sizes. The columns of one size add up to the curve's traffic there. */
export interface TensorTraffic {
  readonly bufferBytes: Float64Array
  /** Tensors, ordered by the greatest share of the traffic that they reach at any size. */
  readonly tensors: readonly { readonly name: string; readonly trafficBytes: Float64Array }[]
}

/** Sizes at which the tensors' shares are read: the curve's own points, evenly thinned if there are many. */
function sizesOf(bufferBytes: Float64Array, most: number): Float64Array {
  if (bufferBytes.length <= most) return bufferBytes
  const low = Math.log(bufferBytes[0]!)
  const width = (Math.log(bufferBytes.at(-1)!) - low) / (most - 1)
  return bufferBytes.filter(
    (size, i) =>
      i === 0 ||
      i === bufferBytes.length - 1 ||
      Math.floor((Math.log(size) - low) / width) > Math.floor((Math.log(bufferBytes[i - 1]!) - low) / width),
  )
}

/**
 * Traffic of a curve by tensor, in bytes, at the given sizes or at a limited number of the curve's own. A tensor that
 * one Einsum writes and another reads is the sum of both.
 */
export function tensorTraffic(
  workload: Workload,
  exploration: Exploration,
  wanted: Strategy,
  einsum: string | null = null,
  sizes: number | Float64Array = 160,
): TensorTraffic {
  const strategy = strategyOf(exploration, wanted)
  const bufferBytes =
    typeof sizes === 'number' ? sizesOf(curveOf(exploration, strategy, einsum).bufferBytes, sizes) : sizes
  const columns = new Map<string, Float64Array>()
  const known = new Map<string, readonly (readonly [tensor: string, bytes: number])[]>()
  /** What a segment moves; computed once for all sizes at which the segment is best. */
  const movedBy = (segment: Segment, buffer: number) => {
    const { form, einsums, buffer: need, traffic } = segment
    const key = [form, einsums.join('+'), need, traffic].join(' ')
    const moved =
      known.get(key) ??
      viewOf(exploration, workload, segment, buffer).tensors.map(
        ({ tensor, traffic: bytesMoved }) => [tensor, bytesMoved] as const,
      )
    known.set(key, moved)
    return moved
  }
  const only = exploration.members.findIndex((member) => member.einsum === einsum)
  bufferBytes.forEach((buffer, at) => {
    const segments =
      only < 0 ? segmentsAt(exploration, strategy, buffer) : [aloneAt(exploration.members, only, buffer)]
    for (const segment of segments)
      for (const [tensor, moved] of movedBy(segment, buffer)) {
        if (moved === 0) continue
        const column = columns.get(tensor) ?? new Float64Array(bufferBytes.length)
        column[at] = column[at]! + moved
        columns.set(tensor, column)
      }
  })
  const totals = bufferBytes.map((_, at) =>
    [...columns.values()].reduce((sum, column) => sum + column[at]!, 0),
  )
  const greatest = (column: Float64Array) =>
    Math.max(...column.map((moved, at) => moved / (totals[at]! || 1)))
  return {
    bufferBytes,
    tensors: [...columns]
      .map(([name, trafficBytes]) => ({ name, trafficBytes }))
      .sort((a, b) => greatest(b.trafficBytes) - greatest(a.trafficBytes)),
  }
}
