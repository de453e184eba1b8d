import type { Block, Child } from '../../mapping/tree'
import { maskOf, type Mask } from './masks'
import type { Access, CascadeProblem, ProblemTensor } from './problem'

/** Some Einsums of a cascade as a cascade of their own: positions are local, in order of first appearance. */
export interface Run {
  readonly problem: CascadeProblem
  /** Runs of one key have one curve. */
  readonly key: string
  /** Local tensors that are produced here and read beyond. */
  readonly outside: Mask
  /** Local tensors that come from or go beyond the run. */
  readonly crossing: Mask
  readonly tensors: readonly number[]
  readonly ranks: readonly number[]
  readonly einsums: readonly number[]
}

export function runOf(problem: CascadeProblem, from: number, to: number): Run {
  const einsums = Array.from({ length: to - from }, (_, i) => from + i)
  const tensors: number[] = []
  const ranks: number[] = []
  const local = (list: number[], value: number): number => {
    const at = list.indexOf(value)
    return at >= 0 ? at : list.push(value) - 1
  }
  const accessIn = ({ tensor, indices }: Access): Access => ({
    tensor: local(tensors, tensor),
    indices: indices.map(({ terms, offset }) => ({
      terms: terms.map(({ rank, coefficient }) => ({ rank: local(ranks, rank), coefficient })),
      offset,
    })),
  })
  const inside = (e: number) => e >= from && e < to
  const localEinsums = einsums.map((e) => {
    const { name, ranks: own, inputs, output } = problem.einsums[e]!
    return {
      name,
      inputs: inputs.map(accessIn),
      output: accessIn(output),
      ranks: own.map((rank) => local(ranks, rank)),
    }
  })
  const localTensors = tensors.map((t): ProblemTensor => {
    const tensor = problem.tensors[t]!
    const isMade = tensor.producer >= 0 && inside(tensor.producer)
    const consumers = tensor.consumers.filter(inside).map((e) => e - from)
    return {
      ...tensor,
      producer: isMade ? tensor.producer - from : -1,
      consumers,
      role: !isMade ? 'input' : consumers.length > 0 ? 'intermediate' : 'output',
    }
  })
  const beyond = (t: number) => problem.tensors[t]!.consumers.some((e) => !inside(e))
  const isMadeElsewhere = (t: number) =>
    problem.tensors[t]!.producer >= 0 && !inside(problem.tensors[t]!.producer)
  const positions = [...tensors.keys()]
  const crossing = maskOf(positions.filter((at) => beyond(tensors[at]!) || isMadeElsewhere(tensors[at]!)))
  const outside = maskOf(positions.filter((at) => beyond(tensors[at]!) && localTensors[at]!.role !== 'input'))
  const run = {
    ranks: ranks.map((rank) => problem.ranks[rank]!),
    tensors: localTensors,
    einsums: localEinsums,
    unitBits: problem.unitBits,
  }
  const key = JSON.stringify([
    run.ranks.map(({ size }) => size),
    localTensors.map(({ width, shape, exact, pinned }) => [width, shape, exact, pinned]),
    localEinsums.map(({ inputs, output }) => [inputs, output]),
    outside,
    crossing,
  ])
  return { problem: run, key, outside, crossing, tensors, ranks, einsums }
}

/** A block of a run, in the positions of the whole cascade. */
export function blockInWhole(run: Run, { holdings, children }: Block): Block {
  return {
    holdings: holdings.map((holding) => ({ ...holding, tensor: run.tensors[holding.tensor]! })),
    children: children.map((child): Child => {
      if (child.kind === 'einsum') return { kind: 'einsum', einsum: run.einsums[child.einsum]! }
      const { slides, first, body, rest } = child
      return {
        ...child,
        rank: run.ranks[child.rank]!,
        body: blockInWhole(run, body),
        ...(slides ? { slides: slides.map((tensor) => run.tensors[tensor]!) } : {}),
        ...(first ? { first: blockInWhole(run, first) } : {}),
        ...(rest ? { rest: blockInWhole(run, rest) } : {}),
      }
    }),
  }
}

/** Blocks one after the other, as one block. */
export function oneBlock(blocks: readonly Block[]): Block {
  const children: Child[] = []
  const holdings: Block['holdings'][number][] = []
  for (const block of blocks) {
    const at = children.length
    holdings.push(
      ...block.holdings.map((holding) => ({ ...holding, from: holding.from + at, to: holding.to + at })),
    )
    children.push(...block.children)
  }
  return { holdings, children }
}
