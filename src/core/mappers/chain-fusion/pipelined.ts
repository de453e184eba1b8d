import { tileSizes } from '../../model/pieces'
import type { Chain } from './chain'
import type { Forms } from './forms'
import { flashTilings, HELD, memberCost, STREAMED, type MemberCost, type MemberTiling } from './member-cost'
import { flashCosts, linkCost, type SegmentForm } from './segment'
import { emptyFront, pointFront, type Front } from '../../front/columns'
import { LeastFront, ParetoFront } from '../../front/pareto-front'
import { inSequence } from '../../front/sum'
import type { Checkpoint } from '../../support/checkpoint'
import type { Trail, TrailFront } from './trail'

/** Longer pipelines are not searched: each further member could double the number of ways to keep weights. */
export const LONGEST_PIPELINE = 12

/** Bytes of the weights against traffic of a segment's members so far, with their tilings. */
type WeightFront = Front<readonly MemberTiling[]>

/**
 * Least traffic of a chain cut into segments whose members all work at once (docs/model.md, section 6, Eq. 31). The
 * buffer of a segment is the sum of all weights' tiles and the greatest input and output tile of one member.
 */
export function segmentPipelined(chain: Chain, forms: Forms, checkpoint: Checkpoint): TrailFront {
  const length = chain.members.length
  const closed = Array.from({ length: length + 1 }, () => new LeastFront<Trail | null>())
  let before: TrailFront = pointFront<Trail | null>(0, 0, null)
  for (let from = 0; from < length; from++) {
    if (from > 0) before = closed[from]!.take()
    if (before.buffer.length === 0) continue
    const close = (
      to: number,
      rowBlocks: number,
      form: SegmentForm,
      front: Front<readonly MemberTiling[]>,
    ) => {
      if (to + 1 < length && !forms.cuts) return
      const ended = inSequence(before, front, (trail, tilings) => ({
        before: trail,
        block: { from, to, form, rowBlocks, tilings, closes: true },
      }))
      const link = to + 1 < length ? forms.pointwise[to] : null
      closed[to + 1]!.add(link ? inSequence(ended, link, (trail) => trail) : ended)
    }
    if (forms.cuts)
      close(from, 1, 'alone', { ...forms.alone[from]!, tags: forms.alone[from]!.tags.map(() => []) })
    if (from + 1 >= length) continue
    for (const rowBlocks of tileSizes(chain.members[from]!.rows, 'perfect')) {
      checkpoint()
      if (forms.tiled)
        new Pipeline(chain, from, rowBlocks, forms.split).walk((to, front) =>
          close(to, rowBlocks, 'tiled', front),
        )
      if (forms.flash) close(from + 1, rowBlocks, 'flashattention', flashPair(chain, from, rowBlocks))
    }
  }
  return closed[length]!.front()
}

/** All segments that begin at one member, for one number of row blocks. */
class Pipeline {
  private readonly last: number

  constructor(
    private readonly chain: Chain,
    private readonly from: number,
    private readonly rowBlocks: number,
    private readonly split: boolean,
  ) {
    this.last = Math.min(chain.members.length, from + LONGEST_PIPELINE) - 1
  }

  walk(close: (to: number, front: WeightFront) => void): void {
    const first = this.chain.members[this.from]!
    const whole: MemberTiling = { template: 'tiledK', kCuts: first.k, nCuts: 1, weights: 'streamed' }
    this.extend([whole], 1, close)
    this.extend([HELD], 1, close)
    if (!this.split || first.reduced) return
    for (const cuts of tileSizes(first.n, 'perfect'))
      for (const kCuts of first.k > 1 ? [1, first.k] : [1])
        if (cuts > 1)
          this.extend([{ template: 'tiledKN', kCuts, nCuts: cuts, weights: 'streamed' }], cuts, close)
  }

  /** Adds members one by one, each with weights kept or streamed. `close` gets every possible end. */
  private extend(
    head: readonly [MemberTiling],
    cuts: number,
    close: (to: number, front: WeightFront) => void,
  ): void {
    const cost = this.cost(this.from, head[0])
    let front: WeightFront = pointFront(cost.tile.weights, cost.traffic.weights + cost.traffic.input, head)
    let operands = cost.tile.input + cost.tile.output
    let sides = { buffer: 0, traffic: 0 }
    for (let e = this.from + 1; e <= this.last; e++) {
      const link = linkCost(this.chain, e - 1, this.rowBlocks)
      sides = { buffer: sides.buffer + link.buffer, traffic: sides.traffic + link.traffic }
      const splits = e === this.from + 1 && cuts > 1
      for (const tiling of this.tails(e, splits ? cuts : 1)) {
        const end = this.cost(e, tiling)
        const room = Math.max(operands, end.tile.input + end.tile.output) + sides.buffer
        const more = room + end.tile.weights
        close(e, shifted(front, more, sides.traffic + end.traffic.weights + end.traffic.output, tiling))
      }
      const next = new LeastFront<readonly MemberTiling[]>()
      for (const tiling of splits
        ? [{ ...STREAMED, template: 'tiledK' as const, kCuts: cuts }]
        : [STREAMED, HELD]) {
        const middle = this.cost(e, tiling)
        next.add(shifted(front, middle.tile.weights, middle.traffic.weights, tiling))
        operands = Math.max(operands, middle.tile.input + middle.tile.output)
      }
      front = next.front()
    }
  }

  /** The tilings with which member e may end a segment, if its input is cut into `cuts` along its columns. */
  private tails(e: number, cuts: number): readonly MemberTiling[] {
    const { n } = this.chain.members[e]!
    if (cuts > 1)
      return (n > 1 ? [1, n] : [1]).map((nCuts) => ({
        template: 'tiledNK',
        kCuts: cuts,
        nCuts,
        weights: 'streamed',
      }))
    return [{ template: 'tiledN', kCuts: 1, nCuts: n, weights: 'streamed' }, HELD]
  }

  private cost(e: number, tiling: MemberTiling): MemberCost {
    return memberCost(this.chain.members[e]!, tiling, this.rowBlocks)
  }
}

function flashPair(chain: Chain, from: number, rowBlocks: number): WeightFront {
  const link = linkCost(chain, from, rowBlocks)
  const ways = new ParetoFront<readonly MemberTiling[]>()
  for (const tilings of flashTilings(chain.members[from]!)) {
    const [a, b] = flashCosts(chain, from, tilings, rowBlocks)
    const room = Math.max(a.tile.input + a.tile.output, b.tile.input + b.tile.output)
    const traffic = a.traffic.input + a.traffic.weights + b.traffic.weights + b.traffic.output
    ways.add(
      Math.ceil(room + a.tile.weights + b.tile.weights + link.buffer),
      Math.ceil(traffic + link.traffic),
      tilings,
    )
  }
  return ways.front()
}

/** A front with a member after it. */
function shifted(front: WeightFront, buffer: number, traffic: number, tiling: MemberTiling): WeightFront {
  if (front.buffer.length === 0) return emptyFront
  return {
    buffer: front.buffer.map((size) => Math.ceil(size + buffer)),
    traffic: front.traffic.map((moved) => Math.ceil(moved + traffic)),
    tags: front.tags.map((tilings) => [...tilings, tiling]),
  }
}
