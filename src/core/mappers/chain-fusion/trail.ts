import type { MemberTiling } from './member-cost'
import type { Segment, SegmentForm } from './segment'
import type { Front } from '../../front/columns'

/** A segment without its own figures: what a search leaves behind. */
export type PlannedSegment = Omit<Segment, 'buffer' | 'traffic'>

/** A stretch of members costed as one step of the dynamic programme: a member, a run with its weights, a whole segment. */
export interface Block {
  readonly from: number
  readonly to: number
  readonly form: SegmentForm
  readonly rowBlocks: number
  readonly tilings: readonly MemberTiling[]
  /** Whether a segment ends with it. */
  readonly closes: boolean
}

/** How a point came about: its last block, and what came before. */
export interface Trail {
  readonly before: Trail | null
  readonly block: Block
}

export type TrailFront = Front<Trail | null>

/** The segments of a trail, first to last. */
export function segmentsOf(trail: Trail | null): readonly PlannedSegment[] {
  const blocks: Block[] = []
  for (let at = trail; at !== null; at = at.before) blocks.push(at.block)
  blocks.reverse()
  const segments: PlannedSegment[] = []
  let current: Block[] = []
  for (const block of blocks) {
    current.push(block)
    if (!block.closes) continue
    const { form, rowBlocks, to } = block
    segments.push({
      from: current[0]!.from,
      to,
      form,
      rowBlocks,
      tilings: current.flatMap(({ tilings }) => tilings),
    })
    current = []
  }
  return segments
}
