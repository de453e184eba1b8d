import { lowerEnvelope, together, type Front, type Opened, type Way } from './ways'
import type { CascadeProblem } from '../../../src/core/mappers/loop-trees/problem'
import {
  fullRanges,
  intervalOf,
  unitsOf,
  usesOf,
  windowOf,
  type Range,
  type Ranges,
} from '../../../src/core/mappers/loop-trees/ranges'
import {
  Illegal,
  isSameRange,
  stepThrough,
  type Iterations,
  type Recompute,
} from '../../../src/core/mappers/loop-trees/step'

export interface ReferenceOptions {
  readonly factors: 'perfect' | 'imperfect'
  readonly recompute: Recompute
  /** Called often; may throw to end the search. */
  readonly checkpoint?: () => void
}

/** Everything that the cost of a part depends on: its Einsums, their ranges, what is held above, what is written. */
interface State {
  readonly einsums: number
  readonly ranges: Ranges
  readonly held: number
  readonly written: number
}

/**
 * The exhaustive search over loop trees, memoised by state (docs/model.md, section 8, "Reference"): every legal
 * loop, tile, sliding set, opening and order. Exact for every cascade; feasible for small ones.
 */
export function searchReference(problem: CascadeProblem, options: ReferenceOptions): Front {
  return new Reference(problem, options).run()
}

class Reference {
  private readonly children = new Map<string, Front>()
  private readonly bodies = new Map<string, Front>()
  private readonly tensorsOf: readonly number[]
  private readonly usersOf: readonly number[]

  constructor(
    private readonly problem: CascadeProblem,
    private readonly options: ReferenceOptions,
  ) {
    this.tensorsOf = problem.einsums.map(({ inputs, output }) =>
      [...inputs, output].reduce((mask, { tensor }) => mask | (1 << tensor), 0),
    )
    this.usersOf = problem.tensors.map((_, t) =>
      this.tensorsOf.reduce((mask, tensors, e) => ((tensors >> t) & 1 ? mask | (1 << e) : mask), 0),
    )
  }

  run(): Front {
    const { tensors, einsums } = this.problem
    const roles = (role: string) => bitsOf((1 << tensors.length) - 1).filter((t) => tensors[t]!.role === role)
    const outputs = roles('output').reduce((mask, t) => mask | (1 << t), 0)
    const intermediates = roles('intermediate').filter((t) => !tensors[t]!.pinned)
    const found: Way[] = []
    for (let choice = 0; choice < 1 << intermediates.length; choice++) {
      const written = intermediates.reduce(
        (mask, t, i) => ((choice >> i) & 1 ? mask | (1 << t) : mask),
        outputs,
      )
      const elided = bitsOf(written).reduce((sum, t) => sum + tensors[t]!.size * tensors[t]!.width, 0)
      const all = (1 << einsums.length) - 1
      for (const way of this.body({ einsums: all, ranges: fullRanges(this.problem), held: 0, written }))
        found.push({ ...way, traffic: way.traffic - elided })
    }
    return lowerEnvelope(found)
  }

  /** What may stand in a block: one child, or several. */
  private body(given: State): Front {
    const state = this.narrowed(given)
    if (state === null) return []
    const key = this.keyOf(state)
    const known = this.bodies.get(key)
    if (known !== undefined) return known
    const ways = [...this.child(state)]
    if ((state.einsums & (state.einsums - 1)) !== 0)
      ways.push(...this.sequence(state, state.einsums, [], new Map()))
    const front = lowerEnvelope(ways)
    this.bodies.set(key, front)
    return front
  }

  /** A loop or leaf, and what is opened for it alone. */
  private child(given: State): Front {
    const state = this.narrowed(given)
    if (state === null) return []
    const key = this.keyOf(state)
    const known = this.children.get(key)
    if (known !== undefined) return known
    this.options.checkpoint?.()
    const einsums = bitsOf(state.einsums)
    const free = bitsOf(this.touched(state.einsums) & ~state.held)
    const ways: Way[] = []
    for (let choice = 0; choice < 1 << free.length; choice++) {
      const opened = free.filter((_, i) => (choice >> i) & 1)
      let [box, traffic] = [0, 0]
      for (const tensor of opened) {
        const units = this.box(tensor, einsums, state.ranges)
        box += units
        traffic += this.transfers(tensor, state.einsums, state) * units
      }
      const below = { ...state, held: opened.reduce((mask, t) => mask | (1 << t), state.held) }
      for (const way of this.unopened(below))
        ways.push(
          opened.length === 0
            ? way
            : {
                peak: way.peak + box,
                traffic: way.traffic + traffic,
                how: { kind: 'open', tensors: opened, child: way },
              },
        )
    }
    const front = lowerEnvelope(ways)
    this.children.set(key, front)
    return front
  }

  /** A leaf, or every legal loop. */
  private unopened(state: State): Way[] {
    const einsums = bitsOf(state.einsums)
    const ways: Way[] = []
    const [only] = einsums
    if (einsums.length === 1 && (this.tensorsOf[only!]! & ~state.held) === 0) {
      const ones = this.problem.einsums[only!]!.ranks.every((rank) => state.ranges[only!]![rank]!.len === 1)
      if (ones) ways.push({ peak: 0, traffic: 0, how: { kind: 'leaf', einsum: only! } })
    }
    if (!this.isConnected(state)) return ways
    const ranks = new Set(einsums.flatMap((e) => this.problem.einsums[e]!.ranks))
    for (const rank of ranks) {
      const member = einsums.find((e) => this.problem.einsums[e]!.ranks.includes(rank))!
      const { len } = state.ranges[member]![rank]!
      for (const slides of this.slideSets(state))
        for (let tile = 1; tile < len; tile++) {
          if (this.options.factors === 'perfect' && len % tile !== 0) continue
          const iterations = this.step(state, rank, tile, slides)
          if (iterations === null) {
            // Only gaps between windows depend on the tile.
            if (slides.length === 0) break
            continue
          }
          ways.push(...this.loop(state, rank, tile, slides, iterations))
        }
    }
    return ways
  }

  private loop(
    state: State,
    rank: number,
    tile: number,
    slides: readonly number[],
    iterations: readonly Iterations[],
  ): Way[] {
    const held = slides.reduce((mask, t) => mask | (1 << t), state.held)
    const fronts: Front[] = []
    for (const { ranges, windows, fresh } of iterations) {
      const body = this.body({ ...state, ranges, held })
      if (body.length === 0) return []
      let [box, traffic] = [0, 0]
      for (const [i, tensor] of slides.entries()) {
        box += unitsOf(this.problem, tensor, windows[i]!)
        traffic += this.transfers(tensor, state.einsums, state) * unitsOf(this.problem, tensor, fresh[i]!)
      }
      fronts.push(
        slides.length === 0
          ? body
          : body.map((way) => ({ peak: way.peak + box, traffic: way.traffic + traffic, how: way.how })),
      )
    }
    return together(
      fronts,
      iterations.map(({ count }) => count),
      (ways) => ({
        kind: 'loop',
        rank,
        tile,
        slides,
        parts: ways.map((way, i) => ({ part: iterations[i]!.part, way })),
      }),
    )
  }

  private step(state: State, rank: number, tile: number, slides: readonly number[]): Iterations[] | null {
    try {
      return stepThrough(this.problem, {
        rank,
        tile,
        backwards: false,
        slides,
        einsums: bitsOf(state.einsums),
        ranges: state.ranges,
        held: (tensor) => ((state.held >> tensor) & 1) === 1,
        written: (tensor) => ((state.written >> tensor) & 1) === 1,
        recompute: this.options.recompute,
      })
    } catch (error) {
      if (error instanceof Illegal) return null
      throw error
    }
  }

  /** Every set of tensors that could slide over a loop: free ones that some Einsum reads through a sum. */
  private slideSets({ einsums, held }: State): number[][] {
    const inputs = bitsOf(einsums).flatMap((e) => this.problem.einsums[e]!.inputs)
    const candidates = bitsOf(this.touched(einsums) & ~held).filter((tensor) =>
      inputs.some(
        (access) => access.tensor === tensor && access.indices.some(({ terms }) => terms.length > 1),
      ),
    )
    return Array.from({ length: 1 << candidates.length }, (_, choice) =>
      candidates.filter((__, i) => (choice >> i) & 1),
    )
  }

  /** The rest of a block: children in any order, tensors held across the cuts between them. */
  private sequence(block: State, left: number, live: readonly Live[], memo: Map<string, Front>): Front {
    const key = `${left};${live.map(({ tensor, serves, box }) => `${tensor}:${serves}:${box}`).join()}`
    const known = memo.get(key)
    if (known !== undefined) return known
    const ways: Way[] = []
    for (let part = left; part > 0; part = (part - 1) & left) {
      if (part === block.einsums || !this.isNext(part, left)) continue
      // A live tensor serves all of its uses until its release.
      if (live.some(({ tensor, serves }) => (this.usersOf[tensor]! & part & ~serves) !== 0)) continue
      for (const opened of this.openings(block, part, left & ~part, live))
        ways.push(...this.next(block, part, left & ~part, live, opened, memo))
    }
    const front = lowerEnvelope(ways)
    memo.set(key, front)
    return front
  }

  /** The next child of a block with what is opened before it, then the rest. */
  private next(
    block: State,
    part: number,
    after: number,
    live: readonly Live[],
    opened: readonly Live[],
    memo: Map<string, Front>,
  ): Way[] {
    const now = [...live, ...opened]
    const child = this.child({
      ...block,
      einsums: part,
      held: now.reduce((mask, { tensor }) => mask | (1 << tensor), block.held),
    })
    if (child.length === 0) return []
    const box = now.reduce((sum, held) => sum + held.box, 0)
    const traffic = opened.reduce(
      (sum, held) => sum + held.box * this.transfers(held.tensor, held.serves, block),
      0,
    )
    const shifted = child.map(({ peak, traffic: moved, how }) => ({
      peak: peak + box,
      traffic: moved + traffic,
      how,
    }))
    if (after === 0)
      return shifted.map((way) => ({ ...way, how: { kind: 'next', opened, child: way, then: null } }))
    const rest = now
      .map((held) => ({ ...held, serves: held.serves & ~part }))
      .filter(({ serves }) => serves !== 0)
      .sort((a, b) => a.tensor - b.tensor)
    return together([shifted, this.sequence(block, after, rest, memo)], [1, 1], ([way, then]) => ({
      kind: 'next',
      opened,
      child: way!,
      then: then!,
    }))
  }

  /** Every choice of tensors to open before a child, each with the later uses that it serves as well. */
  private openings(block: State, part: number, after: number, live: readonly Live[]): Live[][] {
    const held = live.reduce((mask, { tensor }) => mask | (1 << tensor), block.held)
    let choices: Live[][] = [[]]
    for (const tensor of bitsOf(this.touched(part) & ~held)) {
      const users = this.usersOf[tensor]!
      const later = users & after
      if (later === 0) continue
      const options: Live[] = []
      const mustServe = this.isKept(tensor, block)
      for (let more = later; more > 0; more = (more - 1) & later) {
        const serves = (users & part) | more
        if (!mustServe || serves === users)
          options.push({ tensor, serves, box: this.box(tensor, bitsOf(serves), block.ranges) })
      }
      choices = choices.flatMap((choice) => [
        ...(mustServe ? [] : [choice]),
        ...options.map((option) => [...choice, option]),
      ])
    }
    return choices
  }

  /** Whether no other Einsum left must come before. */
  private isNext(part: number, left: number): boolean {
    const { einsums, tensors } = this.problem
    return bitsOf(part).every((e) =>
      einsums[e]!.inputs.every(({ tensor }) => {
        const { producer } = tensors[tensor]!
        return producer < 0 || ((left >> producer) & 1) === 0 || ((part >> producer) & 1) === 1
      }),
    )
  }

  private isKept(tensor: number, { written }: State): boolean {
    return this.problem.tensors[tensor]!.role === 'intermediate' && ((written >> tensor) & 1) === 0
  }

  /** How often a holding moves its box: read, or written and read back, or not at all. */
  private transfers(tensor: number, serves: number, { written }: State): number {
    const { producer } = this.problem.tensors[tensor]!
    if (producer < 0 || ((serves >> producer) & 1) === 0) return 1
    return (written >> tensor) & 1 ? 2 : 0
  }

  private box(tensor: number, einsums: readonly number[], ranges: Ranges): number {
    return unitsOf(this.problem, tensor, windowOf(usesOf(this.problem, tensor, einsums), ranges))
  }

  private touched(einsums: number): number {
    return bitsOf(einsums).reduce((mask, e) => mask | this.tensorsOf[e]!, 0)
  }

  /** Einsums under one loop are connected through tensors that are not held above: others run one after the other. */
  private isConnected({ einsums, held }: State): boolean {
    let reached = einsums & -einsums
    for (let before = 0; before !== reached;) {
      before = reached
      const tensors = this.touched(reached) & ~held
      for (const e of bitsOf(einsums)) if ((this.tensorsOf[e]! & tensors) !== 0) reached |= 1 << e
    }
    return reached === einsums
  }

  /** The state without what its Einsums do not touch; null where a kept tensor is neither held nor wholly inside. */
  private narrowed({ einsums, ranges, held, written }: State): State | null {
    const touched = this.touched(einsums)
    const free = touched & ~held
    const state = { einsums, ranges, held: held & touched, written: written & free }
    for (const tensor of bitsOf(free))
      if (this.isKept(tensor, state) && (this.usersOf[tensor]! & ~einsums) !== 0) return null
    return state
  }

  /**
   * States of one key have one front. Where a range lies matters only beside others: ranges of one rank in several
   * Einsums, and accesses to one tensor that is not held.
   */
  private keyOf({ einsums, ranges, held, written }: State): string {
    const { problem } = this
    const words: (number | string)[] = [einsums, held, written]
    const members = bitsOf(einsums)
    const byRank = new Map<number, Range[]>()
    for (const e of members)
      for (const rank of problem.einsums[e]!.ranks) {
        const range = ranges[e]![rank]!
        words.push(range.len)
        const others = byRank.get(rank)
        if (others === undefined) byRank.set(rank, [range])
        else others.push(range)
      }
    for (const others of byRank.values()) {
      const least = Math.min(...others.map(({ lo }) => lo))
      for (const range of others)
        words.push(
          range.lo - least,
          others.findIndex((other) => isSameRange(other, range)),
        )
    }
    for (const tensor of bitsOf(this.touched(einsums) & ~held)) {
      const uses = usesOf(problem, tensor, members)
      if (uses.length < 2) continue
      for (const d of problem.tensors[tensor]!.shape.keys()) {
        const los = uses.map(({ einsum, access }) => intervalOf(access.indices[d]!, ranges[einsum]!).lo)
        const least = Math.min(...los)
        for (const lo of los) words.push(lo - least)
      }
    }
    return words.join()
  }
}

/** A tensor live in a block: the uses that it still serves, and the box chosen when it was opened. */
interface Live extends Opened {
  readonly box: number
}

/** Positions of the bits set. */
function bitsOf(mask: number): number[] {
  const positions: number[] = []
  for (let bit = 0; mask >> bit !== 0; bit++) if ((mask >> bit) & 1) positions.push(bit)
  return positions
}
