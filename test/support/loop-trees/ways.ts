import type { Block, Child, Holding, Loop } from '../../../src/core/mapping/tree'

/** One way to execute a part of a tree: what it needs of the buffer, what it moves, and how. */
export interface Way {
  readonly peak: number
  readonly traffic: number
  readonly how: How
}

/** Enough to write the part of the tree down again; shares the ways that it is made of. */
export type How =
  | { readonly kind: 'leaf'; readonly einsum: number }
  | { readonly kind: 'open'; readonly tensors: readonly number[]; readonly child: Way }
  | {
      readonly kind: 'loop'
      readonly rank: number
      readonly tile: number
      readonly slides: readonly number[]
      readonly parts: readonly { readonly part: 'first' | 'body' | 'rest'; readonly way: Way }[]
    }
  | {
      readonly kind: 'next'
      readonly opened: readonly Opened[]
      readonly child: Way
      readonly then: Way | null
    }

/** A tensor opened in a block, and how many children later it is released. */
export interface Opened {
  readonly tensor: number
  readonly serves: number
}

/** Undominated ways: peaks strictly increase, traffic strictly decreases. */
export type Front = readonly Way[]

/** The undominated ways among several fronts. */
export function lowerEnvelope(ways: Way[]): Front {
  ways.sort((a, b) => a.peak - b.peak || a.traffic - b.traffic)
  const front: Way[] = []
  let least = Infinity
  for (const way of ways) {
    if (way.traffic >= least) continue
    least = way.traffic
    front.push(way)
  }
  return front
}

/** Ways to execute parts one after the other, `counts[i]` times each: peaks max, traffic adds. */
export function together(
  fronts: readonly Front[],
  counts: readonly number[],
  make: (ways: readonly Way[]) => How,
): Way[] {
  if (fronts.some((front) => front.length === 0)) return []
  const at = fronts.map(() => 0)
  const found: Way[] = []
  let capacity = Math.max(...fronts.map((front) => front[0]!.peak))
  for (;;) {
    for (const [i, front] of fronts.entries())
      while (at[i]! + 1 < front.length && front[at[i]! + 1]!.peak <= capacity) at[i]!++
    const ways = fronts.map((front, i) => front[at[i]!]!)
    found.push({
      peak: capacity,
      traffic: ways.reduce((sum, way, i) => sum + counts[i]! * way.traffic, 0),
      how: make(ways),
    })
    capacity = Infinity
    for (const [i, front] of fronts.entries()) {
      const next = front[at[i]! + 1]
      if (next !== undefined && next.peak < capacity) capacity = next.peak
    }
    if (capacity === Infinity) return found
  }
}

/** The block that a way describes. `serves` sets are Einsums as bits. */
export function blockOf(way: Way): Block {
  const holdings: { tensor: number; serves: number; from: number; to: number }[] = []
  const children: Child[] = []
  for (let at: Way | null = way; at !== null;) {
    const { how }: Way = at
    const [opened, child]: [readonly Opened[], Way] = how.kind === 'next' ? [how.opened, how.child] : [[], at]
    const i = children.length
    for (const { tensor, serves } of opened) holdings.push({ tensor, serves, from: i, to: i })
    const inner = child.how.kind === 'open' ? child.how.child : child
    if (child.how.kind === 'open')
      for (const tensor of child.how.tensors) holdings.push({ tensor, serves: 0, from: i, to: i })
    children.push(childOf(inner))
    const einsums = maskOf(children[i]!)
    for (const holding of holdings) if ((holding.serves & einsums) !== 0) holding.to = i
    at = how.kind === 'next' ? how.then : null
  }
  return {
    holdings: holdings.map(({ tensor, from, to }): Holding => ({ tensor, level: 1, from, to })),
    children,
  }
}

function childOf({ how }: Way): Child {
  if (how.kind === 'leaf') return { kind: 'einsum', einsum: how.einsum }
  if (how.kind !== 'loop') throw new Error('a child is a loop or a leaf')
  const { rank, tile, slides, parts } = how
  const bodies: { first?: Block; body?: Block; rest?: Block } = {}
  for (const { part, way } of parts) bodies[part] = blockOf(way)
  const { body, ...others } = bodies
  const loop: Loop = { kind: 'loop', rank, tile, body: body!, ...others }
  return slides.length > 0 ? { ...loop, slides } : loop
}

const maskOf = (child: Child): number =>
  child.kind === 'einsum'
    ? 1 << child.einsum
    : child.body.children.reduce((mask, inner) => mask | maskOf(inner), 0)
