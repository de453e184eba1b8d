import type { Block, Mapping } from '../../mapping/tree'
import { searchDeep } from './deep'
import { searchExact, undominated, type Attainable, type LoopTreePoint, type SearchOptions } from './exact'
import { costOfTree } from './counting'
import { isPlainSearch, isWithinLimits } from './limits'
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
  if (isWithinLimits(problem, options))
    return mapped(problem, options, { ...searchExact(plainCascade(problem), options), lower: null })
  const deep = mapped(problem, options, searchDeep(problem, options))
  if (options.factors === 'perfect' && options.recompute === 'halo') return deep
  // Every tree of the smaller mapspace is one of the wider, which is too wide to be searched as a whole.
  return lesserOf(deep, searchLoopTrees(problem, { ...options, factors: 'perfect', recompute: 'halo' }))
}

/** The curve with mappings; where the search is over windows, of the points that are attained. */
function mapped(
  problem: CascadeProblem,
  options: LoopTreeOptions,
  found: Attainable & Pick<LoopTreeCurve, 'lower'>,
): LoopTreeCurve {
  if (!isPlainSearch(problem, options)) return executed(problem, options, found)
  return { ...found, treeOf: (i) => asMapping(found.treeOf(i)) }
}

/** The lesser of two attained curves, not proven beyond what the first is. */
function lesserOf(deep: LoopTreeCurve, smaller: LoopTreeCurve): LoopTreeCurve {
  const kept = undominated(
    [deep, smaller].flatMap((curve) => curve.points.map((point, at) => ({ ...point, curve, at }))),
  )
  return {
    points: kept.map(({ peak, traffic }) => ({ peak, traffic })),
    treeOf: (i) => kept[i]!.curve.treeOf(kept[i]!.at),
    lower: deep.lower,
  }
}

const asMapping = (root: Block): Mapping => ({ counting: 'loop-tree', root })

/**
 * The points whose trees cost what the search says. The search over windows is known to claim too little for some
 * cascades whose strides leave gaps: what no tree attains is left out, and the rest is not called proven.
 */
function executed(
  problem: CascadeProblem,
  { recompute }: LoopTreeOptions,
  { points, treeOf, lower }: Attainable & Pick<LoopTreeCurve, 'lower'>,
): LoopTreeCurve {
  const trees = points.map(({ peak, traffic }, i): Mapping | null => {
    const mapping = built(treeOf, i)
    const cost = mapping === null ? null : costOfTree(problem, mapping, recompute)
    return cost?.ok && cost.value.peak === peak && cost.value.traffic === traffic ? mapping : null
  })
  const kept = points.flatMap((_, i) => (trees[i] === null ? [] : [i]))
  return {
    points: kept.map((i) => points[i]!),
    treeOf: (i) => trees[kept[i]!]!,
    lower: kept.length < points.length ? (lower ?? []) : lower,
  }
}

/** The tree of a point; null where the search cannot build what it claimed. */
function built(treeOf: (i: number) => Block, i: number): Mapping | null {
  try {
    return asMapping(treeOf(i))
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('Invariant broken')) return null
    throw error
  }
}
