import type { Block, Mapping } from '../../mapping/tree'
import type { CascadeProblem } from './problem'

/** The Einsums with a leaf below a block, ascending. Alternative bodies of a loop (`first`, `rest`) hold the same ones. */
export function einsumsOf(block: Block): number[] {
  return block.children
    .flatMap((child) => (child.kind === 'einsum' ? [child.einsum] : einsumsOf(child.body)))
    .sort((a, b) => a - b)
}

/**
 * Which tensors have a copy in the backing store. An intermediate has none (it is kept) if one holding serves its
 * producer and all of its consumers, wherever its producer runs (loop trees, "written or kept").
 */
export function writtenTensors(problem: CascadeProblem, { root }: Mapping): boolean[] {
  const written = problem.tensors.map(({ role }) => role === 'output')
  const look = (tensor: number, einsums: readonly number[]) => {
    const { role, producer, consumers } = problem.tensors[tensor]!
    if (role !== 'intermediate' || !einsums.includes(producer)) return
    if (!consumers.every((consumer) => einsums.includes(consumer))) written[tensor] = true
  }
  const walk = (block: Block): void => {
    for (const { tensor, from, to } of block.holdings)
      look(tensor, einsumsOf({ holdings: [], children: block.children.slice(from, to + 1) }))
    for (const child of block.children) {
      if (child.kind === 'einsum') continue
      for (const body of [child.first, child.body, child.rest]) {
        if (body === undefined) continue
        for (const tensor of child.slides ?? []) look(tensor, einsumsOf(body))
        walk(body)
      }
    }
  }
  walk(root)
  return written
}
