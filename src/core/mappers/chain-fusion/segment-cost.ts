import { bytes, type Bytes } from '../../units/quantity'
import type { Execution } from '../mapper'
import type { Chain, PerOperand } from './chain'
import { memberCost, type MemberCost, type MemberTiling } from './member-cost'
import { productCost, productFront } from './product-front'
import { flashCosts, linkCost, ownNeed, runNeed, type SegmentForm } from './segment'
import type { PlannedSegment } from './trail'

/** One member of a fused segment; bytes. */
export interface SegmentMember {
  /** How it is tiled; null under untiled fusion, where each member runs whole. */
  readonly tiling: MemberTiling | null
  readonly tile: PerOperand
  /** What crosses to the backing store: 0 for an intermediate that stays in the buffer. */
  readonly traffic: PerOperand
  readonly keepsWeights: boolean
}

export interface SegmentCost {
  readonly members: readonly SegmentMember[]
  /** What the point-wise Einsums of each link read from the backing store besides; bytes. */
  readonly sides: readonly { readonly buffer: number; readonly traffic: number }[]
  /** M0 = rows / M1. */
  readonly rowsPerBlock: number
  readonly buffer: Bytes
  readonly traffic: Bytes
}

/** A segment with its figures, in bytes. Untiled members have points of their own, which are read at `buffer`. */
export function costOfSegment(
  chain: Chain,
  segment: PlannedSegment,
  buffer: number,
  execution: Execution,
): SegmentCost {
  return segment.form === 'untiled'
    ? untiledCost(chain, segment, buffer)
    : tiledCost(chain, segment, execution)
}

function tiledCost(
  chain: Chain,
  { from, to, form, rowBlocks, tilings }: PlannedSegment,
  execution: Execution,
): SegmentCost {
  const [a, b] = tilings
  const costs =
    form === 'flashattention'
      ? flashCosts(chain, from, [a!, b!], rowBlocks)
      : tilings.map((tiling, i) => memberCost(chain.members[from + i]!, tiling, rowBlocks))
  const sides = Array.from({ length: to - from }, (_, i) => linkCost(chain, from + i, rowBlocks))
  const members = costs.map(({ tile, traffic, keepsWeights }, i): SegmentMember => ({
    tiling: tilings[i]!,
    tile,
    traffic: {
      input: i === 0 ? traffic.input : 0,
      weights: traffic.weights,
      output: from + i === to ? traffic.output : 0,
    },
    keepsWeights,
  }))
  const beside = sides.map((side) => side.buffer)
  const need =
    execution === 'pipelined'
      ? pipelinedNeed(costs, beside)
      : sequentialNeed(chain, from, costs, beside, form)
  const moved =
    members.reduce((sum, { traffic }) => sum + traffic.input + traffic.weights + traffic.output, 0) +
    sides.reduce((sum, { traffic }) => sum + traffic, 0)
  return {
    members,
    sides,
    rowsPerBlock: chain.members[from]!.rows / rowBlocks,
    buffer: bytes(Math.ceil(need)),
    traffic: bytes(Math.ceil(moved)),
  }
}

/**
 * Buffer of a segment whose members run in turn, in bytes (docs/model.md, section 6, Eq. 30). A pair in
 * FlashAttention's orders is one step: all side operands of the link are in the buffer during it.
 */
export function sequentialNeed(
  chain: Chain,
  from: number,
  costs: readonly MemberCost[],
  sides: readonly number[] = [],
  form: SegmentForm = 'tiled',
): number {
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
  if (form === 'flashattention') {
    const [one, two] = costs
    const both = one!.keepsWeights && two!.keepsWeights
    return (both ? runNeed(chain, from, costs) : Math.max(ownNeed(one!), ownNeed(two!))) + sum(sides)
  }
  let need = 0
  for (let i = 0; i < costs.length;) {
    let end = i
    while (costs[i]!.keepsWeights && end + 1 < costs.length && costs[end + 1]!.keepsWeights) end++
    const run = costs.slice(i, end + 1)
    const own = costs[i]!.keepsWeights ? runNeed(chain, from + i, run) : ownNeed(costs[i]!)
    need = Math.max(need, own + sum(sides.slice(i, end + 1)))
    i = end + 1
  }
  return need
}

/** Buffer of a segment whose members all work at once, in bytes (docs/model.md, section 6, Eq. 31). */
export function pipelinedNeed(costs: readonly MemberCost[], sides: readonly number[] = []): number {
  const weights = costs.reduce((sum, { tile }) => sum + tile.weights, 0)
  const operands = Math.max(...costs.map(({ tile }) => tile.input + tile.output))
  return weights + operands + sides.reduce((sum, side) => sum + side, 0)
}

function untiledCost(chain: Chain, { from, to }: PlannedSegment, buffer: number): SegmentCost {
  let [need, moved] = [0, 0]
  const sides = Array.from({ length: to - from }, (_, i) => linkCost(chain, from + i, 1))
  const members = chain.members.slice(from, to + 1).map((member, i): SegmentMember => {
    const pinned = { input: i > 0, output: from + i < to }
    const { ranks, bytesPerValue } = member
    const front = productFront(ranks, bytesPerValue, pinned)
    const side = sides[i] ?? { buffer: 0, traffic: 0 }
    let point = 0
    while (point + 1 < front.buffer.length && Math.ceil(front.buffer[point + 1]! + side.buffer) <= buffer)
      point++
    need = Math.max(need, Math.ceil(front.buffer[point]! + side.buffer))
    moved += Math.ceil(front.traffic[point]! + side.traffic)
    return {
      tiling: null,
      ...productCost(ranks, bytesPerValue, front.tags[point]!, pinned),
      keepsWeights: false,
    }
  })
  return {
    members,
    sides,
    rowsPerBlock: chain.members[from]!.rows,
    buffer: bytes(need),
    traffic: bytes(moved),
  }
}
