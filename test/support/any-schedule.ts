import type { Einsum } from '../../src/core/workload/einsum'

/** One operation of a cascade: the elements that it reads, and the one that it adds to. */
export interface Operation {
  readonly einsum: number
  readonly reads: readonly number[]
  readonly writes: number
}

/** A cascade written out: every operation and every element. */
export interface Operations {
  readonly list: readonly Operation[]
  /** Bits of each element. */
  readonly widths: readonly number[]
  readonly tensors: readonly string[]
  /** Operations that add to an element before it may be read; none for an element of an input. */
  readonly makers: readonly (readonly number[])[]
  /** Whether an element must be in the backing store in the end. */
  readonly wanted: readonly boolean[]
}

/** All operations of a small cascade, Einsum by Einsum. Tensors are indexed by the values of their index expressions. */
export function operationsOf(einsums: readonly Einsum[]): Operations {
  const ids = new Map<string, number>()
  const [widths, tensors, makers]: [number[], string[], number[][]] = [[], [], []]
  const consumed = new Set(einsums.flatMap(({ inputs }) => inputs.map(({ tensor }) => tensor)))
  const list: Operation[] = []
  for (const [i, einsum] of einsums.entries()) {
    let points: Record<string, number>[] = [{}]
    for (const { name, size } of einsum.variables)
      points = points.flatMap((point) =>
        Array.from({ length: size }, (_, value) => ({ ...point, [name]: value })),
      )
    const elementOf = (access: Einsum['output'], point: Record<string, number>) => {
      const at = access.ranks.map(({ terms, offset }) =>
        terms.reduce((sum, { variable, coefficient }) => sum + coefficient * point[variable]!, offset),
      )
      const name = `${access.tensor}[${at.join()}]`
      if (!ids.has(name)) {
        ids.set(name, widths.push(access.bitsPerValue) - 1)
        tensors.push(access.tensor)
        makers.push([])
      }
      return ids.get(name)!
    }
    for (const point of points) {
      const writes = elementOf(einsum.output, point)
      makers[writes]!.push(list.length)
      list.push({ einsum: i, reads: einsum.inputs.map((access) => elementOf(access, point)), writes })
    }
  }
  const produced = new Set(einsums.map(({ output }) => output.tensor))
  return {
    list,
    widths,
    tensors,
    makers,
    wanted: tensors.map((name) => produced.has(name) && !consumed.has(name)),
  }
}

/** The operations in the wanted order, each after those that make what it reads. */
function inOrder({ list, makers }: Operations, wanted: readonly number[]): readonly number[] {
  const done = new Set<number>()
  const visit = (at: number): void => {
    if (done.has(at)) return
    for (const element of list[at]!.reads) for (const maker of makers[element]!) visit(maker)
    done.add(at)
  }
  wanted.forEach(visit)
  return [...done]
}

/**
 * Traffic in bits of an order of operations with a buffer of `capacity` bits: what is needed latest is evicted first. Each
 * element is made once; a partial sum that is evicted is written and read back. Infinity where an operation does not fit.
 */
export function trafficOf(operations: Operations, wanted: readonly number[], capacity: number): number {
  const { list, widths, makers, wanted: final } = operations
  const order = inOrder(operations, wanted)
  const uses = new Map<number, number[]>()
  for (const [time, at] of order.entries())
    for (const element of [...list[at]!.reads, list[at]!.writes]) {
      const known = uses.get(element)
      if (known) known.push(time)
      else uses.set(element, [time])
    }
  const next = new Map([...uses].map(([element]) => [element, 0]))
  const nextUse = (element: number) => uses.get(element)![next.get(element)!] ?? Infinity
  const held = new Set<number>()
  const dirty = new Set<number>()
  const begun = new Set<number>()
  let [room, traffic] = [capacity, 0]
  const evict = (element: number) => {
    const lost = nextUse(element) === Infinity && !final[element]
    if (dirty.has(element) && !lost) traffic += widths[element]!
    dirty.delete(element)
    held.delete(element)
    room += widths[element]!
  }
  for (const [time, at] of order.entries()) {
    const { reads, writes } = list[at]!
    const needed = new Set([...reads, writes])
    for (const element of needed) {
      if (held.has(element)) continue
      while (room < widths[element]!) {
        let latest = -1
        for (const one of held)
          if (!needed.has(one) && (latest < 0 || nextUse(one) > nextUse(latest))) latest = one
        if (latest < 0) return Infinity
        evict(latest)
      }
      const isFresh = makers[element]!.length > 0 && !begun.has(element)
      if (!isFresh) traffic += widths[element]!
      begun.add(element)
      held.add(element)
      room -= widths[element]!
    }
    dirty.add(writes)
    for (const element of needed) {
      while (nextUse(element) <= time) next.set(element, next.get(element)! + 1)
      if (nextUse(element) === Infinity) evict(element)
    }
  }
  return traffic
}

/** Numbers from 0 to 1 that follow from the seed alone. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0 || 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}

/**
 * The least traffic in bits that is found among orders of the operations: random tilings with random orders of loops, and
 * from the best of them a walk that moves runs of operations about, ever less ready to lose.
 */
export function leastFound(
  operations: Operations,
  capacity: number,
  { seed, tilings, moves }: { readonly seed: number; readonly tilings: number; readonly moves: number },
): number {
  const random = randomOf(seed)
  const below = (limit: number) => Math.floor(random() * limit)
  const size = operations.list.length
  const coordinates = operations.list.map(({ einsum, reads, writes }) => [einsum, ...reads, writes])
  let best: readonly number[] = operations.list.map((_, i) => i)
  let least = trafficOf(operations, best, capacity)
  for (let i = 0; i < tilings; i++) {
    // Loops run over what an operation touches: elements of a tensor, in tiles of some size.
    const loops = Array.from({ length: 4 }, () => ({ at: below(4), tile: 1 + below(8) }))
    const keyOf = (point: readonly number[]) =>
      loops.map(({ at, tile }) => Math.floor((point[at] ?? 0) / tile))
    const keys = coordinates.map(keyOf)
    const order = operations.list
      .map((_, at) => at)
      .sort((a, b) => {
        for (const [level, one] of keys[a]!.entries())
          if (one !== keys[b]![level]) return one - keys[b]![level]!
        return a - b
      })
    const found = trafficOf(operations, order, capacity)
    if (found < least) [least, best] = [found, order]
  }
  let [order, traffic] = [best, least]
  for (let i = 0; i < moves; i++) {
    const [from, length, to] = [below(size), 1 + below(4), below(size)]
    const moved = [...order]
    const run = moved.splice(from, length)
    moved.splice(Math.min(to, moved.length), 0, ...run)
    const found = trafficOf(operations, moved, capacity)
    const heat = (1 - i / moves) * 0.02 * least
    if (found <= traffic || random() < Math.exp((traffic - found) / heat)) [order, traffic] = [moved, found]
    least = Math.min(least, found)
  }
  return least
}

/**
 * The least traffic in bits of all schedules whatever, by search over every state of a buffer of `capacity` bits: which
 * operations are done, and which elements are held. For cascades of very few operations and elements.
 */
export function leastOfAll({ list, widths, makers, wanted }: Operations, capacity: number): number {
  const elements = widths.length
  const makersOf = makers.map((own) => own.reduce((mask, at) => mask | (1 << at), 0))
  const readersOf = widths.map((_, e) =>
    list.reduce((mask, { reads }, at) => (reads.includes(e) ? mask | (1 << at) : mask), 0),
  )
  const needs = list.map(({ reads, writes }) => [...reads, writes].reduce((mask, e) => mask | (1 << e), 0))
  const before = list.map(({ reads }) => reads.reduce((mask, e) => mask | makersOf[e]!, 0))
  const least = new Float64Array(2 ** (list.length + elements)).fill(Infinity)
  const byCost: number[][] = []
  const reach = (done: number, held: number, traffic: number) => {
    const state = done * 2 ** elements + held
    if (least[state]! <= traffic) return
    least[state] = traffic
    ;(byCost[traffic] ??= []).push(state)
  }
  reach(0, 0, 0)
  for (let traffic = 0; traffic < byCost.length; traffic++)
    for (const state of byCost[traffic] ?? []) {
      if (least[state] !== traffic) continue
      const [done, held] = [Math.floor(state / 2 ** elements), state % 2 ** elements]
      if (done === 2 ** list.length - 1 && held === 0) return traffic
      const room = capacity - widths.reduce((sum, width, e) => sum + ((held >> e) & 1) * width, 0)
      for (const [e, width] of widths.entries()) {
        const begun = (done & makersOf[e]!) !== 0
        // What was begun is written when it leaves, unless it is made and nothing needs it any more.
        const over = (done & makersOf[e]!) === makersOf[e] && (done & readersOf[e]!) === readersOf[e]
        if ((held >> e) & 1)
          reach(done, held & ~(1 << e), traffic + (begun && (wanted[e]! || !over) ? width : 0))
        else if (width <= room)
          reach(done, held | (1 << e), traffic + (makersOf[e] === 0 || begun ? width : 0))
      }
      for (const [at, need] of needs.entries())
        if (((done >> at) & 1) === 0 && (held & need) === need && (done & before[at]!) === before[at])
          reach(done | (1 << at), held, traffic)
    }
  return Infinity
}
