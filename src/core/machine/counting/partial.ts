import type { Nest } from '../mapping'
import { placeOf, type Boundary, type Flow, type Place } from './flow'

/*
 * Partial tiles: an iteration whose index is out of range does not run (docs/model.md, section 10, Eq. 50). All
 * tensors' ranks stand alone. The corner, the instance with coordinate 0 everywhere, works whenever any does.
 */

/** Instances that do the same: their coordinate on each spatial loop above the inner holder. */
interface InstanceClass {
  readonly coordinates: ReadonlyMap<number, number>
  readonly instances: bigint
}

/** The flow across a boundary with partial tiles. `groupsOne` is not needed, and is that of the corner alone. */
export function partialFlow(nest: Nest, boundary: Boundary): Flow {
  const places = nest.loops.map((_, at) => placeOf(nest, at, boundary))
  const { indexes } = nest.problem.tensors[boundary.tensor]!
  const flow = { moved: 0n, arrivals: 0n, groups: 0n, movedOne: 0n, arrivalsOne: 0n, groupsOne: 0n }
  for (const { coordinates, instances } of classesOf(nest, places)) {
    const elements = movedBy(nest, boundary, places, coordinates)
    const isZero = (which: (at: number) => boolean) =>
      [...coordinates].every(([at, index]) => index === 0 || !which(at))
    const repeats = (at: number) => places[at] === 'between' && !indexes[nest.loops[at]!.rank]
    const leads = isZero(
      (at) => repeats(at) && nest.problem.dims[nest.loops[at]!.dim]!.wired[boundary.tensor]!,
    )
    flow.moved += instances * elements
    if (leads) flow.arrivals += instances * elements
    if (isZero(repeats)) flow.groups += instances * elements
    if (leads && isZero((at) => places[at] === 'before')) flow.arrivalsOne += instances * elements
    if (isZero(() => true)) flow.movedOne += elements
  }
  return { ...flow, groupsOne: flow.movedOne }
}

/** Different elements that the corner ever holds (`movedOne`), and that its parent hands down (`groupsOne`). */
export function partialOnce(nest: Nest, boundary: Boundary): Pick<Flow, 'movedOne' | 'groupsOne'> {
  const elements = (fixed: readonly Place[]) =>
    elementsInRange(nest, boundary.tensor, (at) => {
      const isSpatial = nest.loops[at]!.dim >= 0
      return isSpatial && fixed.includes(placeOf(nest, at, boundary))
    })
  return { movedOne: elements(['before', 'between']), groupsOne: elements(['before']) }
}

/** Elements of the corner's first tile. */
export const partialTile = (nest: Nest, boundary: Boundary): bigint =>
  elementsInRange(nest, boundary.tensor, (at) => placeOf(nest, at, boundary) !== 'inside')

/** Temporal iterations of the corner. */
export function stepsOf(nest: Nest): bigint {
  const { loops, problem } = nest
  return problem.ranks.reduce(
    (steps, _, rank) => steps * BigInt(valuesInRange(nest, rank, (at) => loops[at]!.dim >= 0)),
    1n,
  )
}

const elementsInRange = (nest: Nest, tensor: number, isFixed: (at: number) => boolean): bigint =>
  nest.problem.ranks.reduce(
    (product, _, rank) =>
      nest.problem.tensors[tensor]!.indexes[rank]
        ? product * BigInt(valuesInRange(nest, rank, isFixed))
        : product,
    1n,
  )

/** Values of a rank variable that are in range if some of its loops are fixed at their first iteration. */
function valuesInRange({ loops, problem }: Nest, rank: number, isFixed: (at: number) => boolean): number {
  let counts = new Map([[problem.ranks[rank]!.size, 1]])
  for (const [at, loop] of loops.entries()) {
    if (loop.rank !== rank) continue
    const next = new Map<number, number>()
    const add = (extent: number, times: number) => next.set(extent, (next.get(extent) ?? 0) + times)
    for (const [extent, times] of counts) {
      if (isFixed(at)) add(Math.min(loop.tile, extent), times)
      else
        for (const { from, to, left } of slicesOf(loop.tile, extent, extent)) add(left, times * (to - from))
    }
    counts = next
  }
  return [...counts.values()].reduce((sum, times) => sum + times, 0)
}

/** Runs of iterations that leave the same extent to the corner (`left`) and to an instance (`own`, 0 if idle). */
interface Slice {
  readonly from: number
  readonly to: number
  readonly left: number
  readonly own: number
}

function slicesOf(tile: number, extent: number, own: number): Slice[] {
  const end = Math.ceil(extent / tile)
  const marks = [0, end]
  for (const e of [extent, own])
    marks.push(Math.min(end, Math.floor(e / tile)), Math.min(end, Math.ceil(e / tile)))
  marks.sort((a, b) => a - b)
  return marks.slice(1).flatMap((to, i) => {
    const from = marks[i]!
    return to === from ? [] : [{ from, to, left: cut(tile, extent, from), own: cut(tile, own, from) }]
  })
}

/** Extent inside iteration `index` of a loop. */
const cut = (tile: number, extent: number, index: number): number =>
  Math.max(0, Math.min(tile, extent - index * tile))

/**
 * Instances by what they can do. On each spatial loop above the inner holder, coordinates that leave the same extents
 * are one class; coordinate 0 is a class of its own, since it leads.
 */
function classesOf(nest: Nest, places: readonly Place[]): InstanceClass[] {
  const { loops, problem } = nest
  const extents = problem.ranks.map(({ size }) => new Set([size]))
  let classes: InstanceClass[] = [{ coordinates: new Map(), instances: 1n }]
  for (const [at, { rank, tile, count, dim }] of loops.entries()) {
    const possible = [...extents[rank]!]
    const after = possible.flatMap((extent) => [Math.min(tile, extent), extent % tile])
    extents[rank] = new Set(after.filter((extent) => extent > 0))
    if (dim < 0 || places[at] === 'inside') continue
    const marks = [0, 1, count]
    for (const extent of possible) marks.push(Math.floor(extent / tile), Math.ceil(extent / tile))
    const starts = [...new Set(marks)].filter((mark) => mark <= count).sort((a, b) => a - b)
    classes = classes.flatMap(({ coordinates, instances }) =>
      starts.slice(0, -1).map((from, i) => ({
        coordinates: new Map([...coordinates, [at, from]]),
        instances: instances * BigInt(starts[i + 1]! - from),
      })),
    )
  }
  return classes
}

/** Elements that an instance moves over the whole run. */
function movedBy(
  { loops, problem }: Nest,
  { tensor, atMacs }: Boundary,
  places: readonly Place[],
  coordinates: ReadonlyMap<number, number>,
): bigint {
  const { indexes } = problem.tensors[tensor]!
  const known = new Map<string, Moved>()
  const below = (at: number, left: readonly number[], own: readonly number[]): Moved => {
    const loop = loops[at]
    if (loop === undefined) return { elements: own.includes(0) ? 0n : 1n, isOne: !atMacs }
    const key = `${at}:${left.join()}:${own.join()}`
    const before = known.get(key)
    if (before !== undefined) return before
    const { rank, tile } = loop
    const go = (l: number, o: number) => below(at + 1, left.with(rank, l), own.with(rank, o))
    const place = places[at]!
    let moved: Moved
    if (coordinates.has(at))
      moved = go(Math.min(tile, left[rank]!), cut(tile, own[rank]!, coordinates.get(at)!))
    else if (place === 'above') {
      const slices = slicesOf(tile, left[rank]!, own[rank]!)
      const runs = slices.map((slice) => ({ times: slice.to - slice.from, ...go(slice.left, slice.own) }))
      const { isOne } = runs[0]!
      moved =
        indexes[rank] || !isOne
          ? { elements: sumOf(runs), isOne: isOne && (!indexes[rank] || slices.at(-1)!.to === 1) }
          : { elements: greatestOf(runs), isOne }
    } else {
      // An inner spatial loop may stand above a temporal one that is outside.
      const first = Math.min(tile, left[rank]!)
      const runs = slicesOf(tile, own[rank]!, own[rank]!).map((slice) => ({
        times: slice.to - slice.from,
        ...go(first, slice.own),
      }))
      moved = {
        elements: indexes[rank] ? sumOf(runs) : greatestOf(runs),
        isOne: runs[0]?.isOne ?? go(first, 0).isOne,
      }
    }
    known.set(key, moved)
    return moved
  }
  const sizes = problem.ranks.map(({ size }) => size)
  return below(0, sizes, sizes).elements
}

/** `isOne`: the tile stays the same over all of it. */
interface Moved {
  readonly elements: bigint
  readonly isOne: boolean
}

type Runs = readonly { readonly times: number; readonly elements: bigint }[]
const sumOf = (runs: Runs): bigint =>
  runs.reduce((sum, { times, elements }) => sum + BigInt(times) * elements, 0n)
const greatestOf = (runs: Runs): bigint =>
  runs.reduce((most, { elements }) => (elements > most ? elements : most), 0n)
