import { boxSize, rankSizes, type SearchProblem } from '../../model/search-problem'
import { weightsOf } from '../../model/weights'
import { ParetoFront } from '../../front/pareto-front'
import { CHECK_MASK, type Checkpoint } from '../../support/checkpoint'

/** One choice for a rank group: its factor to each tensor's tile and to each tensor's fetches. */
export interface FactorOption {
  readonly tile: ArrayLike<number>
  readonly fetches: ArrayLike<number>
}

/** How a choice depends on those made before it. Without such dependences all factors are multiplied. */
export interface Coupling<Option> {
  /** Whether the option can be combined with those already chosen. */
  allows(option: Option, chosen: readonly Option[]): boolean
  /** The option's factor to tensor i's tile, given those already chosen; at least its own `tile[i]`. */
  tileFactor(option: Option, chosen: readonly Option[], i: number): number
}

/**
 * Pareto front of sums of products. A mapping is one option from each list. A tensor's tile and fetches are products
 * of the options' factors; buffer and traffic are weighted sums over the tensors.
 *
 * Options are combined depth first. The least factors of the remaining lists are known, so every partial choice has a
 * lower bound on both sums. If the front covers this bound, the branch is dropped.
 */
export class ProductSearch<Option extends FactorOption, Tag> {
  readonly front = new ParetoFront<Tag>()
  evaluated = 0
  private readonly tileWeights: readonly number[]
  private readonly fetchWeights: readonly number[]
  private readonly elided: number

  constructor(
    problem: SearchProblem,
    private readonly checkpoint: Checkpoint,
    private readonly coupling?: Coupling<Option>,
  ) {
    const sizes = rankSizes(problem)
    this.tileWeights = weightsOf(problem).perTensor
    this.fetchWeights = problem.tensors.map(({ output }, i) => this.tileWeights[i]! * (output ? 2 : 1))
    this.elided = problem.tensors.reduce(
      (sum, tensor, i) => sum + (tensor.output ? this.tileWeights[i]! * boxSize(tensor, sizes) : 0),
      0,
    )
  }

  /** Adds every combination of the lists' options to the front, tagged by `tagOf`. */
  combine(lists: readonly (readonly Option[])[], tagOf: (chosen: readonly Option[]) => Tag): void {
    const count = this.tileWeights.length
    const tiles = Float64Array.from({ length: (lists.length + 1) * count }, () => 1)
    const fetches = tiles.slice()
    const leastTiles = leastProducts(lists, count, (option) => option.tile)
    const leastFetches = leastProducts(lists, count, (option) => option.fetches)
    const chosen: Option[] = []
    const descend = (depth: number): void => {
      const here = depth * count
      const below = here + count
      for (const option of lists[depth]!) {
        chosen.length = depth
        if (this.coupling?.allows(option, chosen) === false) continue
        let buffer = 0
        let traffic = -this.elided
        for (let i = 0; i < count; i++) {
          const factor = this.coupling ? this.coupling.tileFactor(option, chosen, i) : option.tile[i]!
          const tile = tiles[here + i]! * factor
          const fetched = fetches[here + i]! * option.fetches[i]!
          tiles[below + i] = tile
          fetches[below + i] = fetched
          buffer += this.tileWeights[i]! * tile * leastTiles[below + i]!
          traffic += this.fetchWeights[i]! * fetched * leastFetches[below + i]!
        }
        if ((++this.evaluated & CHECK_MASK) === 0) this.checkpoint()
        if (this.front.covers(buffer, traffic)) continue
        chosen[depth] = option
        if (depth + 1 < lists.length) descend(depth + 1)
        else this.front.add(buffer, traffic, tagOf(chosen.slice()))
      }
    }
    if (lists.length > 0) descend(0)
    else this.addScalar(tagOf([]))
  }

  /** An Einsum without a rank: every tensor is one value, and is fetched once. */
  private addScalar(tag: Tag): void {
    const sum = (weights: readonly number[]) => weights.reduce((total, weight) => total + weight, 0)
    this.front.add(sum(this.tileWeights), sum(this.fetchWeights) - this.elided, tag)
  }
}

/** Row d: for each tensor, the product over lists d and later of the least factor in each list. */
function leastProducts<Option>(
  lists: readonly (readonly Option[])[],
  count: number,
  factors: (option: Option) => ArrayLike<number>,
): Float64Array {
  const rows = Float64Array.from({ length: (lists.length + 1) * count }, () => 1)
  for (let depth = lists.length - 1; depth >= 0; depth--) {
    for (let i = 0; i < count; i++) {
      let least = Infinity
      for (const option of lists[depth]!) least = Math.min(least, factors(option)[i]!)
      rows[depth * count + i] = rows[(depth + 1) * count + i]! * least
    }
  }
  return rows
}
