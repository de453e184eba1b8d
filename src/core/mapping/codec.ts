import { assert } from '../support/assert'
import { COUNTINGS, type Block, type Holding, type Leaf, type Loop, type Mapping } from './tree'

/** One mapping for each point of a front, encoded one after the other. */
export interface MappingColumn {
  readonly words: Float64Array
  /** Point i is in `words[offsets[i] .. offsets[i + 1])`. */
  readonly offsets: Uint32Array
}

/** Changes with the layout below. An encoded mapping of another version is refused. */
const VERSION = 1
const [LEAF, LOOP] = [0, 1]
const [BACKWARDS, FIRST, REST] = [1, 2, 4]

/** Appends a mapping to `words`: version, counting, then its blocks in preorder. */
export function encodeMapping({ counting, root }: Mapping, words: number[]): void {
  words.push(VERSION, COUNTINGS.indexOf(counting))
  encodeBlock(root, words)
}

function encodeBlock({ holdings, children }: Block, words: number[]): void {
  words.push(holdings.length)
  for (const { tensor, level, from, to, window = false } of holdings)
    words.push(tensor, level, from, to, window ? 1 : 0)
  words.push(children.length)
  for (const child of children) {
    if (child.kind === 'einsum') {
      words.push(LEAF, child.einsum)
      continue
    }
    const { rank, tile, backwards = false, slides = [], first, body, rest } = child
    words.push(LOOP, rank, tile, (backwards ? BACKWARDS : 0) | (first ? FIRST : 0) | (rest ? REST : 0))
    words.push(slides.length, ...slides)
    if (first) encodeBlock(first, words)
    encodeBlock(body, words)
    if (rest) encodeBlock(rest, words)
  }
}

/** The mapping of point `point` of a column that `encodeMapping` filled. */
export function decodeMapping({ words, offsets }: MappingColumn, point: number): Mapping {
  return new Decoder(words.subarray(offsets[point]!, offsets[point + 1]!)).mapping()
}

class Decoder {
  private at = 0

  constructor(private readonly words: Float64Array) {}

  mapping(): Mapping {
    assert(this.next() === VERSION, 'an encoded mapping has the present version')
    const counting = COUNTINGS[this.next()]
    assert(counting !== undefined, 'an encoded mapping says how it is counted')
    return { counting, root: this.block() }
  }

  private next(): number {
    return this.words[this.at++]!
  }

  private list<T>(read: () => T): T[] {
    return Array.from({ length: this.next() }, read)
  }

  private block(): Block {
    const holdings = this.list((): Holding => {
      const [tensor, level, from, to] = [this.next(), this.next(), this.next(), this.next()]
      return { tensor, level, from, to, ...(this.next() === 1 ? { window: true } : {}) }
    })
    return { holdings, children: this.list(() => this.node()) }
  }

  private node(): Loop | Leaf {
    if (this.next() === LEAF) return { kind: 'einsum', einsum: this.next() }
    const [rank, tile, flags] = [this.next(), this.next(), this.next()]
    const slides = this.list(() => this.next())
    return {
      kind: 'loop',
      rank,
      tile,
      ...(flags & BACKWARDS ? { backwards: true } : {}),
      ...(slides.length > 0 ? { slides } : {}),
      ...(flags & FIRST ? { first: this.block() } : {}),
      body: this.block(),
      ...(flags & REST ? { rest: this.block() } : {}),
    }
  }
}
