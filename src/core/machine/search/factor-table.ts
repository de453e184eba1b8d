/** Ways to spread a rank's temporal iterations over its places: the outermost place first. */
export interface FactorLists {
  readonly length: number
  /** `[entry * places + place]` */
  readonly factors: Float64Array
}

/** Every ordered product of `places` divisors that gives `quotient`; none if there is no place for it. */
export class FactorTable {
  private readonly known = new Map<string, FactorLists>()
  private readonly divisors = new Map<number, readonly number[]>()

  of(quotient: number, places: number): FactorLists {
    const key = `${quotient}/${places}`
    const before = this.known.get(key)
    if (before !== undefined) return before
    const rows: number[] = []
    const row = new Array<number>(places)
    const extend = (place: number, left: number): void => {
      if (place === places - 1) {
        row[place] = left
        rows.push(...row)
        return
      }
      for (const divisor of this.divisorsOf(left)) {
        row[place] = divisor
        extend(place + 1, left / divisor)
      }
    }
    if (places > 0) extend(0, quotient)
    const isFree = places === 0 && quotient === 1
    const lists = {
      length: isFree ? 1 : places === 0 ? 0 : rows.length / places,
      factors: Float64Array.from(rows),
    }
    this.known.set(key, lists)
    return lists
  }

  private divisorsOf(value: number): readonly number[] {
    const before = this.divisors.get(value)
    if (before !== undefined) return before
    const low: number[] = []
    const high: number[] = []
    for (let divisor = 1; divisor * divisor <= value; divisor++) {
      if (value % divisor !== 0) continue
      low.push(divisor)
      if (divisor * divisor < value) high.unshift(value / divisor)
    }
    const all = [...low, ...high]
    this.divisors.set(value, all)
    return all
  }
}
