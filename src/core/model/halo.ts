import { cut, pieceCount, whole, type Pieces } from './pieces'
import {
  extent,
  isPlain,
  isRelevant,
  type Dimension,
  type SearchProblem,
  type SearchTensor,
} from './search-problem'
import { sumOfBoxes, sumOfSlides } from './window'

/**
 * A uniform tile of an Einsum, with the number of iterations of each rank's loop; prepared once for all loop orders.
 */
export interface Tiling {
  readonly tiles: readonly number[]
  readonly pieces: readonly Pieces[]
  readonly counts: readonly number[]
}

export function tilingOf(problem: SearchProblem, tiles: readonly number[]): Tiling {
  const pieces = problem.ranks.map(({ size }, rank) => cut(whole(size), tiles[rank]!))
  return { tiles, pieces, counts: pieces.map(pieceCount) }
}

/**
 * How often a uniform tile of a tensor with sliding windows is fetched: the artifact's halo rule in closed form
 * (docs/model.md, section 2, Eq. 6).
 *
 * The rule visits each loop at iterations 0 and 1. It takes only the new part of the box if a step repeats the last
 * translation. In closed form: a visit that steps the innermost loop pays for its new part. A visit that carries into
 * an outer loop pays for the whole box, unless the translation of the carry equals the innermost step; then it pays
 * for the new part too. Loops that do not move the box translate by zero.
 */
export class HaloTensor {
  private readonly plainSize: number
  private readonly windows: readonly Dimension[]
  private readonly idle: readonly boolean[]
  /** For each rank, the window that it moves. */
  private readonly windowOf: readonly (Dimension | undefined)[]
  /** For each rank, how far one value of it moves its window. */
  private readonly stride: readonly number[]

  constructor(
    private readonly problem: SearchProblem,
    tensor: SearchTensor,
  ) {
    const ranks = problem.ranks.map((_, rank) => rank)
    this.windows = tensor.dimensions.filter((dimension) => !isPlain(dimension))
    this.plainSize = tensor.dimensions
      .filter(isPlain)
      .reduce((product, dimension) => product * problem.ranks[dimension[0]!.rank]!.size, 1)
    this.idle = ranks.map((rank) => !isRelevant(tensor, rank))
    this.windowOf = ranks.map((rank) => this.windows.find((w) => w.some((term) => term.rank === rank)))
    this.stride = ranks.map(
      (rank) => this.windowOf[rank]?.find((term) => term.rank === rank)?.coefficient ?? 0,
    )
  }

  /** Values fetched along each window if every visit pays for its whole box. */
  boxSums(tiling: Tiling): readonly number[] {
    return this.windows.map((window) => sumOfBoxes(window, tiling.pieces))
  }

  /**
   * Values fetched in total. `order` lists the ranks from the innermost outwards; loops of one iteration are skipped.
   */
  fetches(tiling: Tiling, boxSums: readonly number[], order: readonly number[]): number {
    const { counts, tiles } = tiling
    const loops = order.filter((rank) => counts[rank]! > 1)
    const mover = loops.find((rank) => !this.idle[rank])
    const sliding = mover === undefined ? undefined : this.windowOf[mover]
    let fetched = this.plainSize
    for (const [i, window] of this.windows.entries()) if (window !== sliding) fetched *= boxSums[i]!
    if (sliding === undefined || mover === undefined) return fetched * this.idleRepeats(counts, order)
    if (sliding.every(({ rank }) => this.problem.ranks[rank]!.size === counts[rank]! * tiles[rank]!))
      return fetched * this.slide(sliding, tiling, loops)
    if (mover !== loops[0])
      return fetched * boxSums[this.windows.indexOf(sliding)]! * this.idleRepeats(counts, order)
    for (const rank of loops) if (this.idle[rank]) fetched *= counts[rank]!
    const runs = tiling.pieces.map((p, rank) => (rank === mover ? whole(this.problem.ranks[rank]!.size) : p))
    return fetched * sumOfSlides(sliding, runs, { rank: mover, tile: tiles[mover]! })
  }

  /** Iterations of the loops that do not move the box, without those inside the innermost loop that does. */
  private idleRepeats(counts: readonly number[], order: readonly number[]): number {
    let repeats = 1
    let moved = false
    for (const rank of order) {
      if (counts[rank] === 1) continue
      if (!this.idle[rank]) moved = true
      else if (moved) repeats *= counts[rank]!
    }
    return repeats
  }

  /** Visits of the loops that move the box along `sliding` or not at all, each weighted by what it pays. */
  private slide(sliding: Dimension, { counts, tiles }: Tiling, loops: readonly number[]): number {
    const box = extent(sliding, tiles)
    const inChain = (rank: number) => this.idle[rank] || this.windowOf[rank] === sliding
    const step = (rank: number) => this.stride[rank]! * tiles[rank]!
    let visits = 1
    for (const rank of loops) if (inChain(rank)) visits *= counts[rank]!
    // Zero if the innermost loop does not move the box: such a visit finds the same box.
    const innerStep = step(loops[0]!)
    let freshVisits = 0
    let inside = 1
    let travelled = 0
    for (const rank of loops) {
      if (!inChain(rank)) break
      inside *= counts[rank]!
      if (step(rank) - travelled === innerStep) freshVisits += (visits / inside) * (counts[rank]! - 1)
      travelled += step(rank)
    }
    return visits * box - freshVisits * (box - Math.min(innerStep, box))
  }
}
