import type { Einsum, TensorAccess } from '../../workload/einsum'
import type { ProblemRank } from './problem'

/** Which rank of the problem each variable of each Einsum is. */
export interface RankLinks {
  readonly ranks: readonly ProblemRank[]
  readonly rankOf: (einsum: number, variable: string) => number
}

/**
 * Variables of one name are one rank. Where a name has several sizes in the cascade (each Einsum written with its own
 * `m, c, p`), names say nothing: then a variable is the rank of the intermediate that it alone indexes in full.
 */
export function linkRanks(einsums: readonly Einsum[]): RankLinks {
  const sizes = new Map<string, number>()
  const agree = einsums.every(({ variables }) =>
    variables.every(({ name, size }) => {
      const known = sizes.get(name)
      sizes.set(name, size)
      return known === undefined || known === size
    }),
  )
  return agree ? byName(sizes) : byTensor(einsums)
}

function byName(sizes: ReadonlyMap<string, number>): RankLinks {
  const names = [...sizes.keys()]
  return {
    ranks: [...sizes].map(([name, size]) => ({ name, size })),
    rankOf: (_, variable) => names.indexOf(variable),
  }
}

function byTensor(einsums: readonly Einsum[]): RankLinks {
  const ranks: ProblemRank[] = []
  /** By tensor and dimension, the rank that its producer, or the first Einsum that reads it, indexes it by. */
  const known = new Map<string, number>()
  const maps = einsums.map(({ variables, inputs, output }) => {
    const own = new Map<string, number>()
    for (const { name, size } of variables) {
      const linked = inputs
        .flatMap((access) => plainDimensions(access, name))
        .map((dimension) => known.get(dimension))
        .find((rank) => rank !== undefined && ranks[rank]!.size === size && ![...own.values()].includes(rank))
      if (linked !== undefined) own.set(name, linked)
      else own.set(name, ranks.push({ name: nameFor(name, ranks), size }) - 1)
    }
    for (const { name } of variables)
      for (const dimension of [...inputs, output].flatMap((access) => plainDimensions(access, name)))
        if (!known.has(dimension)) known.set(dimension, own.get(name)!)
    return own
  })
  return { ranks, rankOf: (einsum, variable) => maps[einsum]!.get(variable)! }
}

/** Dimensions of a tensor that the variable alone indexes, as `tensor:position`. */
const plainDimensions = ({ tensor, ranks }: TensorAccess, variable: string): string[] =>
  ranks.flatMap(({ terms, offset }, d) =>
    terms.length === 1 && terms[0]!.variable === variable && terms[0]!.coefficient === 1 && offset === 0
      ? [`${tensor}:${d}`]
      : [],
  )

function nameFor(name: string, ranks: readonly ProblemRank[]): string {
  if (ranks.every((rank) => rank.name !== name)) return name
  let copy = 2
  while (ranks.some((rank) => rank.name === `${name}_${copy}`)) copy++
  return `${name}_${copy}`
}
