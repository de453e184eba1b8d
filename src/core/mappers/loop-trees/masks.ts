/** Sets of Einsums and of tensors as bits of a number: at most 31 of each. */
export type Mask = number

export const MOST_BITS = 31

/** Positions of the bits set, ascending. */
export function bitsOf(mask: Mask): number[] {
  const positions: number[] = []
  for (let bit = 0; mask >>> bit !== 0; bit++) if ((mask >>> bit) & 1) positions.push(bit)
  return positions
}

export const has = (mask: Mask, bit: number): boolean => ((mask >>> bit) & 1) === 1

export const maskOf = (bits: readonly number[]): Mask => bits.reduce((mask, bit) => mask | (1 << bit), 0)

/** Every subset of a mask, the empty one first. */
export function* subsetsOf(mask: Mask): Generator<Mask> {
  let subset = 0
  do {
    yield subset
    subset = (subset - mask) & mask
  } while (subset !== 0)
}

/** How many bits are set. */
export function sizeOf(mask: Mask): number {
  let bits = 0
  for (let left = mask; left !== 0; left &= left - 1) bits++
  return bits
}

/** Position of the lowest bit set. */
export const lowestOf = (mask: Mask): number => 31 - Math.clz32(mask & -mask)

/** Union of the masks at the positions of the bits set. */
export function unionOf(mask: Mask, masks: readonly Mask[]): Mask {
  let union = 0
  for (let left = mask; left !== 0; left &= left - 1) union |= masks[lowestOf(left)]!
  return union
}

/** Sum of the values at the positions of the bits set. */
export function sumOf(mask: Mask, values: readonly number[]): number {
  let sum = 0
  for (let left = mask; left !== 0; left &= left - 1) sum += values[lowestOf(left)]!
  return sum
}
