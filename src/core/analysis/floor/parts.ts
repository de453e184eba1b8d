/**
 * Work that is cut into parts in whatever order it is done, and what a part has at hand. Counts are of operations, or of
 * elements that are finished; amounts are in bits.
 */
export interface Work {
  readonly total: number
  /** The least number of parts worth trying: below it, parts are several independent products. */
  readonly leastParts: number
  /** The least that takes part in so many operations; it never falls as their number grows. */
  readonly atHand: (count: number) => number
  /** How often a part may have a full buffer at hand for nothing: when it starts, and where 2, also when it ends. */
  readonly free: 1 | 2
}

/** What doubles may have rounded up, of any amount here, and more. */
const ROUNDING = 1e-9

const GOLDEN = (Math.sqrt(5) - 1) / 2
/** A ratio of numbers of parts that is near enough to the best: the bound is flat there. */
const NEAR = 1 + 1e-7

/**
 * Bits that any order of the work moves at the least, with a buffer of `held` bits (docs/model.md, section 9, Eq. 40). The
 * number of parts is searched as if the bound were concave in it; every number gives a bound, so none found is too high.
 */
export function mostOverParts({ total, leastParts, atHand, free }: Work, held: number): number {
  /** The bound if parts of so many operations are cut off, and the last has what is left besides. */
  const by = (count: number): number => {
    const parts = Math.floor(total / count)
    return parts * atHand(count) * (1 - ROUNDING) - (parts - 1) * free * held
  }
  let [low, high] = [Math.log(Math.min(leastParts, total)), Math.log(total)]
  const smooth = (log: number): number => {
    const parts = Math.exp(log)
    return parts * atHand(total / parts) - (parts - 1) * free * held
  }
  let [left, right] = [high - GOLDEN * (high - low), low + GOLDEN * (high - low)]
  let [atLeft, atRight] = [smooth(left), smooth(right)]
  while (high - low > Math.log(NEAR) && Math.exp(high) - Math.exp(low) > 0.5) {
    if (atLeft >= atRight) {
      ;[high, right, atRight] = [right, left, atLeft]
      left = high - GOLDEN * (high - low)
      atLeft = smooth(left)
    } else {
      ;[low, left, atLeft] = [left, right, atRight]
      right = low + GOLDEN * (high - low)
      atRight = smooth(right)
    }
  }
  const near = Math.floor(Math.exp((low + high) / 2))
  const counts = [near - 1, near, near + 1].map((parts) => Math.floor(total / Math.max(1, parts)))
  return Math.max(...[...counts, counts[1]! + 1].map((count) => by(Math.min(total, Math.max(1, count)))))
}
