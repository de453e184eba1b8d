import { codeMap } from './codes'
import type { Layout } from './layout'

/** How the state of a part is read off the state of a part that contains it, by their layouts. */
export interface Conversion {
  /** For classes of the state: what its code is there, and by how much that moves the key. */
  readonly keys: readonly KeyPart[]
  /** Classes that are common there: executions of the inner part multiply by their sizes. */
  readonly factors: readonly number[]
}

export interface KeyPart {
  readonly at: number
  readonly codes: Int32Array
  readonly stride: number
}

/**
 * Every label of the inner part takes the size that its rank has outside. A class may go to two: ranks that followed one
 * label have labels of their own again once they need not follow.
 */
export function conversion(from: Layout, to: Layout): Conversion {
  const keys: KeyPart[] = []
  const factors: number[] = []
  const pairs: number[] = []
  for (const [label, { place }] of to.labelling.labels.entries()) {
    const inner = to.classAt[label]!
    const outer = from.classAt[from.labelling.of[place.einsum]![place.at]!]!
    // Common classes of the outer part are at one already.
    if (inner < 0 || outer < 0 || outer >= from.classes.length) continue
    const pair = outer * 64 + inner
    if (pairs.includes(pair)) continue
    pairs.push(pair)
    if (inner >= to.classes.length) {
      factors.push(outer)
      continue
    }
    const { size, keyStride } = to.classes[inner]!
    keys.push({ at: outer, codes: codeMap(from.classes[outer]!.size, size), stride: keyStride })
  }
  return { keys, factors }
}
