import { decodeMapping, encodeMapping, tensorCost, type Mapping } from '../../model/nest'
import { isAffineTensor, type SearchProblem } from '../../model/search-problem'
import { weightsOf } from '../../model/weights'
import { ParetoFront } from '../../front/pareto-front'
import { frontColumns, type SearchColumns } from '../each-einsum/search-columns'
import { searchUniform, type Slice } from '../uniform/uniform-search'

/**
 * The paper's points over sliding windows, counted as a machine that keeps the last box would count them. Section 2's
 * halo rule sees overlaps along several ranks at once that places and window loops do not, but now and then it counts
 * less than any machine moves; what `full` takes of it is confirmed by an exact count. Perfect factors only.
 */
export function searchConfirmed(problem: SearchProblem, slice: Slice): SearchColumns {
  const found = searchUniform(problem, 'perfect', slice)
  const { perTensor } = weightsOf(problem)
  const front = new ParetoFront<Mapping>()
  for (let point = 0; point < found.buffers.length; point++) {
    const { loops, places } = decodeMapping(found.mappings, point)
    const mapping: Mapping = {
      loops,
      places: places.map((place, i) =>
        isAffineTensor(problem.tensors[i]!) ? { ...place, keepsLast: true } : place,
      ),
    }
    const traffic = perTensor.reduce(
      (sum, weight, i) => sum + weight * tensorCost(problem, mapping, i).traffic,
      0,
    )
    front.add(found.buffers[point]!, traffic, mapping)
  }
  return frontColumns(front, found.evaluated, (mapping, words) => encodeMapping(mapping, words))
}
