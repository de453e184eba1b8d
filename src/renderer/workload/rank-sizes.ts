import { isMap, isScalar, parseDocument } from 'yaml'

/** A rank size that is a number in the text; aliases are not listed. */
export interface RankSizeEntry {
  readonly rank: string
  readonly size: number
}

/** The numeric entries of `rank_sizes` in a workload's text, in order. */
export function rankSizeEntries(text: string): readonly RankSizeEntry[] {
  const sizes = parseDocument(text).getIn(['workload', 'rank_sizes'])
  if (!isMap(sizes)) return []
  return sizes.items.flatMap(({ key, value }) =>
    isScalar(value) && typeof value.value === 'number' ? [{ rank: String(key), size: value.value }] : [],
  )
}

/** The text with one rank's size replaced; the rest stays as it is. */
export function withRankSize(text: string, rank: string, size: number): string {
  const node = parseDocument(text).getIn(['workload', 'rank_sizes', rank], true)
  if (!isScalar(node) || !node.range) return text
  return text.slice(0, node.range[0]) + String(size) + text.slice(node.range[1])
}
