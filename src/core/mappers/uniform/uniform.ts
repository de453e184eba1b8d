import { tileSizes, type Factors } from '../../model/pieces'
import type { SearchProblem } from '../../model/search-problem'
import { eachEinsum, type EinsumSearch, type PartSize } from '../each-einsum/each-einsum'
import { loopOrders } from './loop-orders'
import { searchUniform } from './uniform-search'

/** With more ranks there are too many loop orders. */
const MOST_RANKS = 9

/** Mappings for each tile size of the first rank, under every loop order that can gain. */
export function uniformSize(problem: SearchProblem, factors: Factors, part: string): PartSize {
  const slices = tileSizes(problem.ranks[0]?.size ?? 1, factors).length
  if (problem.ranks.length > MOST_RANKS) return { part, slices, perSlice: Infinity, choices: 0 }
  const tiles = problem.ranks
    .slice(1)
    .reduce((product, { size }) => product * tileSizes(size, factors).length, 1)
  return { part, slices, perSlice: tiles * loopOrders(problem).length, choices: 0 }
}

const search: EinsumSearch = {
  id: 'uniform',
  counting: 'uniform',
  title: 'uniform retention',
  accepts: ({ mapspace }) => mapspace === 'paper',
  partsOf: (problem, factors) => [uniformSize(problem, factors, 'all')],
  run: (problem, factors, _part, slice, checkpoint) => searchUniform(problem, factors, slice, checkpoint),
}

/**
 * The paper's mapspace (docs/model.md, section 2): one tile of every tensor in the buffer, loops around it in any
 * order.
 */
export const uniform = eachEinsum(search)
