import { decodeMapping, encodeMapping } from '../../mapping/codec'
import { nestOfTree, tensorCost, treeOfNest, type Nest } from '../../model/nest'
import { isAffineTensor, type SearchProblem } from '../../model/search-problem'
import { weightsOf } from '../../model/weights'
import { NEVER_STOPS, type Checkpoint } from '../../support/checkpoint'
import { ParetoFront } from '../../front/pareto-front'
import { frontColumns, type SearchColumns } from '../each-einsum/columns'
import type { Slice } from '../each-einsum/each-einsum'
import { searchUniform } from '../uniform/uniform-search'

/**
 * The paper's mappings, counted exactly as a buffer that keeps the last box (docs/model.md, section 3, Eq. 12). The
 * halo rule (Eq. 6) sees overlaps along several ranks at once, which places and windows do not, but it may count less
 * than any buffer moves. So `full` takes these mappings with their exact count. Perfect factors only.
 */
export function searchConfirmed(
  problem: SearchProblem,
  slice: Slice,
  checkpoint: Checkpoint = NEVER_STOPS,
): SearchColumns {
  const found = searchUniform(problem, 'perfect', slice, checkpoint)
  const { perTensor } = weightsOf(problem)
  const front = new ParetoFront<Nest>()
  for (let point = 0; point < found.buffer.length; point++) {
    checkpoint()
    const { loops, places } = nestOfTree(decodeMapping(found.mappings, point))
    const nest: Nest = {
      loops,
      places: places.map((place, i) =>
        isAffineTensor(problem.tensors[i]!) ? { ...place, keepsLast: true } : place,
      ),
    }
    const traffic = perTensor.reduce(
      (sum, weight, i) => sum + weight * tensorCost(problem, nest, i).traffic,
      0,
    )
    front.add(found.buffer[point]!, traffic, nest)
  }
  return frontColumns(front.front(), found.evaluated, (nest, words) =>
    encodeMapping(treeOfNest(nest, 'retention'), words),
  )
}
