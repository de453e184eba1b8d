import type { Rules } from '../counting/counts'
import type { MachineProblem } from '../problem'
import type { Channel } from './channels'
import type { Edge } from './skeletons'
import type { Split } from './splits'

const BITS_PER_BYTE = 8

/**
 * Energy and times of all mappings with the same holders and the same spatial split, if every tile divides and no window
 * overlaps. They are sums over the edges of a coefficient times X, the product of the temporal loops above the edge over
 * ranks that do not index its tensor (docs/model.md, section 11, Eq. 55).
 */
export class Coefficients {
  readonly energy: Float64Array
  energyConstant = 0
  /** By channel, then edge. */
  readonly seconds: Float64Array
  readonly secondsConstant: Float64Array
  computeSeconds = 0
  /** Spatial iterations of each rank on the dims before a dim: `[rank * (dims + 1) + dim]`. */
  readonly before: Float64Array
  private readonly refillCost: Float64Array
  private readonly down: Float64Array

  constructor(
    private readonly problem: MachineProblem,
    private readonly edges: readonly Edge[],
    private readonly channels: readonly Channel[],
    private readonly rules: Rules,
  ) {
    this.energy = new Float64Array(edges.length)
    this.refillCost = new Float64Array(edges.length)
    this.down = new Float64Array(edges.length)
    this.seconds = new Float64Array(channels.length * edges.length)
    this.secondsConstant = new Float64Array(channels.length)
    this.before = new Float64Array(problem.ranks.length * (problem.dims.length + 1))
  }

  set(split: Split): void {
    this.setBefore(split)
    const { problem, edges, channels } = this
    const { compute, macs, ranks, dims } = problem
    this.energyConstant = Number(macs) * compute.energyPerMac
    let used = 1
    for (let rank = 0; rank < ranks.length; rank++)
      used *= this.before[rank * (dims.length + 1) + dims.length]!
    this.computeSeconds = Number(macs) / used / compute.rate
    for (let c = 0; c < channels.length; c++)
      this.secondsConstant[c] = channels[c]!.withCompute ? this.computeSeconds : 0
    for (let e = 0; e < edges.length; e++) this.setEdge(e, split)
    // Refills of an edge come down all edges from the first memory: a sum over the edges above.
    if (this.rules === 'machine') this.addRefills()
  }

  /** Whether more iterations above an edge never cost less. */
  isRising(edge: number): boolean {
    if (this.energy[edge]! < 0) return false
    for (let c = 0; c < this.channels.length; c++)
      if (this.seconds[c * this.edges.length + edge]! < 0) return false
    return true
  }

  private setBefore(split: Split): void {
    const { ranks, dims } = this.problem
    for (let rank = 0; rank < ranks.length; rank++) {
      const at = rank * (dims.length + 1)
      this.before[at] = 1
      for (let d = 0; d < dims.length; d++)
        this.before[at + d + 1] = this.before[at + d]! * split[rank * dims.length + d]!
    }
  }

  /** Product over the ranks that index the tensor (or do not) of their spatial iterations before a dim. */
  private spread(tensor: number, isIndexing: boolean, dim: number): number {
    const { ranks, dims, tensors } = this.problem
    const { indexes } = tensors[tensor]!
    let product = 1
    for (let rank = 0; rank < ranks.length; rank++)
      if (indexes[rank] === isIndexing) product *= this.before[rank * (dims.length + 1) + dim]!
    return product
  }

  /** Product of the loops on dims `from` to `to` that neither index the tensor nor are wired for it. */
  private unwired(tensor: number, from: number, to: number, split: Split): number {
    const { ranks, dims, tensors } = this.problem
    const { indexes } = tensors[tensor]!
    let product = 1
    for (let d = from; d < to; d++)
      if (!dims[d]!.wired[tensor])
        for (let rank = 0; rank < ranks.length; rank++)
          if (!indexes[rank]) product *= split[rank * dims.length + d]!
    return product
  }

  private setEdge(e: number, split: Split): void {
    const { problem, channels, rules } = this
    const { tensor, outer, inner } = this.edges[e]!
    const { memories, tensors, dims } = problem
    const { size, isOutput, bits } = tensors[tensor]!
    const from = memories[outer]!
    const to = inner < 0 ? null : memories[inner]!
    const innerDims = to === null ? dims.length : to.dimsBefore
    const outerBytes = from.bits[tensor]! / BITS_PER_BYTE
    const innerBytes = (to === null ? bits : to.bits[tensor]!) / BITS_PER_BYTE
    const unwired = this.unwired(tensor, from.dimsBefore, innerDims, split)
    const moved = to === null ? 0 : size * this.spread(tensor, false, innerDims)
    const groups = size * this.spread(tensor, false, from.dimsBefore)
    const arrivals = groups * unwired
    const link = this.linkEnergy(tensor, from.dimsBefore, innerDims, split)
    const reads = outerBytes * from.readEnergy
    const writes = outerBytes * from.writeEnergy
    const fills = to === null ? 0 : innerBytes * to.writeEnergy
    const drains = to === null ? 0 : innerBytes * to.readEnergy
    const movedOne = to === null ? 0 : (size / this.spread(tensor, true, innerDims)) * innerBytes
    const groupsOne = (size / this.spread(tensor, true, from.dimsBefore)) * outerBytes
    const arrivalsOne = groupsOne * unwired
    this.energy[e] = link.perVisit * innerBytes
    if (!isOutput) this.energy[e]! += moved * fills + arrivals * reads
    else if (rules === 'peer') {
      const refills = moved * (fills + link.perRefill * innerBytes)
      this.energy[e]! += refills + moved * drains + arrivals * (reads + writes)
      this.energyConstant -= refills + arrivals * reads
    } else {
      this.energy[e]! += moved * drains + arrivals * writes + (arrivals - groups) * reads
      this.refillCost[e] = reads + fills + (to === null ? 0 : link.perRefill * innerBytes)
      this.down[e] = groups
    }
    for (let c = 0; c < channels.length; c++) {
      const { read, write } = channels[c]!
      const [up, below] = [inner < 0 ? 0 : read[inner]!, inner < 0 ? 0 : write[inner]!]
      let perVisit = arrivalsOne * read[outer]! + movedOne * below
      if (isOutput) {
        perVisit += arrivalsOne * write[outer]! + movedOne * up
        this.secondsConstant[c]! -=
          movedOne * below + (rules === 'peer' ? arrivalsOne : groupsOne) * read[outer]!
      }
      this.seconds[c * this.edges.length + e] = perVisit
    }
  }

  /** Energy of the links between two dims, per byte and visit, and per byte of a refill. */
  private linkEnergy(
    tensor: number,
    from: number,
    to: number,
    split: Split,
  ): { perVisit: number; perRefill: number } {
    const { dims, tensors } = this.problem
    let perVisit = 0
    let perRefill = 0
    for (let d = from; d < to; d++) {
      const { array } = dims[d]!
      if (array.linkEnergy === 0 || (d + 1 < dims.length && dims[d + 1]!.array === array)) continue
      const each =
        tensors[tensor]!.size * this.spread(tensor, false, d + 1) * this.unwired(tensor, d + 1, to, split)
      perVisit += array.linkEnergy * each
      perRefill += array.linkEnergy
    }
    return { perVisit, perRefill }
  }

  /** Eq. 48: refills of edge b are the sum over edges i up to b of groups_i * (X_i - X_{i-1}), with X = 1 above all. */
  private addRefills(): void {
    const { edges, problem } = this
    let cost = 0
    for (let e = edges.length - 1; e >= 0 && problem.tensors[edges[e]!.tensor]!.isOutput; e--) {
      cost += this.refillCost[e]!
      this.energy[e]! += this.down[e]! * cost
      const isFirst = edges[e - 1]?.tensor !== edges[e]!.tensor
      if (isFirst) this.energyConstant -= this.down[e]! * cost
      else this.energy[e - 1]! -= this.down[e]! * cost
    }
  }
}
