import type { Nest } from '../mapping'
import { boxSize } from '../tensor'

/**
 * What passes between a holder and the next inner one of a tensor, or the MACs, over the whole run, in elements
 * (docs/model.md, section 10, Eq. 47 and 48). `...One` is for the busiest instance: coordinate 0 everywhere.
 */
export interface Flow {
  /** At the inner side, summed over its instances. */
  readonly moved: bigint
  /** Requests at the outer side: wired instances that move the same elements count once. */
  readonly arrivals: bigint
  /** As `arrivals`, but instances that reduce into the same elements count once even if they are not wired. */
  readonly groups: bigint
  readonly movedOne: bigint
  readonly arrivalsOne: bigint
  readonly groupsOne: bigint
}

/** One step of a tensor's chain: from a holder to the next one, or to the MACs. */
export interface Boundary {
  readonly tensor: number
  /** Temporal loops before this position are above the inner side. */
  readonly position: number
  /** Array dims before the outer side, and before the inner side. */
  readonly dimsBefore: number
  readonly dimsInner: number
  readonly atMacs: boolean
}

export function boundariesOf({ chains, loops, problem }: Nest, tensor: number): Boundary[] {
  const chain = chains[tensor]!
  return chain.map(({ memory }, at) => {
    const inner = chain[at + 1]
    return {
      tensor,
      position: inner?.position ?? loops.length,
      dimsBefore: problem.memories[memory]!.dimsBefore,
      dimsInner: inner === undefined ? problem.dims.length : problem.memories[inner.memory]!.dimsBefore,
      atMacs: inner === undefined,
    }
  })
}

/** Where a loop stands to a boundary: temporal loops are above it or inside, spatial ones before, between or inside. */
export type Place = 'above' | 'before' | 'between' | 'inside'

export function placeOf(
  { loops }: Nest,
  at: number,
  { position, dimsBefore, dimsInner }: Pick<Boundary, 'position' | 'dimsBefore' | 'dimsInner'>,
): Place {
  const { dim } = loops[at]!
  if (dim < 0) return at < position ? 'above' : 'inside'
  return dim < dimsBefore ? 'before' : dim < dimsInner ? 'between' : 'inside'
}

/** Extent of each rank variable inside a boundary's inner holder, if every tile divides. */
export function extentsInside(nest: Nest, boundary: Boundary): number[] {
  const extents = nest.problem.ranks.map(() => 1)
  for (const [at, { rank, count }] of nest.loops.entries())
    if (placeOf(nest, at, boundary) === 'inside') extents[rank]! *= count
  return extents
}

/** Elements of the tile of a boundary's inner holder, if every tile divides; of the MACs: one. */
export const tileInside = (nest: Nest, boundary: Boundary): bigint =>
  BigInt(boxSize(nest.problem.tensors[boundary.tensor]!.dimensions, extentsInside(nest, boundary)))
