import type { MappingColumn } from './bound'
import { ParetoFront } from '../../front/pareto-front'

/** What a search leaves behind, in units of `Weights.bitsPerUnit`: a front as columns and a mapping for each point. */
export interface SearchColumns {
  readonly buffers: Float64Array
  readonly traffics: Float64Array
  readonly mappings: MappingColumn
  readonly evaluated: number
}

/** Freezes a front into columns, encoding the mapping of each point that survived. */
export function frontColumns<Tag>(
  front: { readonly [Column in 'buffers' | 'traffics' | 'tags']: Readonly<ParetoFront<Tag>[Column]> },
  evaluated: number,
  encode: (tag: Tag, words: number[]) => void,
): SearchColumns {
  const words: number[] = []
  const offsets = new Uint32Array(front.tags.length + 1)
  for (const [i, tag] of front.tags.entries()) {
    encode(tag, words)
    offsets[i + 1] = words.length
  }
  return {
    buffers: Float64Array.from(front.buffers),
    traffics: Float64Array.from(front.traffics),
    mappings: { words: Float64Array.from(words), offsets },
    evaluated,
  }
}

/** The common front of several searches of one problem; of equal points the earlier search's stays. */
export function mergeColumns(parts: readonly SearchColumns[]): SearchColumns {
  const front = new ParetoFront<Float64Array>()
  let evaluated = 0
  for (const { buffers, traffics, mappings, evaluated: count } of parts) {
    evaluated += count
    for (let i = 0; i < buffers.length; i++)
      front.add(
        buffers[i]!,
        traffics[i]!,
        mappings.words.subarray(mappings.offsets[i]!, mappings.offsets[i + 1]!),
      )
  }
  return frontColumns(front, evaluated, (tag, words) => words.push(...tag))
}
