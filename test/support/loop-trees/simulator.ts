import type { Access, CascadeProblem } from '../../../src/core/mappers/loop-trees/problem'
import type { Block, Loop, Mapping } from '../../../src/core/mapping/tree'

/** What an execution of a tree moved, held and did. */
export interface Execution {
  readonly peak: number
  readonly traffic: number
  readonly points: number
}

/** An execution that breaks a rule of the machine: what it would read is not there. */
export class Broken extends Error {}

type Interval = readonly [lo: number, end: number]
type Intervals = ReadonlyMap<number, Interval>[]
/** A produced element: which of its contributions it has. */
type Contributions = Set<number>

/**
 * Executes a loop tree element by element: one explicit buffer, one backing store. It refuses a read of an element that
 * is not in the buffer or not complete, a contribution made twice, and an output that is not complete at the end. It
 * shares no code with the counting.
 */
export function execute(problem: CascadeProblem, mapping: Mapping): Execution {
  return new Machine(problem, mapping).run()
}

class Machine {
  private readonly buffer: (Map<number, Contributions> | null)[]
  private readonly store: Map<number, Contributions>[]
  private readonly kept: boolean[]
  private peak = 0
  private traffic = 0
  private points = 0

  constructor(
    private readonly problem: CascadeProblem,
    private readonly mapping: Mapping,
  ) {
    this.buffer = problem.tensors.map(() => null)
    this.store = problem.tensors.map(() => new Map())
    this.kept = problem.tensors.map(({ role }) => role === 'intermediate')
    this.findWritten(mapping.root)
  }

  run(): Execution {
    const { einsums, ranks, tensors } = this.problem
    const whole = einsums.map((einsum) => new Map(einsum.ranks.map((r) => [r, [0, ranks[r]!.size] as const])))
    this.block(this.mapping.root, whole)
    for (const [t, { role, size, name }] of tensors.entries()) {
      if (role === 'input' || this.kept[t]) continue
      const complete = [...this.store[t]!.values()].filter((made) => made.size === this.needed(t)).length
      if (complete !== size) throw new Broken(`${name} is not finished`)
    }
    return { peak: this.peak, traffic: this.traffic, points: this.points }
  }

  /** A tensor is written if a holding with its producer lacks one of its consumers. */
  private findWritten(block: Block): void {
    const check = (tensor: number, leaves: readonly number[]) => {
      const { producer, consumers } = this.problem.tensors[tensor]!
      if (leaves.includes(producer) && consumers.some((c) => !leaves.includes(c))) this.kept[tensor] = false
    }
    for (const { tensor, from, to } of block.holdings)
      check(
        tensor,
        block.children.slice(from, to + 1).flatMap((child) => leavesOf(child)),
      )
    for (const child of block.children) {
      if (child.kind === 'einsum') continue
      for (const tensor of child.slides ?? []) check(tensor, leavesOf(child))
      for (const body of [child.first, child.body, child.rest]) if (body) this.findWritten(body)
    }
  }

  private block({ holdings, children }: Block, intervals: Intervals): void {
    for (const [i, child] of children.entries()) {
      for (const { tensor, from, to } of holdings) {
        if (from !== i) continue
        const leaves = children.slice(from, to + 1).flatMap((served) => leavesOf(served))
        this.open(tensor, this.boxOf(tensor, leaves, intervals, true), leaves)
      }
      if (child.kind === 'einsum') this.leaf(child.einsum, intervals[child.einsum]!)
      else this.loop(child, intervals)
      for (const { tensor, from, to } of holdings) {
        if (to === i)
          this.release(
            tensor,
            children.slice(from, to + 1).flatMap((served) => leavesOf(served)),
          )
      }
    }
  }

  private loop(loop: Loop, intervals: Intervals): void {
    const { rank, tile, slides = [], backwards = false } = loop
    const leaves = leavesOf(loop)
    const members = leaves.filter((e) => intervals[e]!.has(rank))
    const [lo, end] = intervals[members[0]!]!.get(rank)!
    if (members.some((e) => intervals[e]!.get(rank)!.join() !== `${lo},${end}`))
      throw new Broken('one loop, two ranges')
    const starts: Interval[] = []
    if (backwards) for (let at = end; at > lo; at -= tile) starts.push([Math.max(lo, at - tile), at])
    else for (let at = lo; at < end; at += tile) starts.push([at, Math.min(end, at + tile)])
    for (const [i, interval] of starts.entries()) {
      const inside = [...intervals]
      for (const e of members) inside[e] = new Map([...intervals[e]!, [rank, interval]])
      for (const e of [...leaves].sort((a, b) => b - a)) this.follow(e, leaves, slides, inside)
      for (const tensor of slides)
        if (!leaves.includes(this.problem.tensors[tensor]!.producer))
          this.slide(tensor, this.boxOf(tensor, leaves, inside, false), leaves)
      const isPart = interval[1] - interval[0] < tile
      const body = isPart ? loop.rest : i === 0 && loop.first ? loop.first : loop.body
      if (body === undefined) throw new Broken('an iteration has no body')
      this.block(body, inside)
    }
    for (const tensor of slides) this.release(tensor, leaves)
  }

  /** Lets a producer make what its consumers below this loop read, unless its output is held or written as a whole. */
  private follow(
    einsum: number,
    leaves: readonly number[],
    slides: readonly number[],
    inside: Intervals,
  ): void {
    const { output } = this.problem.einsums[einsum]!
    const { tensor } = output
    if (!this.problem.tensors[tensor]!.consumers.some((c) => leaves.includes(c))) return
    const slides_ = slides.includes(tensor)
    if (!slides_ && (this.buffer[tensor] !== null || !this.kept[tensor])) return
    let elements = this.boxOf(tensor, leaves, inside, false)
    if (slides_) {
      const before = this.buffer[tensor]
      const window = elements
      elements = window.filter((element) => !before?.has(element))
      this.slide(tensor, window, leaves)
    }
    const coordinates = elements.map((element) => this.coordinatesOf(tensor, element))
    const next = new Map(inside[einsum]!)
    output.indices.forEach(({ terms }, d) => {
      const values = coordinates.map((coordinate) => coordinate[d]!)
      next.set(terms[0]!.rank, [Math.min(...values), Math.max(...values) + 1])
    })
    inside[einsum] = next
  }

  private leaf(einsum: number, intervals: ReadonlyMap<number, Interval>): void {
    const { ranks, inputs, output, name } = this.problem.einsums[einsum]!
    if (ranks.some((rank) => intervals.get(rank)![1] - intervals.get(rank)![0] !== 1))
      throw new Broken(`${name} is not looped down to one point`)
    const elementOf = ({ tensor, indices }: Access) =>
      this.elementAt(
        tensor,
        indices.map(({ terms, offset }) =>
          terms.reduce((sum, { rank, coefficient }) => sum + coefficient * intervals.get(rank)![0], offset),
        ),
      )
    for (const access of inputs) {
      const made = this.buffer[access.tensor]?.get(elementOf(access))
      const { name: tensor, producer } = this.problem.tensors[access.tensor]!
      if (made === undefined) throw new Broken(`${name} reads an element of ${tensor} that is not held`)
      if (producer >= 0 && made.size !== this.needed(access.tensor))
        throw new Broken(`${name} reads an incomplete sum of ${tensor}`)
    }
    const made = this.buffer[output.tensor]?.get(elementOf(output))
    if (made === undefined) throw new Broken(`${name} writes an element that is not held`)
    const outer = new Set(output.indices.map(({ terms }) => terms[0]!.rank))
    let contribution = 0
    for (const rank of ranks)
      if (!outer.has(rank))
        contribution = contribution * this.problem.ranks[rank]!.size + intervals.get(rank)![0]
    if (made.has(contribution)) throw new Broken(`${name} accumulates twice`)
    made.add(contribution)
    this.points++
    const occupied = this.buffer.reduce(
      (sum, held, t) => sum + (held?.size ?? 0) * this.problem.tensors[t]!.width,
      0,
    )
    this.peak = Math.max(this.peak, occupied)
  }

  private open(tensor: number, elements: readonly number[], leaves: readonly number[]): void {
    if (this.buffer[tensor] !== null) throw new Broken('a tensor is held twice')
    this.buffer[tensor] = new Map()
    this.bring(tensor, elements, leaves)
  }

  private bring(tensor: number, elements: readonly number[], leaves: readonly number[]): void {
    const { producer, width } = this.problem.tensors[tensor]!
    const held = this.buffer[tensor]!
    const isBirth = leaves.includes(producer)
    for (const element of elements) {
      const stored = this.store[tensor]!.get(element)
      if (producer < 0) held.set(element, new Set())
      else if (isBirth && this.kept[tensor]) held.set(element, new Set())
      else if (isBirth) held.set(element, stored ?? new Set())
      else if (stored === undefined) throw new Broken('the backing store has no such element')
      else held.set(element, stored)
      if (!isBirth || (!this.kept[tensor] && stored !== undefined)) this.traffic += width
    }
  }

  private release(tensor: number, leaves: readonly number[]): void {
    this.drop(tensor, [...this.buffer[tensor]!.keys()], leaves)
    this.buffer[tensor] = null
  }

  private drop(tensor: number, elements: readonly number[], leaves: readonly number[]): void {
    const { producer, width } = this.problem.tensors[tensor]!
    const held = this.buffer[tensor]!
    for (const element of elements) {
      if (leaves.includes(producer) && !this.kept[tensor]) {
        this.store[tensor]!.set(element, held.get(element)!)
        this.traffic += width
      }
      held.delete(element)
    }
  }

  private slide(tensor: number, window: readonly number[], leaves: readonly number[]): void {
    this.buffer[tensor] ??= new Map()
    const wanted = new Set(window)
    const held = this.buffer[tensor]
    this.drop(
      tensor,
      [...held.keys()].filter((element) => !wanted.has(element)),
      leaves,
    )
    this.bring(
      tensor,
      window.filter((element) => !held.has(element)),
      leaves,
    )
  }

  /** The elements of the box around everything that the leaves touch of a tensor; reads alone unless `made` is set. */
  private boxOf(tensor: number, leaves: readonly number[], intervals: Intervals, made: boolean): number[] {
    const { shape, producer } = this.problem.tensors[tensor]!
    const lows = shape.map(() => Infinity)
    const highs = shape.map(() => -Infinity)
    const touch = (einsum: number, { indices }: Access) =>
      indices.forEach(({ terms, offset }, d) => {
        let [low, high] = [offset, offset]
        for (const { rank, coefficient } of terms) {
          const [lo, end] = intervals[einsum]!.get(rank)!
          const [a, b] = [coefficient * lo, coefficient * (end - 1)]
          low += Math.min(a, b)
          high += Math.max(a, b)
        }
        lows[d] = Math.min(lows[d]!, low)
        highs[d] = Math.max(highs[d]!, high)
      })
    for (const e of new Set(leaves)) {
      if (made && e === producer) touch(e, this.problem.einsums[e]!.output)
      for (const access of this.problem.einsums[e]!.inputs) if (access.tensor === tensor) touch(e, access)
    }
    let coordinates: number[][] = [[]]
    for (const [d, low] of lows.entries()) {
      const values = Array.from({ length: highs[d]! - low + 1 }, (_, i) => low + i)
      coordinates = coordinates.flatMap((coordinate) => values.map((value) => [...coordinate, value]))
    }
    return coordinates.map((coordinate) => this.elementAt(tensor, coordinate))
  }

  private elementAt(tensor: number, coordinate: readonly number[]): number {
    const { shape, name } = this.problem.tensors[tensor]!
    return coordinate.reduce((at, value, d) => {
      if (value < 0 || value >= shape[d]!) throw new Broken(`${name} has no element at ${coordinate.join()}`)
      return at * shape[d]! + value
    }, 0)
  }

  private coordinatesOf(tensor: number, element: number): number[] {
    const coordinate: number[] = []
    for (const extent of [...this.problem.tensors[tensor]!.shape].reverse()) {
      coordinate.unshift(element % extent)
      element = Math.floor(element / extent)
    }
    return coordinate
  }

  /** Contributions of a complete element: the points of the ranks that its Einsum contracts. */
  private needed(tensor: number): number {
    const { ranks, output } = this.problem.einsums[this.problem.tensors[tensor]!.producer]!
    const outer = output.indices.map(({ terms }) => terms[0]!.rank)
    return ranks
      .filter((rank) => !outer.includes(rank))
      .reduce((product, rank) => product * this.problem.ranks[rank]!.size, 1)
  }
}

/** Einsums with a leaf below a child. */
function leavesOf(child: Block['children'][number]): number[] {
  return child.kind === 'einsum' ? [child.einsum] : child.body.children.flatMap((inner) => leavesOf(inner))
}
