import { bytes, type Bytes } from '../../units/quantity'
import type { Chain, PerOperand } from './chain'
import type { PlannedSegment } from './trail'
import { memberCost, type MemberCost, type MemberTiling } from './member-cost'
import { productCost, productFront } from './product-front'
import { flashCosts, linkCost, ownNeed, runNeed, type Execution, type SegmentForm } from './segment'

/** One member of a fused segment as a person reads it; bytes. */
export interface SegmentMemberView {
  readonly name: string
  /** How it is cut; null under untiled fusion, where each member runs whole. */
  readonly tiling: MemberTiling | null
  readonly tile: PerOperand
  /** What crosses to the backing store: 0 for an intermediate that stays. */
  readonly traffic: PerOperand
  readonly keepsWeights: boolean
}

export interface SegmentView {
  readonly form: SegmentForm
  readonly names: readonly string[]
  /** M1, and M0 = rows / M1. */
  readonly rowBlocks: number
  readonly rowsPerBlock: number
  readonly members: readonly SegmentMemberView[]
  readonly buffer: Bytes
  readonly traffic: Bytes
}

/** A segment with its figures. Buffers of untiled segments are read at `buffer`, since each member has its own points. */
export function segmentView(
  chain: Chain,
  segment: PlannedSegment,
  buffer: number,
  execution: Execution,
): SegmentView {
  return segment.form === 'untiled'
    ? untiledView(chain, segment, buffer)
    : tiledView(chain, segment, execution)
}

function tiledView(
  chain: Chain,
  { from, to, form, rowBlocks, tilings }: PlannedSegment,
  execution: Execution,
): SegmentView {
  const [a, b] = tilings
  const costs =
    form === 'flashattention'
      ? flashCosts(chain, from, [a!, b!], rowBlocks)
      : tilings.map((tiling, i) => memberCost(chain.members[from + i]!, tiling, rowBlocks))
  const sides = Array.from({ length: to - from }, (_, i) => linkCost(chain, from + i, rowBlocks))
  const members = costs.map(({ tile, traffic, keepsWeights }, i): SegmentMemberView => ({
    name: chain.members[from + i]!.name,
    tiling: tilings[i]!,
    tile,
    traffic: {
      input: i === 0 ? traffic.input : 0,
      weights: traffic.weights,
      output: from + i === to ? traffic.output : 0,
    },
    keepsWeights,
  }))
  const need = execution === 'sequential' ? sequentialNeed : pipelinedNeed
  return {
    form,
    names: members.map(({ name }) => name),
    rowBlocks,
    rowsPerBlock: chain.members[from]!.rows / rowBlocks,
    members,
    buffer: bytes(
      Math.ceil(
        need(
          chain,
          from,
          costs,
          sides.map((side) => side.buffer),
        ),
      ),
    ),
    traffic: bytes(
      Math.ceil(
        members.reduce((sum, { traffic }) => sum + traffic.input + traffic.weights + traffic.output, 0) +
          sides.reduce((sum, { traffic }) => sum + traffic, 0),
      ),
    ),
  }
}

/**
 * Buffer of a segment whose members take turns (model section 6): the greatest of what each member needs that does not
 * keep its whole weights, and of what each maximal run of members needs that do.
 */
export function sequentialNeed(
  chain: Chain,
  from: number,
  costs: readonly MemberCost[],
  sides: readonly number[] = [],
): number {
  let need = 0
  for (let i = 0; i < costs.length;) {
    let end = i
    while (costs[i]!.keepsWeights && end + 1 < costs.length && costs[end + 1]!.keepsWeights) end++
    const run = costs.slice(i, end + 1)
    const own = costs[i]!.keepsWeights ? runNeed(chain, from + i, run) : ownNeed(costs[i]!)
    const beside = sides.slice(i, end + 1).reduce((sum, side) => sum + side, 0)
    need = Math.max(need, own + beside)
    i = end + 1
  }
  return need
}

/** Buffer of a segment whose members all work at once: the weights' tiles together, and the largest input and output. */
export function pipelinedNeed(
  _chain: Chain,
  _from: number,
  costs: readonly MemberCost[],
  sides: readonly number[] = [],
): number {
  const weights = costs.reduce((sum, { tile }) => sum + tile.weights, 0)
  const operands = Math.max(...costs.map(({ tile }) => tile.input + tile.output))
  return weights + operands + sides.reduce((sum, side) => sum + side, 0)
}

function untiledView(chain: Chain, { from, to, form }: PlannedSegment, buffer: number): SegmentView {
  let [need, total] = [0, 0]
  const members = chain.members.slice(from, to + 1).map((member, i): SegmentMemberView => {
    const pinned = { input: i > 0, output: from + i < to }
    const { ranks, bytesPerValue } = member
    const link = linkCost(chain, from + i, 1)
    const front = productFront(ranks, bytesPerValue, pinned)
    const side = from + i < to ? link : { buffer: 0, traffic: 0 }
    let point = 0
    while (point + 1 < front.buffers.length && front.buffers[point + 1]! + side.buffer <= buffer) point++
    need = Math.max(need, front.buffers[point]! + side.buffer)
    total += front.traffics[point]! + side.traffic
    const cost = productCost(ranks, bytesPerValue, front.tags[point]!, pinned)
    return {
      name: member.name,
      tiling: null,
      ...cost,
      keepsWeights: false,
    }
  })
  return {
    form,
    names: members.map(({ name }) => name),
    rowBlocks: 1,
    rowsPerBlock: chain.members[from]!.rows,
    members,
    buffer: bytes(need),
    traffic: bytes(total),
  }
}
