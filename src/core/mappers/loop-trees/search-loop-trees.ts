import type { Block, Mapping } from '../../mapping/tree'
import { searchDeep } from './deep'
import { searchExact, type LoopTreePoint, type SearchOptions } from './exact'
import { isWithinLimits } from './limits'
import type { CascadeProblem } from './problem'
import { plainCascade } from './plain-cascade'

export type LoopTreeOptions = SearchOptions
export type { LoopTreePoint } from './exact'

/** The least traffic over loop trees, by capacity, in the problem's units. */
export interface LoopTreeCurve {
  /** Peaks strictly increase, traffic strictly decreases. */
  readonly points: readonly LoopTreePoint[]
  /** A tree that costs exactly the i-th point. */
  readonly treeOf: (i: number) => Mapping
  /** Null where the points are the optimum; else a staircase that no tree lies below: not proven beyond. */
  readonly lower: readonly LoopTreePoint[] | null
}

/** Searches the loop trees over a cascade (docs/model.md, section 8): pure and deterministic. */
export function searchLoopTrees(problem: CascadeProblem, options: LoopTreeOptions): LoopTreeCurve {
  if (isWithinLimits(problem, options)) {
    const { points, treeOf } = searchExact(plainCascade(problem), options)
    return { points, treeOf: (i) => treeWith(treeOf(i)), lower: null }
  }
  const { points, treeOf, lower } = searchDeep(problem, options)
  return { points, treeOf: (i) => treeWith(treeOf(i)), lower }
}

const treeWith = (root: Block): Mapping => ({ counting: 'loop-tree', root })
