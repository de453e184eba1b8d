import type { MemberTiling } from './member-cost'
import type { Segment, SegmentForm } from './segment'
import type { Front } from '../../front/columns'

/** A segment without its figures, as a search stores it. */
export type PlannedSegment = Omit<Segment, 'buffer' | 'traffic'>

/** Members that are one step of the dynamic programme: one member, a run with kept weights, or a whole segment. */
export interface Block {
  readonly from: number
  readonly to: number
  readonly form: SegmentForm
  readonly rowBlocks: number
  readonly tilings: readonly MemberTiling[]
  /** Whether a segment ends with it. */
  readonly closes: boolean
}

/** How a point was reached: its last block, and the trail before it. */
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
