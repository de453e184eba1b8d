import type { Conversion } from './conversion'
import { lowestOf, type Mask } from './masks'
import type { Part } from './part'

/** A part at some ranges, read off a key. */
export class PartState {
  /** By class, the code and the size that it stands for. */
  readonly codes = new Int32Array(64)
  protected readonly sizes = new Float64Array(64)
  /** By tensor, those of the part. */
  private readonly boxes = new Float64Array(32)

  read({ classes, tensors }: Part, key: number): void {
    let left = key
    for (let i = 0; i < classes.length; i++) {
      const { sizes } = classes[i]!
      const above = Math.floor(left / sizes.length)
      const code = left - above * sizes.length
      left = above
      this.codes[i] = code
      this.sizes[i] = sizes[code]!
    }
    for (let i = 0; i < tensors.length; i++) {
      const { tensor, width, classes: indexed } = tensors[i]!
      let box = width
      for (let j = 0; j < indexed.length; j++) box *= this.sizes[indexed[j]!]!
      this.boxes[tensor] = box
    }
  }

  /** Units of the boxes of some tensors. */
  boxesOf(mask: Mask): number {
    let units = 0
    for (let left = mask; left !== 0; left &= left - 1) units += this.boxes[lowestOf(left)]!
    return units
  }

  /** What holdings of some tensors move, each opened once. */
  moved(once: Mask, twice: Mask): number {
    return this.boxesOf(once) + 2 * this.boxesOf(twice)
  }

  /** The key of the state in another part. */
  keyIn({ keys }: Conversion): number {
    let key = 0
    for (let i = 0; i < keys.length; i++) {
      const { at, codes, stride } = keys[i]!
      key += codes[this.codes[at]!]! * stride
    }
    return key
  }

  /** How often a part below is executed by loops over its common classes. */
  factorOf({ factors }: Conversion): number {
    let factor = 1
    for (let i = 0; i < factors.length; i++) factor *= this.sizes[factors[i]!]!
    return factor
  }
}
