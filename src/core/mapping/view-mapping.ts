import type { EinsumBound, SearchOptions } from '../mappers/each-einsum/bound'
import { bytesOfUnits, weightsOf } from '../model/weights'
import { bytes } from '../units/quantity'
import type { Einsum } from '../workload/einsum'
import {
  decodeMapping,
  tensorCost,
  tilesBelow,
  uniformCost,
  type Mapping,
  type TensorCost,
} from '../model/nest'
import type { MappingView, TensorView } from './mapping-view'
import { boxSize, extent, isAffineTensor, rankSizes, toSearchProblem } from '../model/search-problem'

/** The mapping that attains point `point` of an Einsum's bound, written out with what each tensor occupies and moves. */
export function viewMapping(
  einsum: Einsum,
  bound: EinsumBound,
  point: number,
  options: SearchOptions,
): MappingView {
  const problem = toSearchProblem(einsum)
  const mapping = decodeMapping(bound.mappings, point)
  // Without windows both ways of counting agree, and only the first knows tensors kept at different depths.
  const count =
    options.mapspace === 'full' || !problem.tensors.some(isAffineTensor) ? tensorCost : uniformCost
  const weights = weightsOf(problem)
  const tensors = problem.tensors.map((tensor, i): TensorView => {
    const cost: TensorCost = count(problem, mapping, i)
    const { depth, hold, keepsLast = false } = mapping.places[i]!
    const held = tilesBelow(problem, mapping, hold)
    return {
      tensor: tensor.name,
      role: tensor.output ? 'output' : 'input',
      depth,
      holdDepth: hold,
      keepsLast,
      tileShape: tensor.dimensions.map((dimension) => ({
        rank: dimension
          .map(
            ({ rank, coefficient }) =>
              `${coefficient === 1 ? '' : `${coefficient}·`}${problem.ranks[rank]!.name}`,
          )
          .join(' + '),
        extent: extent(dimension, held),
      })),
      occupancy: bytes(bytesOfUnits(cost.occupancy * weights.perTensor[i]!, weights)),
      traffic: bytes(bytesOfUnits(cost.traffic * weights.perTensor[i]!, weights)),
      fetches: cost.traffic / boxSize(tensor, rankSizes(problem)),
    }
  })
  return {
    loops: loopViews(problem, mapping),
    tensors,
    buffer: bytes(bound.bufferBytes[point]!),
    traffic: bytes(bound.trafficBytes[point]!),
  }
}

function loopViews(problem: ReturnType<typeof toSearchProblem>, mapping: Mapping): MappingView['loops'] {
  const tiles = [...rankSizes(problem)]
  return mapping.loops.map(({ rank, tile }) => {
    const count = Math.ceil(tiles[rank]! / tile)
    tiles[rank] = tile
    return { rank: problem.ranks[rank]!.name, count, tile }
  })
}
