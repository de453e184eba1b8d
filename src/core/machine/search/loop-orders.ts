import type { Holder, Nest, NestLoop } from '../mapping'
import type { MachineProblem } from '../problem'
import type { Found } from './nested-search'
import type { Order, Step } from './skeletons'

type Bare = Pick<NestLoop, 'rank' | 'count' | 'dim'>

/** The one order of the loops that needs to be known where no window overlaps; spatial loops stand innermost. */
export function plainNest(problem: MachineProblem, found: Found, order: Order): Nest {
  const places = temporalLoops(problem, found)
  return nestOf(problem, found, places, spatialLoops(problem, found), order)
}

/**
 * Every order of the loops that windows can tell apart: of the temporal loops at each place, and of the spatial loops over a
 * rank among its other loops.
 */
export function* windowNests(problem: MachineProblem, found: Found, order: Order): Generator<Nest> {
  const spatial = spatialLoops(problem, found)
  const inWindow = problem.ranks.map((_, rank) =>
    problem.tensors.some(({ indexes, alone }) => indexes[rank]! && !alone[rank]!),
  )
  const innermost = spatial.filter(({ rank }) => !inWindow[rank])
  const movable = spatial.filter(({ rank }) => inWindow[rank])
  const perPlace = temporalLoops(problem, found).map(permutations)
  for (const places of product(perPlace)) yield* placed(places, movable)

  function* placed(places: readonly (readonly Bare[])[], rest: readonly Bare[]): Generator<Nest> {
    const [loop, ...others] = rest
    if (loop === undefined) {
      yield nestOf(problem, found, places, innermost, order)
      return
    }
    // Directly above one of the rank's loops, or below all.
    for (const [p, place] of places.entries())
      for (const [at, { rank }] of place.entries())
        if (rank === loop.rank) yield* placed(places.with(p, place.toSpliced(at, 0, loop)), others)
    yield* placed(places.with(-1, [...places.at(-1)!, loop]), others)
  }
}

function temporalLoops({ ranks }: MachineProblem, { skeleton, factors }: Found): Bare[][] {
  return Array.from({ length: skeleton.steps.length + 1 }, (_, place) =>
    [...ranks.keys()].flatMap((rank) => {
      const count = factors[rank]![skeleton.places[rank]!.indexOf(place)] ?? 1
      return count > 1 ? [{ rank, count, dim: -1 }] : []
    }),
  )
}

const spatialLoops = ({ ranks, dims }: MachineProblem, { split }: Found): Bare[] =>
  [...dims.keys()].flatMap((dim) =>
    [...ranks.keys()].flatMap((rank) => {
      const count = split[rank * dims.length + dim]!
      return count > 1 ? [{ rank, count, dim }] : []
    }),
  )

function nestOf(
  problem: MachineProblem,
  { skeleton }: Found,
  places: readonly (readonly Bare[])[],
  innermost: readonly Bare[],
  order: Order,
): Nest {
  const extents = problem.ranks.map(({ size }) => size)
  const loops: NestLoop[] = []
  const add = ({ rank, count, dim }: Bare) => {
    extents[rank]! /= count
    loops.push({ rank, count, tile: extents[rank]!, dim })
  }
  const starts = places.map((place) => {
    place.forEach(add)
    return loops.length
  })
  innermost.forEach(add)
  const held = skeleton.steps.map((step, at) => ({ ...step, position: starts[at]! }))
  const steps = order === 'listed' ? listed(held) : held
  const chains = problem.tensors.map((_, tensor): Holder[] => [
    { tensor, memory: 0, position: 0 },
    ...steps.filter((step) => step.tensor === tensor),
  ])
  return { problem, loops, chains, isPerfect: true }
}

/** Moves holders of later memories below those of earlier ones: loops between them do not index their tensors. */
function listed<T extends Step & { readonly position: number }>(steps: readonly T[]): T[] {
  return steps.map((step, at) => ({
    ...step,
    position: Math.max(
      step.position,
      ...steps
        .slice(at)
        .filter(({ memory }) => memory < step.memory)
        .map(({ position }) => position),
    ),
  }))
}

const product = <T>(lists: readonly (readonly T[])[]): T[][] =>
  lists.reduce<T[][]>((all, list) => all.flatMap((one) => list.map((value) => [...one, value])), [[]])

function permutations<T>(values: readonly T[]): T[][] {
  if (values.length < 2) return [[...values]]
  return values.flatMap((value, at) => permutations(values.toSpliced(at, 1)).map((rest) => [value, ...rest]))
}
