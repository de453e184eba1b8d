import { pointIndexAt } from '../front/staircase'
import {
  curveOf,
  segmentsAt,
  strategyOf,
  type Curves,
  type SegmentAt,
} from '../mappers/chain-fusion/read-fusion'
import type { Strategy } from '../mappers/chain-fusion/strategy'
import { viewMapping } from '../mapping/view-mapping'
import type { Workload } from '../workload/einsum'

/** What each tensor moves at several buffer sizes; the columns of one size add up to the curve's traffic there. */
export interface TensorTraffic {
  readonly bufferBytes: Float64Array
  /** Those first that come to the greatest share of the traffic anywhere. */
  readonly tensors: readonly { readonly name: string; readonly trafficBytes: Float64Array }[]
}

/** What operands of point-wise Einsums move that a fused segment applies in place. */
export const BESIDE_CHAIN = 'point-wise operands'

/** Sizes at which shares of tensors are read: the curve's own points, thinned evenly where they are many. */
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
 * Traffic of a curve by tensor, at sizes that are given or at most so many of the curve's own.
 * A tensor that one Einsum writes and another reads counts both.
 */
export function tensorTraffic(
  workload: Workload,
  curves: Curves,
  wanted: Strategy,
  einsum: string | null = null,
  sizes: number | Float64Array = 160,
): TensorTraffic {
  const strategy = strategyOf(curves, wanted)
  const bufferBytes =
    typeof sizes === 'number' ? sizesOf(curveOf(curves, strategy, einsum).bufferBytes, sizes) : sizes
  const columns = new Map<string, Float64Array>()
  const known = new Map<string, readonly (readonly [tensor: string, bytes: number])[]>()
  bufferBytes.forEach((buffer, at) => {
    const add = (tensor: string, bytes: number): void => {
      const column = columns.get(tensor) ?? new Float64Array(bufferBytes.length)
      column[at] = column[at]! + bytes
      columns.set(tensor, column)
    }
    /** An Einsum by itself, its mapping read once however many sizes it is best for. */
    const alone = (i: number): void => {
      const bound = curves.bound.members[i]!
      const point = pointIndexAt(bound, buffer)
      const key = `${i} ${point}`
      const moved =
        known.get(key) ??
        viewMapping(workload.einsums[i]!, bound, point, curves.bound.options).tensors.map(
          ({ tensor, traffic }) => [tensor, traffic] as const,
        )
      known.set(key, moved)
      for (const [tensor, bytes] of moved) add(tensor, bytes)
    }
    const only = curves.bound.members.findIndex((member) => member.einsum === einsum)
    if (only >= 0) alone(only)
    else if (curves.fusion === null || strategy === 'unfused') workload.einsums.forEach((_, i) => alone(i))
    else
      for (const segment of segmentsAt(curves.fusion, strategy, buffer))
        if (segment.form === 'alone') alone(segment.einsums[0]!)
        else fused(workload, segment, add)
  })
  const totals = bufferBytes.map((_, at) =>
    [...columns.values()].reduce((sum, column) => sum + column[at]!, 0),
  )
  const greatest = (column: Float64Array) =>
    Math.max(...column.map((bytes, at) => bytes / (totals[at]! || 1)))
  return {
    bufferBytes,
    tensors: [...columns]
      .map(([name, trafficBytes]) => ({ name, trafficBytes }))
      .sort((a, b) => greatest(b.trafficBytes) - greatest(a.trafficBytes)),
  }
}

/** A fused segment's tensors: members' operands by name, and what is left is read beside the chain. */
function fused(
  workload: Workload,
  { chain, members, memberEinsums, traffic }: SegmentAt,
  add: (tensor: string, bytes: number) => void,
): void {
  let left: number = traffic
  members.forEach(({ traffic: moved }, i) => {
    const einsum = workload.einsums[memberEinsums[i]!]!
    const position = chain!.members.find(({ name }) => name === members[i]!.name)!.inputPosition
    add(einsum.inputs[position]!.tensor, moved.input)
    add(einsum.inputs[1 - position]!.tensor, moved.weights)
    add(einsum.output.tensor, moved.output)
    left -= moved.input + moved.weights + moved.output
  })
  if (left > 0) add(BESIDE_CHAIN, left)
}
