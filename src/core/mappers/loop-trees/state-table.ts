/**
 * A map from states (a number for the place, a whole number for the ranges) to staircases: open addressing, no deletion.
 * One table for all places: thousands of small ones cost more than they find. A slot is 16 bytes of one buffer, so that a
 * look-up touches one line of the cache: the key, then the place and the value in half a number each.
 */
export class StateTable {
  private slots = 1 << 12
  private keys = new Float64Array(2 * this.slots).fill(-1)
  private rest = new Int32Array(this.keys.buffer)
  private count = 0

  /** The value stored for a state, or -1. */
  get(place: number, key: number): number {
    const mask = this.slots - 1
    let slot = hash(place, key) & mask
    for (;;) {
      const at = this.keys[2 * slot]!
      if (at === key && this.rest[4 * slot + 2] === place) return this.rest[4 * slot + 3]!
      if (at === -1) return -1
      slot = (slot + 1) & mask
    }
  }

  /** Stores a state that is not in the table yet. */
  add(place: number, key: number, value: number): void {
    if (++this.count * 2 > this.slots) this.grow()
    this.insert(place, key, value)
  }

  private insert(place: number, key: number, value: number): void {
    const mask = this.slots - 1
    let slot = hash(place, key) & mask
    while (this.keys[2 * slot] !== -1) slot = (slot + 1) & mask
    this.keys[2 * slot] = key
    this.rest[4 * slot + 2] = place
    this.rest[4 * slot + 3] = value
  }

  private grow(): void {
    const { slots, keys, rest } = this
    this.slots = slots * 4
    this.keys = new Float64Array(2 * this.slots).fill(-1)
    this.rest = new Int32Array(this.keys.buffer)
    for (let slot = 0; slot < slots; slot++)
      if (keys[2 * slot] !== -1) this.insert(rest[4 * slot + 2]!, keys[2 * slot]!, rest[4 * slot + 3]!)
  }
}

function hash(place: number, key: number): number {
  const low = key | 0
  const high = (key / 4294967296) | 0
  let h = Math.imul(low ^ Math.imul(high, 0x9e3779b1) ^ Math.imul(place, 0x27d4eb2f), 0x85ebca6b)
  h ^= h >>> 15
  h = Math.imul(h, 0xc2b2ae35)
  return h ^ (h >>> 13)
}
