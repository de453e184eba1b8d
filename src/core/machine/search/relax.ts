import type { MachineProblem } from '../problem'
import type { ProblemTensor } from '../tensor'

/**
 * A problem whose costs and tiles are never above those of a problem with windows: each windowed dimension is indexed by
 * its greatest rank alone (docs/model.md, section 11, bound 3).
 */
export const relax = (problem: MachineProblem): MachineProblem => ({
  ...problem,
  tensors: problem.tensors.map((tensor) => (tensor.isWindowed ? relaxTensor(problem, tensor) : tensor)),
})

function relaxTensor({ ranks }: MachineProblem, tensor: ProblemTensor): ProblemTensor {
  const main = tensor.dimensions.map((dimension) => mainRank(ranks, dimension))
  const indexes = ranks.map((_, rank) => main.includes(rank))
  return {
    ...tensor,
    dimensions: main.map((rank) => [{ rank, coefficient: 1 }]),
    indexes,
    alone: indexes,
    size: main.reduce((size, rank) => size * ranks[rank]!.size, 1),
  }
}

const mainRank = (ranks: MachineProblem['ranks'], dimension: ProblemTensor['dimensions'][number]): number =>
  dimension.reduce(
    (most, { rank }) => (ranks[rank]!.size > ranks[most]!.size ? rank : most),
    dimension[0]!.rank,
  )

/**
 * By tensor and rank: the size of the greatest rank of the window in which the rank is a lesser one; 0 if it is none. Loops
 * over a lesser rank move a box, but bring as little as its own extent.
 */
export const lesserRanks = ({ tensors, ranks }: MachineProblem): readonly (readonly number[])[] =>
  tensors.map(({ dimensions }) =>
    ranks.map((_, rank) => {
      const dimension = dimensions.find((terms) => terms.some((term) => term.rank === rank))
      const main = dimension === undefined ? rank : mainRank(ranks, dimension)
      return main === rank ? 0 : ranks[main]!.size
    }),
  )
