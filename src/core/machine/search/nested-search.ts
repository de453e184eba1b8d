import type { Checkpoint } from '../../support/checkpoint'
import type { MachineProblem } from '../problem'
import type { Coefficients } from './coefficients'
import type { Incumbent } from './objective'
import { Product } from './product'
import { RankLists, type RankList, type SkeletonShape } from './rank-lists'
import { RoomTable } from './rooms'
import type { HolderSet, Skeleton } from './skeletons'
import type { Split } from './splits'

/** Factors of the temporal loops: by rank, one for each of its places. */
export type Factors = readonly (readonly number[])[]

/** A mapping but for the order of loops. */
export interface Found {
  readonly skeleton: Skeleton
  readonly split: Split
  readonly factors: Factors
}

/** A split, and by rank the number of what its lists' prices depend on. */
export interface NumberedSplit {
  readonly split: Split
  readonly contexts: readonly number[]
}

/**
 * All factors of a skeleton and a split, by nested lists with bounds: the energy and the times are sums over the ranks,
 * only the capacities couple them (docs/model.md, section 11, bounds 1 and 2). Tensors that lack several ranks couple them
 * too: their edges are `joint`.
 */
export class NestedSearch {
  leaves = 0
  private readonly lists: RankLists
  private readonly rooms: RoomTable
  private readonly product: Product

  constructor(
    private readonly problem: MachineProblem,
    lesser: readonly (readonly number[])[],
    channels: number,
    incumbent: Incumbent,
    checkpoint: Checkpoint,
    /** Gets what could be better than the incumbent. */
    private readonly leaf: (found: Found, energy: number, latency: number) => void,
  ) {
    this.lists = new RankLists(problem, lesser, channels)
    this.rooms = new RoomTable(problem)
    this.product = new Product(channels, incumbent, checkpoint, this)
  }

  shapeOf(set: HolderSet, skeleton: Skeleton): SkeletonShape {
    return this.lists.shapeOf(set.edges, skeleton)
  }

  /** Looks for a mapping better than the incumbent. */
  run(
    set: HolderSet,
    shape: SkeletonShape,
    { split, contexts }: NumberedSplit,
    coefficients: Coefficients,
  ): void {
    const lists: RankList[] = []
    for (const rank of shape.ranks) {
      const list = this.lists.of(rank, contexts[rank.rank]!, coefficients)
      if (list === null) return
      lists.push(list)
    }
    // Short lists first.
    lists.sort((a, b) => a.length - b.length || a.rank - b.rank)
    const part = {
      lists,
      rooms: this.rooms.of(shape),
      coefficients,
      joint: this.lists.edgesOf(set.edges, 'joint'),
      fixed: this.lists.edgesOf(set.edges, 'fixed'),
    }
    this.product.run(part, (rows, energy, latency) => {
      const factors: number[][] = this.problem.ranks.map(() => [])
      for (const [at, { rank, places, factors: all }] of lists.entries())
        factors[rank] = [...all.subarray(rows[at]! * places, (rows[at]! + 1) * places)]
      this.leaf({ skeleton: shape.skeleton, split, factors }, energy, latency)
    })
  }
}
