import type { Nest } from '../mapping'
import { placeOf, tileInside, type Boundary, type Flow } from './flow'

/**
 * How often a tile moves. `machine`: loops directly above it that do not index the tensor leave it where it is.
 * `peer`: they do not. `once`: only the loops that index the tensor (D of docs/model.md, section 10, Eq. 46).
 */
export type Visits = 'machine' | 'peer' | 'once'

/** The flow of whole tiles, if every tile divides (docs/model.md, section 10, Eq. 47). */
export function plainFlow(nest: Nest, boundary: Boundary, visits: Visits): Flow {
  const { problem, loops } = nest
  const { indexes } = problem.tensors[boundary.tensor]!
  let before = 1n
  let all = 1n
  let unwired = 1n
  let relevant = 1n
  for (const [at, { rank, count, dim }] of loops.entries()) {
    const place = placeOf(nest, at, boundary)
    if (place === 'before') before *= BigInt(count)
    if (place !== 'between') continue
    all *= BigInt(count)
    if (indexes[rank]) relevant *= BigInt(count)
    else if (!problem.dims[dim]!.wired[boundary.tensor]) unwired *= BigInt(count)
  }
  const movedOne = visitsOf(nest, boundary, visits) * tileInside(nest, boundary)
  const groupsOne = relevant * movedOne
  const arrivalsOne = unwired * groupsOne
  return {
    moved: before * all * movedOne,
    arrivals: before * arrivalsOne,
    groups: before * groupsOne,
    movedOne,
    arrivalsOne,
    groupsOne,
  }
}

function visitsOf(nest: Nest, boundary: Boundary, visits: Visits): bigint {
  const { indexes } = nest.problem.tensors[boundary.tensor]!
  const above = nest.loops.filter((_, at) => placeOf(nest, at, boundary) === 'above')
  const counted =
    visits === 'once'
      ? above.filter(({ rank }) => indexes[rank])
      : // Nothing stays at the MACs.
        visits === 'peer' || boundary.atMacs
        ? above
        : above.slice(0, above.findLastIndex(({ rank }) => indexes[rank]) + 1)
  return counted.reduce((product, { count }) => product * BigInt(count), 1n)
}
