import type { Bytes, Macs } from '../units/quantity'

/** One value a point for each metric. A metric's name ends in its unit: `bufferBytes`, `trafficBytes`. */
export type Columns<Metric extends string> = Readonly<Record<Metric, Float64Array>>

/**
 * Least backing-store traffic against buffer size: a Pareto front read as right-continuous steps. Both columns are
 * whole bytes; buffers strictly increase, traffic strictly decreases. Columns are never written after construction.
 */
export type Staircase = Columns<'bufferBytes' | 'trafficBytes'>

/** A staircase with the work behind it, which gaps and intensities are read off. */
export interface Slope extends Staircase {
  readonly macs: Macs
  readonly algorithmicMinimum: Bytes
}

/**
 * A Pareto front inside a search: buffers strictly increase, traffic strictly decreases, both in the search's own units
 * (`Weights.bitsPerUnit`, or bytes). Each point has a tag that says how it is attained.
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

/** A staircase as a front whose tags are its points' positions. */
export const frontOf = ({ bufferBytes, trafficBytes }: Staircase): Front<number> => ({
  buffer: bufferBytes,
  traffic: trafficBytes,
  tags: Array.from(bufferBytes, (_, point) => point),
})
