/** Whether tile sizes must divide the rank sizes. */
export type Factors = 'perfect' | 'imperfect'

/** How a rank is cut by the loops over it: `count[i]` pieces of `size[i]` values. Perfect cuts have one entry. */
export interface Pieces {
  readonly size: readonly number[]
  readonly count: readonly number[]
}

export const whole = (size: number): Pieces => ({ size: [size], count: [1] })

/** Cuts every piece into tiles of `tile` values; the last tile of a piece may be partial. */
export function cut(pieces: Pieces, tile: number): Pieces {
  if (pieces.size.length === 1 && pieces.size[0]! % tile === 0)
    return { size: [tile], count: [pieces.count[0]! * (pieces.size[0]! / tile)] }
  const counts = new Map<number, number>()
  const add = (size: number, count: number) => counts.set(size, (counts.get(size) ?? 0) + count)
  for (let i = 0; i < pieces.size.length; i++) {
    const size = pieces.size[i]!
    const count = pieces.count[i]!
    const full = Math.floor(size / tile)
    if (full > 0) add(tile, full * count)
    if (size % tile > 0) add(size % tile, count)
  }
  return { size: [...counts.keys()], count: [...counts.values()] }
}

export function pieceCount(pieces: Pieces): number {
  let sum = 0
  for (const count of pieces.count) sum += count
  return sum
}

/**
 * Tile sizes to try inside a piece of `size`, largest first. Perfect: its divisors. Imperfect: for each number of
 * tiles the least tile that makes it, about 2 * sqrt(size) of them (docs/model.md, section 4, Eq. 13).
 */
export function tileSizes(size: number, factors: Factors): readonly number[] {
  const small: number[] = []
  const large: number[] = []
  for (let i = 1; (i - 1) * (i - 1) < size; i++) {
    if (factors === 'imperfect') {
      large.push(Math.ceil(size / i))
      small.push(i)
    } else if (size % i === 0) {
      large.push(size / i)
      small.push(i)
    }
  }
  return [...new Set([...large, ...small.reverse()])].filter(
    (tile) => factors === 'perfect' || leastTile(size, tile) === tile,
  )
}

/** The least tile that cuts `size` into as many tiles as `tile` does. */
const leastTile = (size: number, tile: number): number => Math.ceil(size / Math.ceil(size / tile))
