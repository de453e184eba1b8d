/**
 * Numbers rows of whole numbers of 32 bits, all of one length: equal rows have one number, from 0 on. Open addressing over
 * one column: rows as strings or in maps of maps cost more than what is looked up.
 */
export class RowIds {
  private rows: Int32Array
  /** By slot, the number of a row and one more; 0 where there is none. */
  private slots = new Int32Array(1 << 8)
  private count = 0

  constructor(private readonly length: number) {
    this.rows = new Int32Array(length << 7)
  }

  id(...row: readonly number[]): number {
    const { length, slots } = this
    const mask = slots.length - 1
    let slot = hash(row) & mask
    for (; slots[slot] !== 0; slot = (slot + 1) & mask) {
      const at = (slots[slot]! - 1) * length
      let same = 0
      while (same < length && this.rows[at + same] === row[same]) same++
      if (same === length) return slots[slot]! - 1
    }
    slots[slot] = this.count + 1
    this.rows.set(row, this.count * length)
    this.count++
    if (this.count * 2 === slots.length) this.grow()
    return this.count - 1
  }

  private grow(): void {
    const { length, rows, count } = this
    this.rows = new Int32Array(rows.length * 2)
    this.rows.set(rows)
    this.slots = new Int32Array(this.slots.length * 2)
    const mask = this.slots.length - 1
    for (let id = 0; id < count; id++) {
      let slot = hash(rows.subarray(id * length, (id + 1) * length)) & mask
      while (this.slots[slot] !== 0) slot = (slot + 1) & mask
      this.slots[slot] = id + 1
    }
  }
}

function hash(row: ArrayLike<number>): number {
  let h = 0
  for (let i = 0; i < row.length; i++) {
    h = Math.imul(h ^ row[i]!, 0x85ebca6b)
    h ^= h >>> 13
  }
  return h
}
