import { formatBytes } from '../units/format'
import type { SegmentAt } from './read-fusion'

const FORMS = {
  alone: 'alone',
  untiled: 'untiled',
  tiled: 'tiled',
  flashattention: 'FlashAttention order',
} as const

/** A segment in one line: how it runs, its row blocks, and how each member is cut. */
export function segmentLine({
  form,
  names,
  rowBlocks,
  rowsPerBlock,
  members,
  buffer,
  traffic,
}: SegmentAt): string {
  const cuts = members.map(({ name, tiling, keepsWeights }) => {
    if (tiling === null) return name
    const { kCuts, nCuts, weights } = tiling
    const parts = [
      ...(kCuts > 1 ? [`k/${kCuts}`] : []),
      ...(nCuts > 1 ? [`n/${nCuts}`] : []),
      keepsWeights ? 'weights kept' : weights === 'held' ? 'weights by chunks' : 'weights streamed',
    ]
    return `${name} (${parts.join(', ')})`
  })
  const rows = form === 'tiled' || form === 'flashattention' ? ` ${rowBlocks} x ${rowsPerBlock} rows` : ''
  return `${FORMS[form]}${rows}: ${(cuts.length > 0 ? cuts : names).join(' ; ')}; ${formatBytes(buffer)}, ${formatBytes(traffic)}`
}
