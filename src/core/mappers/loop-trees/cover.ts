import type { Access, CascadeProblem, Index, ProblemRank } from './problem'

/** First and last element that an index touches, over the ranks' whole sizes. */
export function spanOf({ terms, offset }: Index, ranks: readonly ProblemRank[]): readonly [number, number] {
  let [first, last] = [offset, offset]
  for (const { rank, coefficient } of terms) {
    const reach = coefficient * (ranks[rank]!.size - 1)
    if (reach < 0) first += reach
    else last += reach
  }
  return [first, last]
}

/** Whether the hull of some reads, over whole ranges, is the whole tensor. */
export const coversAll = (
  { ranks, tensors }: CascadeProblem,
  tensor: number,
  reads: readonly { readonly access: Access }[],
): boolean =>
  tensors[tensor]!.shape.every((extent, d) => {
    const spans = reads.map(({ access }) => spanOf(access.indices[d]!, ranks))
    return (
      Math.min(...spans.map(([first]) => first)) === 0 &&
      Math.max(...spans.map(([, last]) => last)) === extent - 1
    )
  })
