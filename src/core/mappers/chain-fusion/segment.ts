import type { Chain } from './chain'
import { memberCost, rowBytes, type MemberCost, type MemberTiling } from './member-cost'

/** How a segment runs: alone by the bound of its Einsum, with whole intermediates, or row block by row block. */
export type SegmentForm = 'alone' | 'untiled' | 'tiled' | 'flashattention'

/** A stretch of a chain that runs as one segment: members `from` to `to`, both included. */
export interface Segment {
  readonly from: number
  readonly to: number
  readonly form: SegmentForm
  /** M1: number of row blocks; 1 unless the segment is tiled. */
  readonly rowBlocks: number
  /** One for each member if the segment is tiled; empty otherwise. */
  readonly tilings: readonly MemberTiling[]
  readonly buffer: number
  readonly traffic: number
}

/** Costs of a pair in FlashAttention's orders. */
export function flashCosts(
  chain: Chain,
  from: number,
  [a, b]: readonly [MemberTiling, MemberTiling],
  rowBlocks: number,
): readonly [MemberCost, MemberCost] {
  const [first, second] = [chain.members[from]!, chain.members[from + 1]!]
  return [memberCost(first, a, rowBlocks), memberCost(second, b, rowBlocks)]
}

/**
 * Buffer of a run of members that keep all their weights, in bytes: single rows pass between them (docs/model.md,
 * section 6, Eq. 30, b).
 */
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

/** Buffer of a member that does not keep all its weights: all three tiles (docs/model.md, section 6, Eq. 30, a). */
export const ownNeed = ({ tile }: MemberCost): number => tile.input + tile.weights + tile.output

/**
 * Bytes that the point-wise Einsums of link `e` read besides, if they are applied in place (docs/model.md, section 6,
 * Eq. 34).
 */
export function linkCost(chain: Chain, e: number, rowBlocks: number): { buffer: number; traffic: number } {
  let buffer = 0
  let traffic = 0
  for (const side of chain.links[e]?.sides ?? []) {
    buffer += side.bytesPerValue
    traffic += side.bytes * Math.max(1, rowBlocks / side.rows)
  }
  return { buffer, traffic }
}
