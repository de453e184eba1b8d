import { encodeMapping, type MappingColumn } from '../../mapping/codec'
import { NEVER_STOPS, type Checkpoint } from '../../support/checkpoint'
import type { Task } from '../mapper'
import type { CascadeProblem } from './problem'
import { searchLoopTrees, type LoopTreeOptions } from './search-loop-trees'
import type { Recompute } from './step'

/** A cascade's search, fit to be sent to a worker. */
export interface TreeTask extends Task {
  readonly problem: CascadeProblem
  /** Einsums to search by themselves, by position. */
  readonly alone: readonly { readonly einsum: number; readonly problem: CascadeProblem }[]
  readonly factors: 'perfect' | 'imperfect'
  readonly recompute: Recompute
}

/** Points in a problem's units, with an encoded tree for each. */
export interface TreeCurve {
  readonly problem: CascadeProblem
  readonly peaks: Float64Array
  readonly traffics: Float64Array
  readonly mappings: MappingColumn
}

export interface TreePart extends TreeCurve {
  /** Where the points are not proven to be least: a staircase that no tree lies below. */
  readonly lower: { readonly peaks: Float64Array; readonly traffics: Float64Array } | null
  readonly alone: readonly (TreeCurve & { readonly einsum: number })[]
}

/** Searches a cascade and writes its trees out. Pure and synchronous. */
export function searchTask(
  { problem, alone, factors, recompute }: TreeTask,
  checkpoint: Checkpoint = NEVER_STOPS,
): TreePart {
  const options = { factors, recompute, checkpoint: () => checkpoint() }
  const { curve, lower } = searchOne(problem, options)
  return {
    ...curve,
    lower: lower === null ? null : columns(lower),
    alone: alone.map((own) => ({ ...searchOne(own.problem, options).curve, einsum: own.einsum })),
  }
}

type Points = readonly { readonly peak: number; readonly traffic: number }[]

const columns = (points: Points) => ({
  peaks: Float64Array.from(points, ({ peak }) => peak),
  traffics: Float64Array.from(points, ({ traffic }) => traffic),
})

function searchOne(
  problem: CascadeProblem,
  options: LoopTreeOptions,
): { readonly curve: TreeCurve; readonly lower: Points | null } {
  const { points, treeOf, lower } = searchLoopTrees(problem, options)
  const words: number[] = []
  const offsets = new Uint32Array(points.length + 1)
  for (const i of points.keys()) {
    encodeMapping(treeOf(i), words)
    offsets[i + 1] = words.length
  }
  const mappings = { words: Float64Array.from(words), offsets }
  return { curve: { problem, ...columns(points), mappings }, lower }
}
