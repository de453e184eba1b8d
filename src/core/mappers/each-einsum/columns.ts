import type { Columns, Front } from '../../front/columns'
import { ParetoFront } from '../../front/pareto-front'
import type { MappingColumn } from '../../mapping/codec'

/** The result of a search, in units of `Weights.bitsPerUnit`: a front, and an encoded mapping for each point. */
export interface SearchColumns extends Columns<'buffer' | 'traffic'> {
  readonly mappings: MappingColumn
  /** Number of mappings weighed. */
  readonly evaluated: number
}

/** A front as columns, with the mapping of each of its points encoded. */
export function frontColumns<Tag>(
  { buffer, traffic, tags }: Front<Tag>,
  evaluated: number,
  encode: (tag: Tag, words: number[]) => void,
): SearchColumns {
  const words: number[] = []
  const offsets = new Uint32Array(tags.length + 1)
  for (const [i, tag] of tags.entries()) {
    encode(tag, words)
    offsets[i + 1] = words.length
  }
  return { buffer, traffic, mappings: { words: Float64Array.from(words), offsets }, evaluated }
}

/** The common front of several searches of one problem. Of equal points the earlier search's stays. */
export function mergeColumns(parts: readonly SearchColumns[]): SearchColumns {
  const front = new ParetoFront<Float64Array>()
  let evaluated = 0
  for (const { buffer, traffic, mappings, evaluated: count } of parts) {
    evaluated += count
    for (let i = 0; i < buffer.length; i++)
      front.add(
        buffer[i]!,
        traffic[i]!,
        mappings.words.subarray(mappings.offsets[i]!, mappings.offsets[i + 1]!),
      )
  }
  return frontColumns(front.front(), evaluated, (tag, words) => words.push(...tag))
}
