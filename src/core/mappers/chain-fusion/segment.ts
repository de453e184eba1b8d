import { operandBytes, type Chain, type ChainMember } from './chain'
import { memberCost, rowBytes, type MemberCost, type MemberTiling } from './member-cost'

/** How a segment runs: alone by the bound of its Einsum, with whole intermediates, or row block by row block. */
export type SegmentForm = 'alone' | 'untiled' | 'tiled' | 'flashattention'

/** A stretch of a chain that runs as one: members `from` to `to`, both included. */
export interface Segment {
  readonly from: number
  readonly to: number
  readonly form: SegmentForm
  /** M1: row blocks that the segment's rows are cut into; 1 unless it is tiled. */
  readonly rowBlocks: number
  /** One a member where the segment is tiled; empty otherwise. */
  readonly tilings: readonly MemberTiling[]
  readonly buffer: number
  readonly traffic: number
}

/** Bytes of a member's weights, each batch entry's own counted: what must be read of them. */
const compulsoryWeights = ({ batch, k, n, heads, bytesPerValue }: ChainMember): number =>
  batch * k * n * heads.weights * bytesPerValue.weights

/**
 * A pair in FlashAttention's orders. Where the chain is held to what must cross the boundary and the paper's count of
 * the whole pair ends below that, what lacks is laid on the weights that are counted short.
 */
export function flashCosts(
  chain: Chain,
  from: number,
  [a, b]: readonly [MemberTiling, MemberTiling],
  rowBlocks: number,
): readonly [MemberCost, MemberCost] {
  const [first, second] = [chain.members[from]!, chain.members[from + 1]!]
  const [one, two] = [memberCost(first, a, rowBlocks), memberCost(second, b, rowBlocks)]
  if (!chain.compulsory) return [one, two]
  const counted = one.traffic.input + one.traffic.weights + two.traffic.weights + two.traffic.output
  const least =
    operandBytes(first).input +
    compulsoryWeights(first) +
    compulsoryWeights(second) +
    operandBytes(second).output
  const lack = Math.max(0, least - counted)
  const onFirst = Math.min(lack, Math.max(0, compulsoryWeights(first) - one.traffic.weights))
  const withWeights = (cost: MemberCost, more: number): MemberCost =>
    more === 0 ? cost : { ...cost, traffic: { ...cost.traffic, weights: cost.traffic.weights + more } }
  return [withWeights(one, onFirst), withWeights(two, lack - onFirst)]
}

/** Whether a member that keeps its whole weights adjoins another that does, so that single rows pass between them. */
export function runNeed(chain: Chain, first: number, costs: readonly MemberCost[]): number {
  let weights = 0
  let rows = 0
  for (const [i, cost] of costs.entries()) {
    const row = rowBytes(chain.members[first + i]!)
    weights += cost.tile.weights
    rows = Math.max(rows, (i > 0 ? row.input : 0) + (i + 1 < costs.length ? row.output : 0))
  }
  return weights + costs[0]!.tile.input + costs.at(-1)!.tile.output + rows
}

/** What a member that streams or holds part of its weights needs, while it is its turn: all three tiles. */
export const ownNeed = ({ tile }: MemberCost): number => tile.input + tile.weights + tile.output

/** Bytes that the point-wise Einsums of link `e` read beside the chain when they are applied in place. */
export function linkCost(chain: Chain, e: number, rowBlocks: number): { buffer: number; traffic: number } {
  let buffer = 0
  let traffic = 0
  for (const side of chain.links[e]?.sides ?? []) {
    buffer += side.bytesPerValue
    traffic += side.bytes * Math.max(1, rowBlocks / side.rows)
  }
  return { buffer, traffic }
}
