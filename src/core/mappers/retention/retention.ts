import { tileSizes, type Factors } from '../../model/pieces'
import { isAffineTensor, type SearchProblem } from '../../model/search-problem'
import { eachEinsum, type EinsumSearch, type PartSize } from '../each-einsum/each-einsum'
import { uniformSize } from '../uniform/uniform'
import { searchConfirmed } from './confirmed-search'
import { rankGroups } from './rank-groups'
import { placeOrders, searchRetention } from './retention-search'

/** Mappings for each order of places. */
function retentionSize(problem: SearchProblem, factors: Factors): PartSize {
  let perSlice = 1
  let largest = 1
  for (const group of rankGroups(problem)) {
    const counts = group.map((rank) => tileSizes(problem.ranks[rank]!.size, factors).length)
    const cuts = counts.reduce((product, count) => product * count, 1)
    // A window holds any part of any fetched tile, and the places inside it may cut again.
    const choices = group.length === 1 ? cuts : cuts * counts.reduce((sum, count) => sum + count, 1)
    largest = Math.max(largest, choices)
    perSlice *= group.length === 1 ? cuts : Math.sqrt(choices) * 4
  }
  return {
    part: 'places',
    slices: placeOrders(problem.tensors.length).length,
    perSlice,
    choices: largest,
  }
}

const search: EinsumSearch = {
  id: 'retention',
  counting: 'retention',
  title: 'per-tensor retention',
  accepts: ({ mapspace }) => mapspace === 'full',
  // For sliding windows a second part adds the paper's mappings, counted exactly.
  partsOf: (problem, factors) => [
    retentionSize(problem, factors),
    ...(problem.tensors.some(isAffineTensor) ? [uniformSize(problem, 'perfect', 'confirmed')] : []),
  ],
  run: (problem, factors, part, slice, checkpoint) =>
    part === 'confirmed'
      ? searchConfirmed(problem, slice, checkpoint)
      : searchRetention(problem, factors, slice, checkpoint),
}

/**
 * The tightest mapspace of single Einsums (docs/model.md, section 3): each tensor has its own depth in the loop nest.
 */
export const retention = eachEinsum(search)
