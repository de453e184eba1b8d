import { decodeMapping } from '../../mapping/codec'
import type { BlockView, MappingView, TensorView } from '../../mapping/mapping-view'
import type { Block } from '../../mapping/tree'
import { nestOfTree, tensorCost, tilesBelow, uniformCost } from '../../model/nest'
import {
  boxSize,
  extent,
  rankSizes,
  toSearchProblem,
  type SearchProblem,
  type SearchTensor,
} from '../../model/search-problem'
import { bytesOfUnits, weightsOf } from '../../model/weights'
import { bytes } from '../../units/quantity'
import type { Einsum } from '../../workload/einsum'
import type { EinsumBound } from '../mapper'

/** The mapping of point `point` of an Einsum's bound, with what each tensor occupies and moves. */
export function viewNest(einsum: Einsum, bound: EinsumBound, point: number): MappingView {
  const problem = toSearchProblem(einsum)
  const mapping = decodeMapping(bound.mappings, point)
  const nest = nestOfTree(mapping)
  const count = mapping.counting === 'uniform' ? uniformCost : tensorCost
  const weights = weightsOf(problem)
  const tensors = problem.tensors.map((tensor, i): TensorView => {
    const cost = count(problem, nest, i)
    const { depth, hold } = nest.places[i]!
    const held = tilesBelow(problem, nest, hold)
    const loops =
      depth === 0 ? 'no loop' : depth === 1 ? 'the outermost loop' : `the ${depth} outermost loops`
    return {
      tensor: tensor.name,
      einsum: einsum.name,
      role: tensor.output ? 'output' : 'input',
      tile: tensor.dimensions.map((dimension) => ({
        name: nameOf(problem, dimension),
        value: extent(dimension, held),
      })),
      bytesPerValue: tensor.bitsPerValue / 8,
      occupancy: bytes(bytesOfUnits(cost.occupancy * weights.perTensor[i]!, weights)),
      traffic: bytes(bytesOfUnits(cost.traffic * weights.perTensor[i]!, weights)),
      fetches: cost.traffic / boxSize(tensor, rankSizes(problem)),
      because: [
        `its tile is fetched below ${loops}`,
        ...(tensor.output
          ? ['partial sums are written and read again, except for the first read']
          : [
              'it is fetched again by each loop above its place that moves its tile, and by those outside them',
            ]),
      ],
    }
  })
  const sizes = rankSizes(problem)
  return {
    counting: mapping.counting,
    root: blockView(mapping.root, problem, einsum.name, sizes, tensors),
    tensors,
    buffer: bytes(bound.bufferBytes[point]!),
    traffic: bytes(bound.trafficBytes[point]!),
    operations: sizes.reduce((product, size) => product * size, 1),
  }
}

const nameOf = (problem: SearchProblem, dimension: SearchTensor['dimensions'][number]): string =>
  dimension
    .map(
      ({ rank, coefficient }) => `${coefficient === 1 ? '' : `${coefficient}·`}${problem.ranks[rank]!.name}`,
    )
    .join(' + ')

function blockView(
  { holdings, children }: Block,
  problem: SearchProblem,
  einsum: string,
  sizes: readonly number[],
  tensors: readonly TensorView[],
): BlockView {
  const tensorName = (tensor: number) => problem.tensors[tensor]!.name
  return {
    holdings: holdings.map(({ tensor, from, to }) => ({
      tensor: tensorName(tensor),
      from,
      to,
      bytes: tensors[tensor]!.occupancy,
    })),
    children: children.map((child) => {
      if (child.kind === 'einsum') return { kind: 'einsum', einsum }
      const { rank, tile, slides = [], body, backwards = false } = child
      return {
        kind: 'loop',
        rank: problem.ranks[rank]!.name,
        count: Math.ceil(sizes[rank]! / tile),
        tile,
        slides: slides.map(tensorName),
        windows: [],
        backwards,
        first: null,
        body: blockView(body, problem, einsum, sizes.with(rank, tile), tensors),
        rest: null,
      }
    }),
  }
}
