import type { MachineProblem } from '../problem'
import type { NestedSearch } from './nested-search'
import type { SkeletonShape } from './rank-lists'
import type { HolderSet } from './skeletons'

/** Skeletons of one holder set that share their bound: every rank's innermost place is above the same edges. */
export interface Group {
  readonly set: HolderSet
  readonly skeletons: readonly SkeletonShape[]
  /** By rank: whether there is any place for temporal loops. */
  readonly hasPlace: readonly boolean[]
  /** `[edge * ranks + rank]`: whether the innermost (outermost) place of a lacking rank is above the edge. */
  readonly inner: Uint8Array
  readonly outer: Uint8Array
}

export function groupsOf({ ranks, tensors }: MachineProblem, set: HolderSet, search: NestedSearch): Group[] {
  const groups = new Map<string, Group & { readonly skeletons: SkeletonShape[] }>()
  for (const skeleton of set.skeletons) {
    const inner = new Uint8Array(set.edges.length * ranks.length)
    const outer = new Uint8Array(set.edges.length * ranks.length)
    for (const [edge, { tensor }] of set.edges.entries())
      for (const rank of ranks.keys()) {
        const places = skeleton.places[rank]!
        if (tensors[tensor]!.indexes[rank] || places.length === 0) continue
        inner[edge * ranks.length + rank] = Number(places.at(-1)! <= skeleton.positions[edge]!)
        outer[edge * ranks.length + rank] = Number(places[0]! <= skeleton.positions[edge]!)
      }
    const hasPlace = skeleton.places.map((places) => places.length > 0)
    const key = [inner.join(''), outer.join(''), hasPlace.join()].join('/')
    const group = groups.get(key)
    const shape = search.shapeOf(set, skeleton)
    if (group) group.skeletons.push(shape)
    else groups.set(key, { set, skeletons: [shape], hasPlace, inner, outer })
  }
  return [...groups.values()]
}
