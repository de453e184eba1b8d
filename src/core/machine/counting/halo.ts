import type { Nest, NestLoop } from '../mapping'
import { extentOf, type ProblemTensor, type ProblemTerm } from '../tensor'
import { extentsInside, placeOf, type Boundary, type Flow } from './flow'

/**
 * The flow of an input whose boxes overlap, if every tile divides. What an instance holds already is not fetched again,
 * and wired instances fetch the union of their new parts (docs/model.md, section 10, Eq. 49).
 */
export function haloFlow(nest: Nest, boundary: Boundary): Flow {
  const { problem, loops } = nest
  const tensor = problem.tensors[boundary.tensor]!
  const placed = loops.map((loop, at) => ({ loop, place: placeOf(nest, at, boundary) }))
  const at = (...places: string[]) =>
    placed.filter(({ place }) => places.includes(place)).map(({ loop }) => loop)
  const wired = at('between').filter(({ dim }) => problem.dims[dim]!.wired[boundary.tensor])
  const extents = extentsInside(nest, boundary)
  const axes = tensor.dimensions.map((terms) => axisOf(terms, extents, wired))
  // Where a rank stands alone, wired instances hold different elements.
  const disjoint = productOf(wired.filter(({ rank }) => tensor.alone[rank]))

  const above = at('above')
  let movedOne = 0n
  let requests = 0n
  const fetch = (weight: bigint, shifts: readonly number[] | null) => {
    movedOne +=
      weight *
      newElements(
        axes.map(({ extent }) => extent),
        axes.map((axis, d) => partOf(axis, shifts, d)),
      )
    requests +=
      weight *
      disjoint *
      newElements(
        axes.map((axis) => unionOf(axis.offsets, axis.extent)),
        axes.map((axis, d) => unionOf(axis.offsets, partOf(axis, shifts, d))),
      )
  }
  if (boundary.atMacs) fetch(productOf(above), null)
  else {
    fetch(1n, null)
    let outside = 1n
    for (const [l, loop] of above.entries()) {
      fetch(BigInt(loop.count - 1) * outside, shiftsAt(tensor, loop, above.slice(l + 1)))
      outside *= BigInt(loop.count)
    }
  }
  const before = productOf(at('before'))
  const between = at('between')
  const arrivalsOne = productOf(between.filter((loop) => !wired.includes(loop))) * requests
  const arrivals = before * arrivalsOne
  return {
    moved: before * productOf(between) * movedOne,
    arrivals,
    groups: arrivals,
    movedOne,
    arrivalsOne,
    groupsOne: arrivalsOne,
  }
}

/** A dimension of the boxes: their extent, and where the boxes of wired instances begin. */
interface Axis {
  readonly extent: number
  readonly offsets: readonly number[]
}

function axisOf(terms: readonly ProblemTerm[], extents: readonly number[], wired: readonly NestLoop[]): Axis {
  let offsets = [0]
  for (const { rank, coefficient } of terms) {
    // Alone, instances never overlap: they are multiplied, not united.
    if (terms.length === 1 && coefficient === 1) break
    for (const loop of wired)
      if (loop.rank === rank)
        offsets = Array.from({ length: loop.count }, (_, i) => i * coefficient * loop.tile).flatMap((shift) =>
          offsets.map((offset) => offset + shift),
        )
  }
  return { extent: extentOf(terms, extents), offsets: offsets.sort((a, b) => a - b) }
}

/**
 * By how much the box moves in each dimension when a temporal loop goes on and those inside it begin again; null: to
 * where nothing overlaps.
 */
function shiftsAt(
  tensor: ProblemTensor,
  loop: NestLoop,
  inner: readonly NestLoop[],
): readonly number[] | null {
  if ([loop, ...inner].some(({ rank }) => tensor.alone[rank])) return null
  return tensor.dimensions.map((terms) =>
    terms.reduce(
      (shift, { rank, coefficient }) =>
        inner.reduce(
          (sum, one) => (one.rank === rank ? sum - (one.count - 1) * coefficient * one.tile : sum),
          loop.rank === rank ? shift + coefficient * loop.tile : shift,
        ),
      0,
    ),
  )
}

/** Extent of the part of an axis that a shifted box does not share with the one before. */
const partOf = ({ extent }: Axis, shifts: readonly number[] | null, d: number): number =>
  shifts === null ? extent : Math.min(extent, Math.abs(shifts[d]!))

/** Elements of a box of which at least one coordinate is in the new part of its dimension. */
function newElements(whole: readonly number[], fresh: readonly number[]): bigint {
  const all = whole.reduce((product, extent) => product * BigInt(extent), 1n)
  return all - whole.reduce((product, extent, d) => product * BigInt(extent - fresh[d]!), 1n)
}

/** Points in the union of intervals of one length; offsets ascend. */
function unionOf(offsets: readonly number[], length: number): number {
  let points = 0
  let end = -Infinity
  for (const offset of offsets) {
    points += Math.max(0, Math.min(length, offset + length - end))
    end = Math.max(end, offset + length)
  }
  return points
}

const productOf = (loops: readonly NestLoop[]): bigint =>
  loops.reduce((product, { count }) => product * BigInt(count), 1n)
