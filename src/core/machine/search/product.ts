import { CHECK_MASK, type Checkpoint } from '../../support/checkpoint'
import type { Coefficients } from './coefficients'
import type { Incumbent } from './objective'
import { extreme, type RankList } from './rank-lists'
import type { Rooms } from './rooms'

/** What a product of lists is about. */
export interface ProductPart {
  readonly lists: readonly RankList[]
  readonly rooms: Rooms
  readonly coefficients: Coefficients
  /** Edges whose cost several lists decide, and edges that no list does. */
  readonly joint: readonly number[]
  readonly fixed: readonly number[]
}

/**
 * The product of the lists, depth first. Level d has chosen rows of lists 0 to d - 1; of each open list it keeps the rows
 * that still fit and could still be better. Bounds are sums of what is chosen and the least of each open list's rows
 * (docs/model.md, section 11, bounds 1 and 2).
 */
export class Product {
  private part!: ProductPart
  private lists: readonly RankList[] = []
  private depth = 0
  private holders = 0
  private joint = 0
  private edges = 0
  private longest = 0
  private visits = 0
  // By level: sums and products of what is chosen.
  private energy = new Float64Array(0)
  private seconds = new Float64Array(0)
  private inside = new Float64Array(0)
  private above = new Float64Array(0)
  private chosen = new Int32Array(0)
  // By level and list: rows that are live, and the least of them.
  private live = new Int32Array(0)
  private lives = new Int32Array(0)
  private leastEnergy = new Float64Array(0)
  private leastSeconds = new Float64Array(0)
  private leastInside = new Float64Array(0)
  private leastAbove = new Float64Array(0)
  private mostAbove = new Float64Array(0)
  private readonly others = new Float64Array(64)
  private readonly slack: Float64Array

  constructor(
    private readonly channels: number,
    private readonly incumbent: Incumbent,
    private readonly checkpoint: Checkpoint,
    private readonly counter: { leaves: number },
  ) {
    this.slack = new Float64Array(channels)
  }

  /** Calls `found` with the rows, by list, of what could be better than the incumbent. */
  run(part: ProductPart, found: (rows: Int32Array, energy: number, latency: number) => void): void {
    this.load(part)
    // Without lists, tiles are of one element.
    if (this.depth === 0 && !part.rooms.fit(this.inside, 0, this.inside)) return
    if (!this.isBeaten(0) && this.glance() && !this.isBeaten(0) && this.tighten(0) && !this.isBeaten(0))
      this.visit(0, (energy, latency) => found(this.chosen, energy, latency))
  }

  /** The least energy and times of the rows that fit, without looking at rows that lower none of them. */
  private glance(): boolean {
    const { channels, holders, lists, leastSeconds, others } = this
    const { rooms } = this.part
    for (let l = 0; l < lists.length; l++) {
      const list = lists[l]!
      for (let h = 0; h < holders; h++) {
        others[h] = 1
        for (let o = 0; o < lists.length; o++) if (o !== l) others[h]! *= this.leastInside[o * holders + h]!
      }
      const rest = this.energyFrom(0) - this.leastEnergy[l]!
      this.setSlack(0, l)
      const latency = this.latencyFrom(0)
      let isFound = false
      for (let row = 0; row < list.length; row++) {
        if (this.incumbent.beats(rest + list.energy[row]!, latency)) break
        let isLower = !isFound
        for (let c = 0; c < channels && !isLower; c++)
          isLower = list.seconds[row * channels + c]! < leastSeconds[l * channels + c]!
        if (!isLower || this.isTooSlow(list, row) || !rooms.fit(list.inside, row * holders, others)) continue
        if (!isFound) this.leastEnergy[l] = list.energy[row]!
        for (let c = 0; c < channels; c++) {
          const seconds = list.seconds[row * channels + c]!
          if (!isFound || seconds < leastSeconds[l * channels + c]!) leastSeconds[l * channels + c] = seconds
        }
        isFound = true
      }
      if (!isFound) return false
    }
    return true
  }

  private load(part: ProductPart): void {
    const { channels } = this
    const { lists, rooms, coefficients, joint, fixed } = part
    this.part = part
    this.lists = lists
    this.edges = coefficients.energy.length
    const depth = (this.depth = lists.length)
    const holders = (this.holders = rooms.tenants.length)
    this.joint = joint.length
    this.longest = lists.reduce((most, { length }) => Math.max(most, length), 0)
    const levels = depth + 1
    this.energy = grown(this.energy, levels)
    this.seconds = grown(this.seconds, levels * channels)
    this.inside = grown(this.inside, levels * holders).fill(1, 0, holders)
    this.above = grown(this.above, levels * joint.length).fill(1, 0, joint.length)
    if (this.chosen.length < depth) this.chosen = new Int32Array(depth)
    if (this.lives.length < levels * depth) this.lives = new Int32Array(levels * depth)
    if (this.live.length < levels * depth * this.longest)
      this.live = new Int32Array(levels * depth * this.longest)
    this.leastEnergy = grown(this.leastEnergy, levels * depth)
    this.leastSeconds = grown(this.leastSeconds, levels * depth * channels)
    this.leastInside = grown(this.leastInside, levels * depth * holders)
    this.leastAbove = grown(this.leastAbove, levels * depth * joint.length)
    this.mostAbove = grown(this.mostAbove, levels * depth * joint.length)
    this.energy[0] = coefficients.energyConstant
    this.seconds.set(coefficients.secondsConstant)
    for (const edge of fixed) {
      this.energy[0]! += coefficients.energy[edge]!
      for (let c = 0; c < channels; c++) this.seconds[c]! += coefficients.seconds[c * this.edges + edge]!
    }
    for (let l = 0; l < depth; l++) {
      const { length } = lists[l]!
      this.lives[l] = length
      // Rows are sorted by energy.
      this.leastEnergy[l] = lists[l]!.energy[0]!
      this.leastSeconds.set(lists[l]!.leastSeconds, l * channels)
      this.leastInside.set(lists[l]!.leastInside, l * holders)
      this.leastAbove.set(lists[l]!.leastAbove, l * joint.length)
      this.mostAbove.set(lists[l]!.mostAbove, l * joint.length)
    }
  }

  private visit(d: number, found: (energy: number, latency: number) => void): void {
    const { incumbent, depth } = this
    if (d === depth) {
      this.counter.leaves++
      const energy = this.energyFrom(d)
      const latency = this.latencyFrom(d)
      if (!incumbent.beats(energy, latency)) found(energy, latency)
      return
    }
    if ((this.visits++ & CHECK_MASK) === 0) this.checkpoint()
    const at = d * depth + d
    for (let i = 0; i < this.lives[at]!; i++) {
      this.choose(d, this.live[at * this.longest + i]!)
      this.copyOpen(d)
      if (this.isBeaten(d + 1)) continue
      if (d + 1 < depth && !(this.tighten(d + 1) && !this.isBeaten(d + 1))) continue
      this.visit(d + 1, found)
    }
  }

  private choose(d: number, row: number): void {
    const { channels, holders, joint } = this
    const list = this.lists[d]!
    this.chosen[d] = row
    this.energy[d + 1] = this.energy[d]! + list.energy[row]!
    for (let c = 0; c < channels; c++)
      this.seconds[(d + 1) * channels + c] =
        this.seconds[d * channels + c]! + list.seconds[row * channels + c]!
    for (let h = 0; h < holders; h++)
      this.inside[(d + 1) * holders + h] = this.inside[d * holders + h]! * list.inside[row * holders + h]!
    for (let j = 0; j < joint; j++)
      this.above[(d + 1) * joint + j] = this.above[d * joint + j]! * list.above[row * joint + j]!
  }

  /** The open lists of the next level begin as those of this one. */
  private copyOpen(d: number): void {
    const { depth, channels, holders, joint } = this
    for (let l = d + 1; l < depth; l++) {
      const from = d * depth + l
      const to = from + depth
      this.leastEnergy[to] = this.leastEnergy[from]!
      for (let c = 0; c < channels; c++)
        this.leastSeconds[to * channels + c] = this.leastSeconds[from * channels + c]!
      for (let h = 0; h < holders; h++)
        this.leastInside[to * holders + h] = this.leastInside[from * holders + h]!
      for (let j = 0; j < joint; j++) {
        this.leastAbove[to * joint + j] = this.leastAbove[from * joint + j]!
        this.mostAbove[to * joint + j] = this.mostAbove[from * joint + j]!
      }
    }
  }

  /** Drops rows of the open lists of a level that do not fit or cannot be better; false if a list has none left. */
  private tighten(d: number): boolean {
    const { depth, holders, others, longest, incumbent } = this
    const { rooms } = this.part
    for (let l = d; l < depth; l++) {
      for (let h = 0; h < holders; h++) {
        let taken = this.inside[d * holders + h]!
        for (let o = d; o < depth; o++) if (o !== l) taken *= this.leastInside[(d * depth + o) * holders + h]!
        others[h] = taken
      }
      const list = this.lists[l]!
      const to = d * depth + l
      // At first all rows are live.
      const from = to - depth
      const count = d === 0 ? list.length : this.lives[from]!
      const rest = this.energyFrom(d) - this.leastEnergy[to]!
      this.setSlack(d, l)
      const latency = this.latencyFrom(d)
      let kept = 0
      for (let i = 0; i < count; i++) {
        const row = d === 0 ? i : this.live[from * longest + i]!
        // Rows are sorted by energy.
        if (incumbent.beats(rest + list.energy[row]!, latency)) break
        if (!this.isTooSlow(list, row) && rooms.fit(list.inside, row * holders, others))
          this.live[to * longest + kept++] = row
      }
      this.lives[to] = kept
      if (kept === 0) return false
      if (kept < count) this.summarise(d, l)
    }
    return true
  }

  /** By channel: the time that a row of list `l` may take at most, if all other open lists take the least. */
  private setSlack(d: number, l: number): void {
    const { channels, depth, slack } = this
    const longest = this.incumbent.longest(this.energyFrom(d))
    for (let c = 0; c < channels; c++) {
      let time = this.seconds[d * channels + c]!
      for (let o = d; o < depth; o++) if (o !== l) time += this.leastSeconds[(d * depth + o) * channels + c]!
      slack[c] = longest - time
    }
  }

  private isTooSlow(list: RankList, row: number): boolean {
    const { channels, slack } = this
    for (let c = 0; c < channels; c++) if (list.seconds[row * channels + c]! > slack[c]!) return true
    return false
  }

  /** The least of the live rows of a list. */
  private summarise(d: number, l: number): void {
    const { channels, holders, joint, longest } = this
    const list = this.lists[l]!
    const at = d * this.depth + l
    const rows = this.live.subarray(at * longest, at * longest + this.lives[at]!)
    // Rows are sorted by energy.
    this.leastEnergy[at] = list.energy[rows[0]!]!
    extreme(this.leastSeconds, at * channels, list.seconds, channels, rows, 1)
    extreme(this.leastInside, at * holders, list.inside, holders, rows, 1)
    extreme(this.leastAbove, at * joint, list.above, joint, rows, 1)
    extreme(this.mostAbove, at * joint, list.above, joint, rows, -1)
  }

  private isBeaten(d: number): boolean {
    return this.incumbent.beats(this.energyFrom(d), this.latencyFrom(d))
  }

  /** An energy without leakage that nothing below level `d` is below. */
  private energyFrom(d: number): number {
    const { depth, joint } = this
    const { coefficients } = this.part
    let energy = this.energy[d]!
    for (let l = d; l < depth; l++) energy += this.leastEnergy[d * depth + l]!
    for (let j = 0; j < joint; j++) energy += this.jointCost(coefficients.energy[this.part.joint[j]!]!, d, j)
    return energy
  }

  /** A latency that nothing below level `d` is below. */
  private latencyFrom(d: number): number {
    const { channels, depth, joint, edges } = this
    const { coefficients } = this.part
    let latency = coefficients.computeSeconds
    for (let c = 0; c < channels; c++) {
      let time = this.seconds[d * channels + c]!
      for (let l = d; l < depth; l++) time += this.leastSeconds[(d * depth + l) * channels + c]!
      for (let j = 0; j < joint; j++)
        time += this.jointCost(coefficients.seconds[c * edges + this.part.joint[j]!]!, d, j)
      if (time > latency) latency = time
    }
    return latency
  }

  private jointCost(coefficient: number, d: number, j: number): number {
    const { depth, joint } = this
    const open = coefficient >= 0 ? this.leastAbove : this.mostAbove
    let cost = coefficient * this.above[d * joint + j]!
    for (let l = d; l < depth; l++) cost *= open[(d * depth + l) * joint + j]!
    return cost
  }
}

/** An array of at least this length. */
const grown = (values: Float64Array<ArrayBuffer>, length: number): Float64Array<ArrayBuffer> =>
  values.length < length ? new Float64Array(length) : values
