import type { Holder, Nest } from '../mapping'
import { boundariesOf, tileInside, type Boundary, type Flow } from './flow'
import { haloFlow } from './halo'
import { partialFlow, partialOnce, partialTile } from './partial'
import { plainFlow } from './plain'

/** `machine`: what an event-counting machine does. `peer`: what AccelForge counts (docs/model.md, section 10). */
export type Rules = 'machine' | 'peer'

/** Elements written from above, read to go up, read to serve below, written from below. */
export interface Counters {
  readonly fills: bigint
  readonly drains: bigint
  readonly reads: bigint
  readonly writes: bigint
}

/** A holder's counts over the whole run, summed over its instances, and of its busiest instance. */
export interface HolderCounts extends Counters {
  readonly holder: Holder
  /** Elements of its tile. */
  readonly tile: bigint
  /** Instances in use. */
  readonly instances: bigint
  readonly busiest: Counters
}

type Open = { -readonly [K in keyof Counters]: bigint }
const zero = (): Open => ({ fills: 0n, drains: 0n, reads: 0n, writes: 0n })

/** The counts of every holder, by tensor, outermost first (docs/model.md, section 10, Eq. 47 to 50). */
export const countNest = (nest: Nest, rules: Rules): HolderCounts[][] =>
  nest.problem.tensors.map((_, tensor) => countTensor(nest, tensor, rules))

function countTensor(nest: Nest, tensor: number, rules: Rules): HolderCounts[] {
  const { isOutput, size } = nest.problem.tensors[tensor]!
  const boundaries = boundariesOf(nest, tensor)
  const all = boundaries.map(zero)
  const one = boundaries.map(zero)
  // Elements of residencies that start at zero.
  let zeros = BigInt(size)
  for (const [outer, boundary] of boundaries.entries()) {
    const flow = flowOf(nest, boundary, rules)
    const up = isOutput ? outputFlow(nest, boundary, flow, zeros, rules) : null
    zeros = up?.zeros ?? 0n
    for (const [counters, moved, asked] of [
      [all, flow.moved, flow.arrivals],
      [one, flow.movedOne, flow.arrivalsOne],
    ] as const) {
      const isAll = counters === all
      counters[outer]!.reads += up === null ? asked : isAll ? up.reads : up.readsOne
      if (up !== null) counters[outer]!.writes += asked
      if (boundary.atMacs) continue
      counters[outer + 1]!.fills += up === null ? moved : isAll ? up.fills : up.fillsOne
      if (up !== null) counters[outer + 1]!.drains += moved
    }
  }
  return nest.chains[tensor]!.map((holder, at) => ({
    holder,
    ...all[at]!,
    ...(at === 0
      ? { tile: BigInt(size), instances: 1n }
      : { tile: tileOf(nest, boundaries[at - 1]!), instances: instancesOf(nest, holder) }),
    busiest: one[at]!,
  }))
}

export function flowOf(nest: Nest, boundary: Boundary, rules: Rules): Flow {
  if (!nest.isPerfect) return partialFlow(nest, boundary)
  if (rules === 'peer') return plainFlow(nest, boundary, 'peer')
  return nest.problem.tensors[boundary.tensor]!.isWindowed
    ? haloFlow(nest, boundary)
    : plainFlow(nest, boundary, 'machine')
}

/** What an output's partial sums cost beside what goes up: refills, and the reads that merge them. */
function outputFlow(nest: Nest, boundary: Boundary, flow: Flow, zeros: bigint, rules: Rules) {
  if (rules === 'peer') {
    const once = plainFlow(nest, boundary, 'once')
    return {
      fills: flow.moved - once.moved,
      reads: flow.arrivals - once.arrivals,
      fillsOne: flow.movedOne - once.movedOne,
      readsOne: flow.arrivalsOne - once.arrivalsOne,
      zeros: 0n,
    }
  }
  const once = nest.isPerfect ? plainFlow(nest, boundary, 'once') : partialOnce(nest, boundary)
  const refills = flow.groups - zeros
  return {
    fills: refills,
    reads: refills + flow.arrivals - flow.groups,
    fillsOne: flow.movedOne - once.movedOne,
    readsOne: flow.arrivalsOne - once.groupsOne,
    zeros: flow.moved - refills,
  }
}

const tileOf = (nest: Nest, boundary: Boundary): bigint =>
  nest.isPerfect ? tileInside(nest, boundary) : partialTile(nest, boundary)

function instancesOf({ loops, problem }: Nest, { memory }: Holder): bigint {
  const { dimsBefore } = problem.memories[memory]!
  return loops.reduce(
    (product, { count, dim }) => (dim >= 0 && dim < dimsBefore ? product * BigInt(count) : product),
    1n,
  )
}
