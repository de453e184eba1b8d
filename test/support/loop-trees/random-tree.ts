import type { CascadeProblem } from '../../../src/core/mappers/loop-trees/problem'
import { fullRanges, type Ranges } from '../../../src/core/mappers/loop-trees/ranges'
import { Illegal, stepThrough, type Recompute } from '../../../src/core/mappers/loop-trees/step'
import type { Block, Child, Holding, Mapping } from '../../../src/core/mapping/tree'

/** A number below `below`. */
export type Random = (below: number) => number

/** Mulberry32: the same seed, the same numbers. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) % below
  }
}

class Stuck extends Error {}

/** A random loop tree, or null where the choices led nowhere. Most are legal; the counting has the last word. */
export function randomTree(
  problem: CascadeProblem,
  random: Random,
  factors: 'perfect' | 'imperfect',
  recompute: Recompute,
): Mapping | null {
  const written = problem.tensors.map(
    ({ role }) => role === 'output' || (role === 'intermediate' && random(2) === 0),
  )
  const grower = new Grower(problem, random, factors, recompute, written)
  try {
    const all = problem.einsums.map((_, e) => e)
    const root = grower.block(
      all,
      fullRanges(problem),
      problem.tensors.map(() => false),
      0,
    )
    return { counting: 'loop-tree', root }
  } catch (error) {
    if (error instanceof Stuck) return null
    throw error
  }
}

class Grower {
  constructor(
    private readonly problem: CascadeProblem,
    private readonly random: Random,
    private readonly factors: 'perfect' | 'imperfect',
    private readonly recompute: Recompute,
    private readonly written: readonly boolean[],
  ) {}

  block(einsums: readonly number[], ranges: Ranges, held: readonly boolean[], depth: number): Block {
    if (depth > 14) throw new Stuck()
    const parts = einsums.length > 1 && this.random(3) > 0 ? this.cut(einsums) : [einsums]
    const holdings: Holding[] = []
    const spans = parts.map(() => [...held])
    for (const tensor of this.problem.tensors.keys()) {
      if (held[tensor]) continue
      const using = [...parts.keys()].filter((i) => parts[i]!.some((e) => this.uses(e, tensor)))
      const { producer, consumers, role } = this.problem.tensors[tensor]!
      const isKept = role === 'intermediate' && !this.written[tensor]
      const whole = [producer, ...consumers].every((e) => einsums.includes(e))
      for (let at = 0; at < using.length; at++) {
        if (isKept && whole && using.length > 1) {
          this.hold(tensor, using[0]!, using.at(-1)!, holdings, spans)
          break
        }
        if (this.random(3) > 0) continue
        const last = at + this.random(using.length - at)
        this.hold(tensor, using[at]!, using[last]!, holdings, spans)
        at = last
      }
    }
    return { holdings, children: parts.map((part, i) => this.child(part, ranges, spans[i]!, depth)) }
  }

  private hold(tensor: number, from: number, to: number, holdings: Holding[], spans: boolean[][]): void {
    holdings.push({ tensor, level: 1, from, to })
    for (let i = from; i <= to; i++) spans[i]![tensor] = true
  }

  private child(einsums: readonly number[], ranges: Ranges, held: readonly boolean[], depth: number): Child {
    const { problem, random } = this
    const [only] = einsums
    if (einsums.length === 1) {
      const { ranks, inputs, output } = problem.einsums[only!]!
      const isPoint = ranks.every((rank) => ranges[only!]![rank]!.len === 1)
      if (isPoint && [...inputs, output].every(({ tensor }) => held[tensor]))
        return { kind: 'einsum', einsum: only! }
      if (isPoint) throw new Stuck()
    }
    const ranks = [...new Set(einsums.flatMap((e) => problem.einsums[e]!.ranks))]
    for (let attempt = 0; attempt < 12; attempt++) {
      const rank = ranks[random(ranks.length)]!
      const member = einsums.find((e) => problem.einsums[e]!.ranks.includes(rank))!
      const { len } = ranges[member]![rank]!
      if (len === 1) continue
      const tile = 1 + random(len - 1)
      if (this.factors === 'perfect' && len % tile !== 0) continue
      const slides = [...problem.tensors.keys()].filter(
        (tensor) => !held[tensor] && einsums.some((e) => this.uses(e, tensor)) && random(3) === 0,
      )
      const iterations = this.step(
        einsums,
        ranges,
        held,
        rank,
        tile,
        random(2) === 0 ? slides : [],
        random(4) === 0,
      )
      if (iterations === null) continue
      const { steps, slid, backwards } = iterations
      const below = held.map((is, tensor) => is || slid.includes(tensor))
      const bodies: { first?: Block; body?: Block; rest?: Block } = {}
      for (const { part, ranges: inside } of steps)
        bodies[part] = this.block(einsums, inside, below, depth + 1)
      const { body, ...others } = bodies
      return {
        kind: 'loop',
        rank,
        tile,
        ...(slid.length > 0 ? { slides: slid } : {}),
        ...(backwards ? { backwards } : {}),
        ...others,
        body: body!,
      }
    }
    throw new Stuck()
  }

  private step(
    einsums: readonly number[],
    ranges: Ranges,
    held: readonly boolean[],
    rank: number,
    tile: number,
    slides: readonly number[],
    backwards: boolean,
  ) {
    const step = {
      rank,
      tile,
      backwards,
      slides,
      einsums,
      ranges,
      held: (tensor: number) => held[tensor]!,
      written: (tensor: number) => this.written[tensor]!,
      recompute: this.recompute,
    }
    try {
      return { steps: stepThrough(this.problem, step), slid: slides, backwards }
    } catch (error) {
      if (error instanceof Illegal) return null
      throw error
    }
  }

  /** Parts in an order in which each comes after what it reads. */
  private cut(einsums: readonly number[]): number[][] {
    const parts: number[][] = [[]]
    for (const e of einsums) {
      if (parts.at(-1)!.length > 0 && this.random(2) === 0) parts.push([])
      parts.at(-1)!.push(e)
    }
    return parts
  }

  private uses(einsum: number, tensor: number): boolean {
    const { inputs, output } = this.problem.einsums[einsum]!
    return output.tensor === tensor || inputs.some((access) => access.tensor === tensor)
  }
}
