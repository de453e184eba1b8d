import type { Rules } from '../counting/counts'
import type { MachineProblem } from '../problem'
import type { Constraints } from './constraints'

export type Order = 'free' | 'listed'

/** A tensor in a memory, below the first memory. */
export interface Step {
  readonly tensor: number
  readonly memory: number
}

/** From a memory to the next one that holds the tensor, or to the MACs (`inner` -1). */
export interface Edge {
  readonly tensor: number
  readonly outer: number
  readonly inner: number
}

/** A mapping without its factors: who is held where, in which order, and where loops may stand. */
export interface Skeleton {
  /** Holders below the first memory, outermost first. Place p of a loop is directly above holder p; the last is below all. */
  readonly steps: readonly Step[]
  /** By edge: the last place that is above its inner side. */
  readonly positions: readonly number[]
  /** By rank: the places where its temporal loops may stand, outermost first. */
  readonly places: readonly (readonly number[])[]
}

/** Skeletons of the same holders. */
export interface HolderSet {
  /** By tensor, outermost edge first. */
  readonly edges: readonly Edge[]
  readonly skeletons: readonly Skeleton[]
}

/** Every set of holders that memories and the user allow, each with every order (docs/model.md, section 11). */
export function holderSets(
  problem: MachineProblem,
  order: Order,
  rules: Rules,
  constraints: Constraints,
): HolderSet[] {
  const chains = problem.tensors.map((_, tensor) => chainsOf(problem, tensor, constraints))
  return product(chains).map((chosen) => ({
    edges: chosen.flatMap((chain, tensor) =>
      [0, ...chain].map((outer, at) => ({ tensor, outer, inner: chain[at] ?? -1 })),
    ),
    skeletons: interleavings(chosen)
      .filter(
        (steps) =>
          isWorthwhile(problem, steps, constraints) &&
          (order === 'free' || rules === 'machine' || isListed(steps)),
      )
      .map((steps) => skeletonOf(problem, chosen, steps, order, constraints)),
  }))
}

/** Memories below the first that may hold a tensor together, outermost first. */
function chainsOf({ memories }: MachineProblem, tensor: number, { holders }: Constraints): number[][] {
  const fixed = holders[tensor]
  let chains: number[][] = [[]]
  for (const [memory, { must, allowed }] of memories.entries()) {
    if (memory === 0 || !allowed[tensor]) continue
    const held = chains.map((chain) => [...chain, memory])
    chains = must[tensor] ? held : [...chains, ...held]
  }
  if (fixed)
    return chains.filter((chain) => chain.length === fixed.length && chain.every((m) => fixed.includes(m)))
  return chains
}

const product = <T>(lists: readonly (readonly T[])[]): T[][] =>
  lists.reduce<T[][]>((all, list) => all.flatMap((one) => list.map((value) => [...one, value])), [[]])

/** Every order of all tensors' holders that keeps each tensor's own order. */
function interleavings(chains: readonly (readonly number[])[]): Step[][] {
  const found: Step[][] = []
  const at = chains.map(() => 0)
  const steps: Step[] = []
  const extend = () => {
    let isEnd = true
    for (const [tensor, chain] of chains.entries()) {
      const memory = chain[at[tensor]!]
      if (memory === undefined) continue
      isEnd = false
      at[tensor]!++
      steps.push({ tensor, memory })
      extend()
      steps.pop()
      at[tensor]!--
    }
    if (isEnd) found.push([...steps])
  }
  extend()
  return found
}

/** A tile that goes on to the next memory whole, without an array between, need not be held on the way. */
const isWorthwhile = (
  { memories, tensors }: MachineProblem,
  steps: readonly Step[],
  { holders }: Constraints,
): boolean =>
  steps.every(({ tensor, memory }, at) => {
    const next = steps[at + 1]
    return (
      next?.tensor !== tensor ||
      tensors[tensor]!.isWindowed ||
      memories[memory]!.must[tensor] ||
      holders[tensor] !== null ||
      memories[memory]!.dimsBefore !== memories[next.memory]!.dimsBefore
    )
  })

const isListed = (steps: readonly Step[]): boolean =>
  steps.every(({ memory }, at) => at === 0 || steps[at - 1]!.memory <= memory)

function skeletonOf(
  problem: MachineProblem,
  chains: readonly (readonly number[])[],
  steps: readonly Step[],
  order: Order,
  constraints: Constraints,
): Skeleton {
  const indexOf = (tensor: number, memory: number) =>
    steps.findIndex((step) => step.tensor === tensor && step.memory === memory)
  return {
    steps,
    positions: chains.flatMap((chain, tensor) => [
      ...chain.map((memory) => indexOf(tensor, memory)),
      steps.length,
    ]),
    places: problem.ranks.map((_, rank) => {
      const fixed = constraints.notAbove
        .filter((one) => one.rank === rank)
        .map(({ tensor, memory }) => indexOf(tensor, memory))
      return placesOf(problem, steps, rank, Math.max(-1, ...fixed)).filter(
        (place) => order === 'free' || !splitsInverted(problem, steps, rank, place),
      )
    }),
  }
}

/**
 * A loop stands where the holder above it is not indexed by its rank and the holder below is: anywhere else it could move
 * without cost (docs/model.md, section 11, rule 1). No loop may stand above holder `fixed`.
 */
function placesOf(
  { tensors }: MachineProblem,
  steps: readonly Step[],
  rank: number,
  fixed: number,
): number[] {
  const places: number[] = []
  // A loop of a window may stand anywhere, and no loop may leave a windowed tensor's tile without cost.
  const inWindow = tensors.some(({ indexes, alone }) => indexes[rank] && !alone[rank])
  let isIndexed = false
  for (let place = fixed + 1; place <= steps.length; place++) {
    const tensor = steps[place] === undefined ? null : tensors[steps[place]!.tensor]!
    const isNext = tensor === null || tensor.indexes[rank]!
    if (inWindow || (isNext && !isIndexed)) places.push(place)
    isIndexed = isNext && tensor?.isWindowed !== true
  }
  return places
}

/**
 * In the listed order a holder of a later memory stands above one of an earlier memory only in effect: loops between them
 * do not index it, so that the list can have it below.
 */
const splitsInverted = (
  { tensors }: MachineProblem,
  steps: readonly Step[],
  rank: number,
  place: number,
): boolean =>
  steps
    .slice(0, place)
    .some(
      ({ tensor, memory }) =>
        tensors[tensor]!.indexes[rank] && steps.slice(place).some((below) => below.memory < memory),
    )
