import { tileSizes } from '../../model/pieces'
import type { Chain, ChainMember } from './chain'
import { flashTilings, HELD, memberCost, STREAMED, type MemberCost, type MemberTiling } from './member-cost'
import type { Forms } from './forms'
import { flashCosts, linkCost, ownNeed, runNeed, type SegmentForm } from './segment'
import type { Block, Trail, TrailFront } from './trail'
import { pointFront } from '../../front/columns'
import { LeastFront } from '../../front/pareto-front'
import { inSequence } from '../../front/sum'
import type { Checkpoint } from '../../support/checkpoint'

/**
 * Least traffic of a chain cut into segments whose members run in turn (docs/model.md, section 6, Eq. 32).
 *
 * A dynamic programme over prefixes; its values are staircases. A state is a prefix whose last segment is closed, or
 * is open with its number of row blocks chosen and its last member streaming or keeping its weights. Adding a member
 * to an open segment adds its traffic and raises the buffer to its need, so no segment is enumerated as a whole.
 * Members that keep their weights are added as whole runs, because the need of a run is that of a sum.
 */
export function segmentSequential(chain: Chain, forms: Forms, checkpoint: Checkpoint): TrailFront {
  return new Programme(chain, forms).solve(checkpoint)
}

class Programme {
  private readonly length: number
  private readonly closed: LeastFront<Trail | null>[]
  /**
   * A run that needs more than this is dominated by one row block, which keeps no weights and fetches everything
   * once.
   */
  private readonly enough: number

  constructor(
    private readonly chain: Chain,
    private readonly forms: Forms,
  ) {
    this.length = chain.members.length
    this.closed = Array.from({ length: this.length + 1 }, () => new LeastFront())
    this.enough = chain.members.every(streams)
      ? Math.max(...chain.members.map((member) => ownNeed(memberCost(member, STREAMED, 1))))
      : Infinity
  }

  solve(checkpoint: Checkpoint): TrailFront {
    const { length, chain, forms } = this
    const rowBlocks = tileSizes(chain.members[0]!.rows, 'perfect')
    const open = rowBlocks.map((count) => new OpenSegments(this.length, count))
    let closed: TrailFront = pointFront<Trail | null>(0, 0, null)
    for (let e = 0; e < length; e++) {
      if (e > 0) closed = this.closed[e]!.take()
      const opens = e === 0 || forms.cuts
      if (opens && forms.cuts) this.alone(e, closed)
      for (const segments of open) {
        checkpoint()
        if (forms.tiled) {
          if (opens) this.begin(e, closed, segments)
          this.extend(e, segments)
        }
        if (opens && forms.flash) this.flash(e, closed, segments.rowBlocks)
      }
    }
    return this.closed[length]!.front()
  }

  private alone(e: number, before: TrailFront): void {
    const block: Block = { from: e, to: e, form: 'alone', rowBlocks: 1, tilings: [], closes: true }
    const front = this.forms.alone[e]!
    this.close(
      e,
      inSequence(before, front, (trail) => ({ before: trail, block })),
    )
  }

  /**
   * Opens a segment at member e: with streamed weights, with kept weights, or with the next member over a cut
   * intermediate.
   */
  private begin(e: number, before: TrailFront, segments: OpenSegments): void {
    const { members } = this.chain
    const { rowBlocks } = segments
    if (e + 1 >= this.length) return
    const first = members[e]!
    if (streams(first)) {
      const tiling: MemberTiling = { template: 'tiledK', kCuts: first.k, nCuts: 1, weights: 'streamed' }
      const cost = memberCost(first, tiling, rowBlocks)
      segments.streaming[e + 1]!.add(
        this.step(before, e, [tiling], rowBlocks, ownNeed(cost), cost.traffic.input + cost.traffic.weights),
      )
    }
    this.keepRuns(e, before, segments, true)
    if (this.forms.split && !first.reduced) this.splitPairs(e, before, segments)
  }

  /** Adds member e to open segments, or ends them with it. */
  private extend(e: number, segments: OpenSegments): void {
    const { rowBlocks } = segments
    const streaming = segments.streaming[e]!.take()
    const either = new LeastFront<Trail | null>()
    either.add(streaming)
    either.add(segments.keeping[e]!.take())
    const before = either.front()
    if (before.buffer.length === 0) return
    const member = this.chain.members[e]!
    if (streams(member) && e + 1 < this.length) {
      const cost = memberCost(member, STREAMED, rowBlocks)
      segments.streaming[e + 1]!.add(
        this.step(before, e, [STREAMED], rowBlocks, ownNeed(cost), cost.traffic.weights),
      )
    }
    if (streams(member) && this.mayClose(e)) {
      const tiling: MemberTiling = { template: 'tiledN', kCuts: 1, nCuts: member.n, weights: 'streamed' }
      const cost = memberCost(member, tiling, rowBlocks)
      const traffic = cost.traffic.weights + cost.traffic.output
      this.close(e, this.step(before, e, [tiling], rowBlocks, ownNeed(cost), traffic, true))
    }
    this.keepRuns(e, streaming, segments, false)
  }

  /**
   * Runs of members from e that keep all their weights. The member after a run streams: otherwise it would be in the
   * run.
   */
  private keepRuns(e: number, before: TrailFront, segments: OpenSegments, begins: boolean): void {
    const { rowBlocks } = segments
    if (before.buffer.length === 0) return
    const costs: MemberCost[] = []
    let [weights, traffic] = [0, 0]
    for (let last = e; last < this.length; last++) {
      const cost = memberCost(this.chain.members[last]!, HELD, rowBlocks)
      costs.push(cost)
      weights += cost.tile.weights
      if (weights >= this.enough) return
      traffic += cost.traffic.weights + (begins && last === e ? cost.traffic.input : 0)
      const tilings = costs.map(() => HELD)
      const need = runNeed(this.chain, e, costs)
      if (last + 1 < this.length)
        segments.keeping[last + 1]!.add(this.step(before, e, tilings, rowBlocks, need, traffic))
      if (this.mayClose(last) && !(begins && last === e)) {
        const total = traffic + cost.traffic.output
        this.close(last, this.step(before, e, tilings, rowBlocks, need, total, true))
      }
    }
  }

  /** The first two members with an intermediate that is also cut along its columns: TiledKN with TiledK or TiledNK. */
  private splitPairs(e: number, before: TrailFront, segments: OpenSegments): void {
    const { rowBlocks } = segments
    const [first, second] = [this.chain.members[e]!, this.chain.members[e + 1]!]
    const firstCuts = first.k === 1 ? [1] : [1, first.k]
    const lastCuts = second.n === 1 ? [1] : [1, second.n]
    for (const cuts of tileSizes(first.n, 'perfect')) {
      if (cuts === 1) continue
      for (const kCuts of firstCuts) {
        const head: MemberTiling = { template: 'tiledKN', kCuts, nCuts: cuts, weights: 'streamed' }
        const headCost = memberCost(first, head, rowBlocks)
        const add = (tail: MemberTiling, closes: boolean) => {
          const cost = memberCost(second, tail, rowBlocks)
          const need = Math.max(ownNeed(headCost), ownNeed(cost))
          const weights = headCost.traffic.weights + cost.traffic.weights
          const traffic = headCost.traffic.input + weights + (closes ? cost.traffic.output : 0)
          const front = this.step(before, e, [head, tail], rowBlocks, need, traffic, closes)
          if (closes) this.close(e + 1, front)
          else segments.streaming[e + 2]!.add(front)
        }
        if (e + 2 < this.length)
          add({ template: 'tiledK', kCuts: cuts, nCuts: 1, weights: 'streamed' }, false)
        if (this.mayClose(e + 1))
          for (const nCuts of lastCuts)
            add({ template: 'tiledNK', kCuts: cuts, nCuts, weights: 'streamed' }, true)
      }
    }
  }

  /** Two members in FlashAttention's orders: chunks of the intermediate's columns outside, row blocks inside. */
  private flash(e: number, before: TrailFront, rowBlocks: number): void {
    if (e + 1 >= this.length || !this.mayClose(e + 1)) return
    for (const tilings of flashTilings(this.chain.members[e]!)) {
      const [one, two] = flashCosts(this.chain, e, tilings, rowBlocks)
      const need =
        one.keepsWeights && two.keepsWeights
          ? runNeed(this.chain, e, [one, two])
          : Math.max(ownNeed(one), ownNeed(two))
      const traffic = one.traffic.input + one.traffic.weights + two.traffic.weights + two.traffic.output
      this.close(e + 1, this.step(before, e, tilings, rowBlocks, need, traffic, true, 'flashattention'))
    }
  }

  private mayClose(e: number): boolean {
    return this.forms.cuts || e + 1 === this.length
  }

  /** Ends a segment with member e. If the chain goes on, the point-wise Einsums of the link run alone. */
  private close(e: number, front: TrailFront): void {
    const pointwise = e + 1 < this.length ? this.forms.pointwise[e] : null
    this.closed[e + 1]!.add(pointwise ? inSequence(front, pointwise, (trail) => trail) : front)
  }

  /** A front with a block after it: the block's traffic is added, and the buffer is at least the block's need. */
  private step(
    before: TrailFront,
    from: number,
    tilings: readonly MemberTiling[],
    rowBlocks: number,
    ownBuffer: number,
    ownTraffic: number,
    closes = false,
    form: SegmentForm = 'tiled',
  ): TrailFront {
    const to = from + tilings.length - 1
    const block: Block = { from, to, form, rowBlocks, tilings, closes }
    let [need, traffic] = [ownBuffer, ownTraffic]
    for (let e = from; e < (closes ? to : to + 1); e++) {
      const link = linkCost(this.chain, e, rowBlocks)
      need += link.buffer
      traffic += link.traffic
    }
    ;[need, traffic] = [Math.ceil(need), Math.ceil(traffic)]
    const { buffer, tags } = before
    let start = 0
    while (start + 1 < buffer.length && buffer[start + 1]! <= need) start++
    return {
      buffer: buffer.subarray(start).map((size) => Math.max(size, need)),
      traffic: before.traffic.subarray(start).map((moved) => moved + traffic),
      tags: tags.slice(start).map((trail) => ({ before: trail, block })),
    }
  }
}

/**
 * Prefixes whose last segment is open, for one number of row blocks, by whether the last member streams or keeps its
 * weights.
 */
class OpenSegments {
  readonly streaming: readonly LeastFront<Trail | null>[]
  readonly keeping: readonly LeastFront<Trail | null>[]

  constructor(
    length: number,
    readonly rowBlocks: number,
  ) {
    this.streaming = Array.from({ length: length + 1 }, () => new LeastFront())
    this.keeping = Array.from({ length: length + 1 }, () => new LeastFront())
  }
}

/** A single weight is always kept, however it is fetched. */
const streams = ({ k, n }: ChainMember): boolean => k * n > 1
