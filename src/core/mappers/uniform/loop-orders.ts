import {
  isAffineTensor,
  isPlain,
  isRelevant,
  type SearchProblem,
  type SearchTensor,
} from '../../model/search-problem'

/**
 * The loop orders that the uniform-retention search has to try. Each is a list of ranks from the innermost outwards.
 *
 * A tensor's cost depends only on the loops inside its innermost one that is not irrelevant (and for a sliding window
 * on how the first of these relate). So orders are grown from the inside until no tensor can gain any more; the rest
 * may stand in any order. Orders whose gains are a subset of another's are dropped.
 */
export function loopOrders(problem: SearchProblem): readonly (readonly number[])[] {
  const all = problem.ranks.map((_, rank) => rank)
  const candidates: { order: readonly number[]; gains: readonly ReadonlySet<string>[] }[] = []
  const seen = new Set<string>()

  const grow = (prefix: readonly number[]): void => {
    const rest = all.filter((rank) => !prefix.includes(rank))
    if (rest.length > 0 && (prefix.length === 0 || problem.tensors.some((t) => canGain(t, prefix, rest)))) {
      for (const rank of rest) grow([...prefix, rank])
      return
    }
    const gains = problem.tensors.map((tensor) => gainsOf(tensor, prefix))
    const key = gains.map((gain) => [...gain].sort().join()).join('|')
    if (seen.has(key)) return
    seen.add(key)
    candidates.push({ order: [...prefix, ...rest], gains })
  }
  grow([])
  return candidates
    .filter(({ gains }) => !candidates.some((other) => other.gains !== gains && includes(other.gains, gains)))
    .map(({ order }) => order)
}

/** Whether a further loop around `prefix` could still be free, or slide, for the tensor. */
function canGain(tensor: SearchTensor, prefix: readonly number[], rest: readonly number[]): boolean {
  const moved = prefix.filter((rank) => isRelevant(tensor, rank))
  // Inside a sliding window an irrelevant loop matters too: the halo rule sees a translation of zero.
  if (moved.length === 0) return isAffineTensor(tensor) || rest.some((rank) => !isRelevant(tensor, rank))
  if (!isAffineTensor(tensor)) return false
  const dimension = slidingDimension(tensor, moved[0]!)
  if (dimension === undefined || !moved.every((rank) => dimension.some((term) => term.rank === rank)))
    return false
  return rest.some((rank) => dimension.some((term) => term.rank === rank))
}

/**
 * The gains of an order for a tensor: the ranks whose loops are free, and the chain of loops over which its window
 * slides.
 */
function gainsOf(tensor: SearchTensor, order: readonly number[]): ReadonlySet<string> {
  const first = order.findIndex((rank) => isRelevant(tensor, rank))
  const gains = new Set(order.slice(0, first < 0 ? order.length : first).map((rank) => `free ${rank}`))
  const dimension = first < 0 ? undefined : slidingDimension(tensor, order[first]!)
  if (dimension === undefined) return gains
  const moves = (rank: number) => isRelevant(tensor, rank) && !dimension.some((term) => term.rank === rank)
  const end = order.findIndex(moves)
  return gains.add(`slide ${order.slice(0, end < 0 ? order.length : end).join()}`)
}

const slidingDimension = (tensor: SearchTensor, rank: number) =>
  tensor.dimensions.find((d) => !isPlain(d) && d.some((term) => term.rank === rank))

const includes = (more: readonly ReadonlySet<string>[], less: readonly ReadonlySet<string>[]): boolean =>
  less.every((gain, i) => [...gain].every((item) => more[i]!.has(item)))
