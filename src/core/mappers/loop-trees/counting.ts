import type { Block, Holding, Leaf, Loop, Mapping } from '../../mapping/tree'
import { err, ok, type Result } from '../../support/result'
import { einsumsOf, writtenTensors } from './copies'
import type { CascadeProblem } from './problem'
import { fullRanges, unitsOf, usesOf, windowOf, type Ranges } from './ranges'
import { Illegal, stepThrough, type Recompute } from './step'

/** What a loop tree costs, in the problem's units. */
export interface TreeCost {
  readonly peak: number
  readonly traffic: number
  /** Executions of leaves; more than the cascade's points where something is computed again. */
  readonly points: number
  /** By tensor, the largest box that it occupies at a time. */
  readonly boxes: readonly number[]
  /** The largest box of each holding, and of each window that slides over a loop. */
  readonly boxOf: ReadonlyMap<Holding | Loop, readonly number[]>
  readonly trafficByTensor: readonly number[]
  /** The same for each child of the root: what it moves itself, and what the root's holdings move for it. */
  readonly trafficByChild: readonly (readonly number[])[]
  readonly pointsByChild: readonly number[]
}

/** The cost of a tree by docs/model.md, section 8, or the rule that it breaks. */
export function costOfTree(
  problem: CascadeProblem,
  mapping: Mapping,
  recompute: Recompute = 'any',
): Result<TreeCost, string> {
  const counter = new Counter(problem, writtenTensors(problem, mapping), recompute)
  try {
    return ok(counter.tree(mapping))
  } catch (error) {
    if (error instanceof Illegal) return err(error.rule)
    throw error
  }
}

interface Part {
  readonly peak: number
  readonly points: number
  readonly moved: readonly number[]
}

class Counter {
  private readonly boxes: number[]
  private readonly boxOf = new Map<Holding | Loop, number[]>()

  constructor(
    private readonly problem: CascadeProblem,
    private readonly written: readonly boolean[],
    private readonly recompute: Recompute,
  ) {
    this.boxes = problem.tensors.map(() => 0)
  }

  tree({ root }: Mapping): TreeCost {
    const { problem } = this
    if (einsumsOf(root).join() !== problem.einsums.map((_, e) => e).join())
      throw new Illegal('every Einsum has one leaf')
    const whole = this.block(
      root,
      fullRanges(problem),
      problem.tensors.map(() => false),
    )
    const trafficByChild = whole.byChild
    // The first read of what is written elsewhere first is elided: there is nothing to read yet.
    const producedIn = root.children.map((child) =>
      child.kind === 'einsum' ? [child.einsum] : einsumsOf(child.body),
    )
    for (const [t, { size, width, producer }] of problem.tensors.entries())
      if (this.written[t])
        trafficByChild[producedIn.findIndex((einsums) => einsums.includes(producer))]![t]! -= size * width
    const trafficByTensor = problem.tensors.map((_, t) => sum(trafficByChild.map((moved) => moved[t]!)))
    const { peak, points, pointsByChild } = whole
    const { boxes, boxOf } = this
    const traffic = sum(trafficByTensor)
    return { peak, points, boxes, boxOf, trafficByTensor, trafficByChild, pointsByChild, traffic }
  }

  private block(
    { holdings, children }: Block,
    ranges: Ranges,
    above: readonly boolean[],
  ): Part & { readonly byChild: number[][]; readonly pointsByChild: readonly number[] } {
    const { problem } = this
    const parts = children.map((child) => (child.kind === 'einsum' ? [child.einsum] : einsumsOf(child.body)))
    checkOrder(problem, parts)
    const held = children.map(() => [...above])
    const occupied = children.map(() => 0)
    const byChild = children.map(() => problem.tensors.map(() => 0))
    for (const holding of holdings) {
      const { tensor, from, to } = holding
      const einsums = parts.slice(from, to + 1).flat()
      const uses = usesOf(problem, tensor, einsums)
      if (uses.length === 0) throw new Illegal('a holding serves some use')
      const box = unitsOf(problem, tensor, windowOf(uses, ranges))
      const user = parts.findIndex(
        (part, i) => i >= from && part.some((e) => uses.some(({ einsum }) => einsum === e)),
      )
      byChild[user]![tensor]! += this.transfers(tensor, einsums) * box
      this.note(holding, tensor, 0, box)
      for (let child = from; child <= to; child++) {
        if (held[child]![tensor]) throw new Illegal('a tensor is held once')
        held[child]![tensor] = true
        occupied[child]! += box
      }
    }
    let peak = 0
    const pointsByChild: number[] = []
    for (const [i, child] of children.entries()) {
      const part =
        child.kind === 'einsum'
          ? this.leaf(child, ranges, held[i]!)
          : this.loop(child, parts[i]!, ranges, held[i]!)
      peak = Math.max(peak, occupied[i]! + part.peak)
      pointsByChild.push(part.points)
      add(byChild[i]!, part.moved, 1)
    }
    const moved = problem.tensors.map((_, t) => sum(byChild.map((own) => own[t]!)))
    return { peak, points: sum(pointsByChild), pointsByChild, moved, byChild }
  }

  /** Notes what a holding, or a window of a loop, occupies. */
  private note(place: Holding | Loop, tensor: number, at: number, box: number): void {
    this.boxes[tensor] = Math.max(this.boxes[tensor]!, box)
    const known = this.boxOf.get(place) ?? []
    known[at] = Math.max(known[at] ?? 0, box)
    this.boxOf.set(place, known)
  }

  private loop(loop: Loop, einsums: readonly number[], ranges: Ranges, held: readonly boolean[]): Part {
    const { problem } = this
    const { rank, tile, backwards = false, slides = [], first, body, rest } = loop
    const below = held.map((is, tensor) => is || slides.includes(tensor))
    const moved = problem.tensors.map(() => 0)
    let [peak, points] = [0, 0]
    const iterations = stepThrough(problem, {
      rank,
      tile,
      backwards,
      slides,
      einsums,
      ranges,
      held: (tensor) => held[tensor]!,
      written: (tensor) => this.written[tensor]!,
      recompute: this.recompute,
    })
    const bodies = { first, body, rest }
    for (const part of ['first', 'rest'] as const)
      if ((bodies[part] !== undefined) !== iterations.some((iteration) => iteration.part === part))
        throw new Illegal(`a loop has a ${part} body where an iteration needs one`)
    for (const { part, count, ranges: inside, windows, fresh } of iterations) {
      const block = bodies[part]!
      if (einsumsOf(block).join() !== einsums.join()) throw new Illegal('every Einsum has one leaf')
      const found = this.block(block, inside, below)
      let occupied = 0
      for (const [slide, tensor] of slides.entries()) {
        const box = unitsOf(problem, tensor, windows[slide]!)
        occupied += box
        this.note(loop, tensor, slide, box)
        moved[tensor]! += count * this.transfers(tensor, einsums) * unitsOf(problem, tensor, fresh[slide]!)
      }
      peak = Math.max(peak, occupied + found.peak)
      points += count * found.points
      add(moved, found.moved, count)
    }
    return { peak, points, moved }
  }

  private leaf({ einsum }: Leaf, ranges: Ranges, held: readonly boolean[]): Part {
    const { ranks, inputs, output } = this.problem.einsums[einsum]!
    if (ranks.some((rank) => ranges[einsum]![rank]!.len !== 1))
      throw new Illegal('at a leaf every rank is looped down to one')
    if ([...inputs, output].some(({ tensor }) => !held[tensor]))
      throw new Illegal('at a leaf every tensor is held')
    return { peak: 0, points: 1, moved: this.problem.tensors.map(() => 0) }
  }

  /** How often a holding moves its box: read, or written and read back, or not at all where a tensor is kept. */
  private transfers(tensor: number, einsums: readonly number[]): number {
    if (!einsums.includes(this.problem.tensors[tensor]!.producer)) return 1
    return this.written[tensor] ? 2 : 0
  }
}

/** A child comes after the children that produce what it reads; no Einsum is in two of them. */
function checkOrder(problem: CascadeProblem, parts: readonly (readonly number[])[]): void {
  const done = new Set<number>()
  const all = new Set(parts.flat())
  for (const part of parts) {
    for (const e of part) {
      if (done.has(e)) throw new Illegal('every Einsum has one leaf')
      for (const { tensor } of problem.einsums[e]!.inputs) {
        const { producer } = problem.tensors[tensor]!
        if (all.has(producer) && !done.has(producer) && !part.includes(producer))
          throw new Illegal('a child comes after those that produce what it reads')
      }
    }
    for (const e of part) done.add(e)
  }
}

function add(into: number[], from: readonly number[], times: number): void {
  for (const [i, value] of from.entries()) into[i]! += times * value
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
