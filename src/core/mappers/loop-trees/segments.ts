import { pointIndexAt } from '../../front/read'
import { decodeMapping } from '../../mapping/codec'
import type { Block, Mapping } from '../../mapping/tree'
import { bytesOfUnits } from '../../model/weights'
import { assert } from '../../support/assert'
import { bytes } from '../../units/quantity'
import { chainFusion } from '../chain-fusion/chain-fusion'
import { aloneAt } from '../each-einsum/alone'
import type { Exploration, Segment } from '../mapper'
import { isOfPaper, type Strategy } from '../strategy'
import type { TreeDetail } from './assemble'
import { einsumsOf } from './copies'
import { costOfTree, type TreeCost } from './counting'
import type { CascadeProblem } from './problem'

/** Einsums that share loops, or hand a tensor on inside the buffer; a part of the tree's root block. */
export interface TreeSegment extends Segment {
  readonly problem: CascadeProblem
  /** The whole cascade's tree, and which children of its root are this segment. */
  readonly mapping: Mapping
  readonly children: readonly number[]
  readonly cost: TreeCost
}

/** A segment of a strategy of the paper. */
export interface PaperSegment extends Segment {
  readonly segment: Segment
}

export const isPaperSegment = (segment: Segment): segment is PaperSegment => 'segment' in segment

/** The search of the paper's strategies that an exploration holds besides. */
export const paperOf = ({ detail }: Exploration): Exploration | null => (detail as TreeDetail).paper

export const isTreeSegment = (segment: Segment): segment is TreeSegment => 'mapping' in segment

/** What runs together at a buffer size, in the order of the tree. */
export function segmentsAt(
  { detail, members, curves, options }: Exploration,
  strategy: Strategy,
  buffer: number,
): readonly Segment[] {
  const { problem, mappings, trees, paper } = detail as TreeDetail
  if (paper !== null && isOfPaper(strategy))
    return chainFusion
      .segmentsAt(paper, strategy, buffer)
      .map((segment): PaperSegment => ({ ...segment, segment }))
  const alone = () => members.map((_, i) => aloneAt(members, i, buffer))
  const curve = curves.find((one) => one.strategy === strategy)
  const tree = strategy === 'fused' && curve ? trees[pointIndexAt(curve, buffer)] : undefined
  if (tree === undefined || tree === null) return alone()
  const mapping = decodeMapping(mappings, tree)
  const counted = costOfTree(problem, mapping, options.recompute)
  assert(counted.ok, 'a tree that was found is legal')
  const { value: cost } = counted
  const inBytes = (units: number) =>
    bytes(bytesOfUnits(units, { bitsPerUnit: problem.unitBits, perTensor: [] }))
  const parts = partsOf(problem, mapping.root)
  return parts.map((children): TreeSegment => ({
    form: children.length > 1 || einsumsIn(mapping.root, children).length > 1 ? 'fused' : 'alone',
    einsums: einsumsIn(mapping.root, children).sort((a, b) => a - b),
    buffer: inBytes(cost.peak),
    traffic: inBytes(movedBy(cost, children).reduce((sum, units) => sum + units, 0)),
    problem,
    mapping,
    children,
    cost,
  }))
}

const einsumsIn = (root: Block, children: readonly number[]): number[] =>
  children.flatMap((at) => {
    const child = root.children[at]!
    return child.kind === 'einsum' ? [child.einsum] : einsumsOf(child.body)
  })

/** Children of the root that a held tensor ties together, each group in order. */
function partsOf(problem: CascadeProblem, root: Block): readonly (readonly number[])[] {
  const group = root.children.map((_, i) => i)
  for (const { tensor, from, to } of root.holdings) {
    const users = group.flatMap((_, at) => {
      if (at < from || at > to) return []
      const einsums = einsumsIn(root, [at])
      const { producer, consumers } = problem.tensors[tensor]!
      return einsums.some((e) => e === producer || consumers.includes(e)) ? [at] : []
    })
    for (const at of users) {
      const [low, high] = [group[users[0]!]!, group[at]!]
      for (const [i, one] of group.entries()) if (one === high) group[i] = Math.min(low, high)
    }
  }
  const parts = new Map<number, number[]>()
  for (const [at, one] of group.entries()) parts.set(one, [...(parts.get(one) ?? []), at])
  return [...parts.values()]
}

/** Units of each tensor that children of the root move. */
export const movedBy = (
  { trafficByTensor, trafficByChild }: TreeCost,
  children: readonly number[],
): readonly number[] =>
  trafficByTensor.map((_, t) => children.reduce((sum, at) => sum + trafficByChild[at]![t]!, 0))
