import { isPlain, type SearchProblem } from '../../model/search-problem'

/**
 * Ranks that share an affine dimension, or one rank alone. A tensor's tile and traffic are products over groups, so
 * the choices of each group can be listed and pruned independently.
 */
export type RankGroup = readonly number[]

export function rankGroups(problem: SearchProblem): readonly RankGroup[] {
  const groupOf = problem.ranks.map((_, rank) => rank)
  for (const { dimensions } of problem.tensors) {
    for (const dimension of dimensions) {
      if (isPlain(dimension)) continue
      const merged = dimension.map(({ rank }) => groupOf[rank]!)
      const least = Math.min(...merged)
      for (const [rank, group] of groupOf.entries()) if (merged.includes(group)) groupOf[rank] = least
    }
  }
  const groups = new Map<number, number[]>()
  for (const [rank, group] of groupOf.entries()) groups.set(group, [...(groups.get(group) ?? []), rank])
  return [...groups.values()]
}
