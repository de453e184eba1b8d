import type { Chain } from './chain'
import { memberCost, rowBytes, type MemberCost, type MemberTiling } from './member-cost'

export type Execution = 'sequential' | 'pipelined'

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

export const segmentCosts = (chain: Chain, segment: Segment): readonly MemberCost[] =>
  segment.tilings.map((tiling, i) => memberCost(chain.members[segment.from + i]!, tiling, segment.rowBlocks))

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
