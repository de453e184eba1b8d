import type { MachineProblem } from '../problem'
import type { ProblemTensor } from '../tensor'
import type { Constraints } from './constraints'

/** A problem in which ranks that occur in the same tensors alike are one. */
export interface Flattened {
  readonly problem: MachineProblem
  readonly constraints: Constraints
  /** By new rank: the ranks that it stands for. */
  readonly groups: readonly (readonly number[])[]
}

/**
 * Joins rank variables that stand alone in exactly the same tensors and may run on the same dims: their product has every
 * factor that they have together (docs/model.md, section 1, Flattening). Ranks that the user speaks of stay apart.
 */
export function flatten(problem: MachineProblem, constraints: Constraints): Flattened {
  const { ranks, tensors, dims } = problem
  const named = new Set([...constraints.notAbove, ...constraints.spatial].map(({ rank }) => rank))
  const groups = new Map<string, number[]>()
  for (const rank of ranks.keys()) {
    const isPlain = tensors.every(({ indexes, alone }) => !indexes[rank] || alone[rank])
    const signature = [
      tensors.map(({ indexes }) => Number(indexes[rank])).join(''),
      dims.map(({ allowed }) => Number(allowed[rank])).join(''),
      isPlain && !named.has(rank) ? '' : rank,
    ].join('/')
    const group = groups.get(signature)
    if (group) group.push(rank)
    else groups.set(signature, [rank])
  }
  const merged = [...groups.values()]
  const newRank = ranks.map((_, rank) => merged.findIndex((group) => group.includes(rank)))
  const first = merged.map(([rank]) => rank!)
  const tensorOf = (tensor: ProblemTensor): ProblemTensor => ({
    ...tensor,
    dimensions: tensor.dimensions.flatMap((dimension) => {
      const terms = dimension.map(({ rank, coefficient }) => ({ rank: newRank[rank]!, coefficient }))
      return first.includes(dimension[0]!.rank) ? [terms] : []
    }),
    indexes: first.map((rank) => tensor.indexes[rank]!),
    alone: first.map((rank) => tensor.alone[rank]!),
  })
  return {
    problem: {
      ...problem,
      ranks: merged.map((group) => ({
        name: group.map((rank) => ranks[rank]!.name).join('·'),
        size: group.reduce((product, rank) => product * ranks[rank]!.size, 1),
      })),
      tensors: tensors.map(tensorOf),
      dims: dims.map((dim) => ({ ...dim, allowed: first.map((rank) => dim.allowed[rank]!) })),
    },
    constraints: {
      ...constraints,
      notAbove: constraints.notAbove.map((one) => ({ ...one, rank: newRank[one.rank]! })),
      spatial: constraints.spatial.map((one) => ({ ...one, rank: newRank[one.rank]! })),
    },
    groups: merged,
  }
}

/**
 * Splits iterations of a joined rank among the ranks that it stands for. `left` are their iterations that are not yet given
 * out, and is changed. Greatest common divisors are right: prime by prime, what one cannot take the next ones can.
 */
export function splitCount(count: number, left: number[]): number[] {
  let rest = count
  return left.map((own, at) => {
    const part = gcd(rest, own)
    rest /= part
    left[at] = own / part
    return part
  })
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b))
