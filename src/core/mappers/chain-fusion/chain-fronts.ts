import type { Chain } from './chain'
import { isPerHead } from './chain'
import { productFront } from './product-front'
import type { Forms } from './forms'
import { segmentPipelined } from './pipelined'
import type { Execution } from '../mapper'
import { linkCost } from './segment'
import { segmentSequential } from './segmentation'
import { segmentsOf, type PlannedSegment } from './trail'
import type { PaperStrategy } from '../strategy'
import { pointFront, type Front } from '../../front/columns'
import { NEVER_STOPS, type Checkpoint } from '../../support/checkpoint'
import { inSequence } from '../../front/sum'

export type PlanFront = Front<readonly PlannedSegment[]>

/** Fronts without fusion: each member on its own, and the point-wise Einsums of each link (null if it has none). */
export interface AloneFronts {
  readonly members: readonly Front<unknown>[]
  readonly links: readonly (Front<unknown> | null)[]
}

/**
 * Least traffic of a chain of at least two members under a strategy, in bytes, with the segments of every point
 * (docs/model.md, section 6).
 */
export function chainFront(
  chain: Chain,
  strategy: PaperStrategy,
  alone: AloneFronts,
  execution: Execution,
  checkpoint: Checkpoint = NEVER_STOPS,
): PlanFront {
  const fused = (part: Chain, fronts: AloneFronts, which: Which) =>
    segmented(part, fronts, which, execution, checkpoint)
  switch (strategy) {
    case 'unfused':
      return inPieces(chain, alone, () => null)
    case 'untiled':
      return untiled(chain)
    case 'tiled':
      return fused(chain, alone, { cuts: false, tiled: true, split: true, flash: false })
    case 'segmented':
      return fused(chain, alone, { cuts: true, tiled: true, split: true, flash: true })
    case 'flat':
    case 'flashattention':
      return inPieces(chain, alone, (pair, fronts) =>
        pairFront(pair, strategy, fronts, execution, checkpoint),
      )
  }
}

/**
 * Two members by FLAT (the intermediate in whole rows) or by FlashAttention (in chunks of its columns);
 * docs/model.md, section 6.
 */
export const pairFront = (
  pair: Chain,
  strategy: 'flat' | 'flashattention',
  alone: AloneFronts,
  execution: Execution,
  checkpoint: Checkpoint = NEVER_STOPS,
): PlanFront =>
  segmented(
    pair,
    alone,
    { cuts: false, tiled: strategy === 'flat', split: false, flash: strategy === 'flashattention' },
    execution,
    checkpoint,
  )

type Which = Pick<Forms, 'cuts' | 'tiled' | 'split' | 'flash'>

function segmented(
  chain: Chain,
  { members, links }: AloneFronts,
  which: Which,
  execution: Execution,
  checkpoint: Checkpoint,
): PlanFront {
  const forms: Forms = { ...which, alone: members, pointwise: links }
  const segment = execution === 'sequential' ? segmentSequential : segmentPipelined
  const front = segment(chain, forms, checkpoint)
  return { ...front, tags: front.tags.map(segmentsOf) }
}

/** Members one by one; the two products of attention as a pair if the strategy can fuse them. */
function inPieces(
  chain: Chain,
  alone: AloneFronts,
  fusePair: (pair: Chain, fronts: AloneFronts) => PlanFront | null,
): PlanFront {
  let front: PlanFront = pointFront<readonly PlannedSegment[]>(0, 0, [])
  for (let e = 0; e < chain.members.length; e++) {
    const pair = isAttentionPair(chain, e)
      ? fusePair(
          { ...chain, members: chain.members.slice(e, e + 2), links: chain.links.slice(e, e + 1) },
          { members: alone.members.slice(e, e + 2), links: alone.links.slice(e, e + 1) },
        )
      : null
    const from = e
    if (pair !== null) {
      e++
      front = inSequence(front, pair, (before, segments) => [
        ...before,
        ...segments.map((segment) => ({ ...segment, from, to: from + 1 })),
      ])
    } else {
      front = inSequence(front, alone.members[e]!, (before) => [
        ...before,
        { from, to: from, form: 'alone' as const, rowBlocks: 1, tilings: [] },
      ])
    }
    const link = alone.links[e]
    if (link) front = inSequence(front, link, (before) => before)
  }
  return front
}

/** Whether members e and e + 1 are the two products of attention: each batch entry or head has its own weights. */
export function isAttentionPair({ members }: Chain, e: number): boolean {
  return [members[e], members[e + 1]].every(
    (member) => member !== undefined && (isPerHead(member) || member.batch > 1),
  )
}

/**
 * Untiled fusion (docs/model.md, section 6, Eq. 25): intermediates stay in the buffer whole, and the members run one
 * after the other.
 */
function untiled(chain: Chain): PlanFront {
  const last = chain.members.length - 1
  const plan = [{ from: 0, to: last, form: 'untiled' as const, rowBlocks: 1, tilings: [] }]
  let front: PlanFront = pointFront<readonly PlannedSegment[]>(0, 0, plan)
  for (const [e, { ranks, bytesPerValue }] of chain.members.entries()) {
    const member = productFront(ranks, bytesPerValue, { input: e > 0, output: e < last })
    const link = e < last ? linkCost(chain, e, 1) : { buffer: 0, traffic: 0 }
    const withSides = {
      ...member,
      buffer: member.buffer.map((buffer) => Math.ceil(buffer + link.buffer)),
      traffic: member.traffic.map((traffic) => Math.ceil(traffic + link.traffic)),
    }
    front = inSequence(front, withSides, (before) => before)
  }
  return front
}
