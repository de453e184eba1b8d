/** Numbers rows of whole numbers below 2^31, all of one length: equal rows have one number, from 1 on. */
export class RowIds {
  private readonly ids = new Map<number, number>()

  id(...row: readonly number[]): number {
    let id = 0
    for (const value of row) {
      const key = id * 2 ** 31 + value
      const known = this.ids.get(key)
      if (known === undefined) this.ids.set(key, (id = this.ids.size + 1))
      else id = known
    }
    return id
  }
}
