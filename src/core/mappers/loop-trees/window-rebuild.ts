import type { Block, Child, Holding } from '../../mapping/tree'
import { assert } from '../../support/assert'
import { bitsOf } from './masks'
import { BlockMemo, type LiveBox, type LoopOf } from './window-choice'
import type { WindowEngine } from './window-engine'
import type { WindowPart } from './window-part'
import type { WindowState } from './window-state'

interface Point {
  readonly peak: number
  readonly traffic: number
}

/** Writes down the tree of a point of a body: the choices are gone through again until one attains the point. */
export function windowTreeOf(
  engine: WindowEngine,
  part: WindowPart,
  state: WindowState,
  point: Point,
): Block {
  return new Builder(engine).body(part, state, point)
}

class Builder {
  constructor(private readonly engine: WindowEngine) {}

  body(part: WindowPart, state: WindowState, point: Point): Block {
    const { engine } = this
    if (part.isLeaf || this.attains(engine.child(part, state), point) !== null)
      return this.child(part, state, point)
    const children: Child[] = []
    const holdings: Holding[] = []
    this.block(new BlockMemo(part, state), part.einsums, [], new Map(), point, children, holdings)
    return { holdings, children }
  }

  /** The point of a staircase that is no higher and moves exactly as much. */
  private attains(front: number, { peak, traffic }: Point): Point | null {
    const { pool } = this.engine
    for (let i = pool.start(front); i < pool.end(front); i++)
      if (pool.peaks[i]! <= peak && pool.traffic[i] === traffic) return { peak: pool.peaks[i]!, traffic }
    return null
  }

  private child(part: WindowPart, state: WindowState, point: Point): Block {
    const { engine } = this
    const { pool } = engine
    if (part.isLeaf) return { holdings: [], children: [this.leaf(part, state)] }
    let found: Block | null = null
    engine.choices(part, state, ({ front, peak, times, traffic, opened, loop }) => {
      for (let i = pool.start(front); i < pool.end(front); i++) {
        if (pool.peaks[i]! + peak > point.peak || times * pool.traffic[i]! + traffic !== point.traffic)
          continue
        const inner = { peak: pool.peaks[i]!, traffic: pool.traffic[i]! }
        const child = loop === null ? this.leaf(part, state) : this.loop(loop, times, inner)
        found = {
          holdings: opened.map((tensor) => ({ tensor, level: 1, from: 0, to: 0 })),
          children: [child],
        }
        return true
      }
      return false
    })
    assert(found !== null, 'a point of a child is found again')
    return found
  }

  private leaf({ members, slotRanks }: WindowPart, { len }: WindowState): Child {
    return slotRanks.reduceRight<Child>(
      (body, rank, slot) =>
        len[slot] === 1 ? body : { kind: 'loop', rank, tile: 1, body: { holdings: [], children: [body] } },
      { kind: 'einsum', einsum: members[0]! },
    )
  }

  /** `times` is 1 where the point is of the loop as a whole, and the count of the only body otherwise. */
  private loop({ program, tile, parts }: LoopOf, times: number, point: Point): Child {
    const { pool } = this.engine
    const slides = program.slides.map(({ tensor }) => tensor)
    const isPlain = parts.length === 1 && slides.length === 0
    const points = isPlain ? [point] : this.split(parts, 0, point)
    assert(points !== null, `a point of a loop is found again, ${times} ${pool.points}`)
    const bodies: { first?: Block; body?: Block; rest?: Block } = {}
    for (const [i, { name, part, iteration }] of parts.entries())
      bodies[name] = this.body(part, iteration.state, points[i]!)
    const { body, ...others } = bodies
    return {
      kind: 'loop',
      rank: program.rank,
      tile,
      ...(slides.length > 0 ? { slides } : {}),
      ...others,
      body: body!,
    }
  }

  /** Points of a loop's bodies that make up a point of the loop. Sums are taken in the order of the search. */
  private split(parts: LoopOf['parts'], from: number, point: Point): Point[] | null {
    const { pool } = this.engine
    const chosen: Point[] = []
    const sum = (): number => {
      let total = 0
      for (const [i, { count, iteration }] of parts.entries())
        total =
          i === 0
            ? count * chosen[i]!.traffic + count * iteration.moved
            : count * chosen[i]!.traffic + total + count * iteration.moved
      return total
    }
    const extend = (at: number): boolean => {
      if (at === parts.length) return sum() === point.traffic
      const { front, iteration } = parts[at]!
      for (let i = pool.start(front); i < pool.end(front); i++) {
        if (pool.peaks[i]! + iteration.boxes > point.peak) break
        chosen[at] = { peak: pool.peaks[i]!, traffic: pool.traffic[i]! }
        if (extend(at + 1)) return true
      }
      return false
    }
    return extend(from) ? chosen : null
  }

  private block(
    block: BlockMemo,
    left: number,
    live: readonly LiveBox[],
    since: ReadonlyMap<number, number>,
    point: Point,
    children: Child[],
    holdings: Holding[],
  ): void {
    const { engine } = this
    const { pool } = engine
    let isFound = false
    engine.steps(
      block,
      left,
      live,
      ({ child, part, state, peak, traffic, opened, left: after, live: next, rest }) => {
        for (let i = pool.start(child); i < pool.end(child) && !isFound; i++) {
          if (pool.peaks[i]! + peak > point.peak) break
          const own = { peak: pool.peaks[i]!, traffic: pool.traffic[i]! }
          let then: Point | null = null
          if (after === 0) {
            if (own.traffic + traffic !== point.traffic) continue
          } else {
            for (let j = pool.start(rest); j < pool.end(rest) && then === null; j++)
              if (pool.peaks[j]! <= point.peak && own.traffic + pool.traffic[j]! + traffic === point.traffic)
                then = { peak: pool.peaks[j]!, traffic: pool.traffic[j]! }
            if (then === null) continue
          }
          isFound = true
          const at = children.length
          const inner = this.child(part, state, own)
          children.push(...inner.children)
          for (const holding of inner.holdings) holdings.push({ ...holding, from: at, to: at })
          const from = new Map(since)
          for (const { tensor } of opened) from.set(tensor, at)
          for (const [tensor, start] of [...from]) {
            if (next.some((box) => box.tensor === tensor)) continue
            holdings.push({ tensor, level: 1, from: start, to: at })
            from.delete(tensor)
          }
          if (then !== null) this.block(block, after, next, from, then, children, holdings)
        }
        return isFound
      },
    )
    assert(isFound, `a point of a block of ${bitsOf(left).length} is found again`)
  }
}
