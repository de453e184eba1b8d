/**
 * A map from states (a number for the place, a whole number for the ranges) to staircases: open addressing, no deletion.
 * One table for all places: thousands of small ones cost more than they find.
 */
export class StateTable {
  private keys = new Float64Array(1 << 12).fill(-1)
  private places = new Int32Array(1 << 12)
  private values = new Int32Array(1 << 12)
  private mask = (1 << 12) - 1
  private count = 0

  /** The value stored for a state, or -1. */
  get(place: number, key: number): number {
    let slot = hash(place, key) & this.mask
    for (;;) {
      const at = this.keys[slot]!
      if (at === key && this.places[slot] === place) return this.values[slot]!
      if (at === -1) return -1
      slot = (slot + 1) & this.mask
    }
  }

  /** Stores a state that is not in the table yet. */
  add(place: number, key: number, value: number): void {
    if (++this.count * 2 > this.mask) this.grow()
    let slot = hash(place, key) & this.mask
    while (this.keys[slot] !== -1) slot = (slot + 1) & this.mask
    this.keys[slot] = key
    this.places[slot] = place
    this.values[slot] = value
  }

  private grow(): void {
    const { keys, places, values } = this
    this.mask = this.mask * 2 + 1
    this.keys = new Float64Array(this.mask + 1).fill(-1)
    this.places = new Int32Array(this.mask + 1)
    this.values = new Int32Array(this.mask + 1)
    for (let i = 0; i < keys.length; i++) {
      if (keys[i] === -1) continue
      let slot = hash(places[i]!, keys[i]!) & this.mask
      while (this.keys[slot] !== -1) slot = (slot + 1) & this.mask
      this.keys[slot] = keys[i]!
      this.places[slot] = places[i]!
      this.values[slot] = values[i]!
    }
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
