import type { Bytes, Macs } from '../units/quantity'

/** One value per point for each metric. The name of a metric ends in its unit: `bufferBytes`, `trafficBytes`. */
export type Columns<Metric extends string> = Readonly<Record<Metric, Float64Array>>

/**
 * Least backing-store traffic against buffer size: a Pareto front read as right-continuous steps (docs/model.md,
 * section 1, Eq. 1). Both columns are whole bytes. Buffers strictly increase, traffic strictly decreases. Columns are
 * never written after construction.
 */
export type Staircase = Columns<'bufferBytes' | 'trafficBytes'>

/** A staircase with its MACs and its minimum, from which gaps and intensities are read. */
export interface Slope extends Staircase {
  readonly macs: Macs
  readonly algorithmicMinimum: Bytes
}

/**
 * A Pareto front inside a search: buffers strictly increase, traffic strictly decreases. Both are in the search's own
 * units (`Weights.bitsPerUnit`, or bytes). The tag of a point says how it is attained.
 */
export interface Front<Tag> extends Columns<'buffer' | 'traffic'> {
  readonly tags: readonly Tag[]
}

export const emptyFront: Front<never> = {
  buffer: new Float64Array(0),
  traffic: new Float64Array(0),
  tags: [],
}

/** A front of one point. */
export const pointFront = <Tag>(buffer: number, traffic: number, tag: Tag): Front<Tag> => ({
  buffer: Float64Array.of(buffer),
  traffic: Float64Array.of(traffic),
  tags: [tag],
})

/** A staircase as a front. The tag of each point is its position. */
export const frontOf = ({ bufferBytes, trafficBytes }: Staircase): Front<number> => ({
  buffer: bufferBytes,
  traffic: trafficBytes,
  tags: Array.from(bufferBytes, (_, point) => point),
})
