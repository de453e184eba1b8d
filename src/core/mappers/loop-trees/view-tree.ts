import type {
  BlockView,
  HoldingView,
  LeafView,
  LoopView,
  MappingView,
  TensorView,
} from '../../mapping/mapping-view'
import type { Block, Child, Holding } from '../../mapping/tree'
import { bytesOfUnits } from '../../model/weights'
import { bytes, type Bytes } from '../../units/quantity'
import { decodeMapping } from '../../mapping/codec'
import { assert } from '../../support/assert'
import type { Einsum } from '../../workload/einsum'
import type { EinsumBound } from '../mapper'
import { costOfTree, type TreeCost } from './counting'
import { einsumsOf, writtenTensors } from './copies'
import { cascadeProblem, type CascadeProblem } from './problem'
import { movedBy, type TreeSegment } from './segments'

/** A segment of a loop tree with names, and what each of its tensors holds at most and moves. */
export function viewTree(einsums: readonly Einsum[], segment: TreeSegment): MappingView {
  const { problem, mapping, children, cost } = segment
  const inBytes = (units: number) =>
    bytes(bytesOfUnits(units, { bitsPerUnit: problem.unitBits, perTensor: [] }))
  const written = writtenTensors(problem, mapping)
  const inside = new Set(segment.einsums)
  const movedHere = movedBy(cost, children)
  const tensors = problem.tensors.flatMap(
    ({ name, width, size, role, producer, consumers }, t): TensorView[] => {
      const users = [producer, ...consumers].filter((e) => inside.has(e))
      if (users.length === 0) return []
      const moved = movedHere[t]!
      const kept = role === 'intermediate' && !written[t]
      return [
        {
          tensor: name,
          einsum: users.map((e) => einsums[e]!.name).join(', '),
          role: inside.has(producer) ? 'output' : 'input',
          tile: [{ name: 'values', value: cost.boxes[t]! / width }],
          bytesPerValue: (width * problem.unitBits) / 8,
          occupancy: inBytes(cost.boxes[t]!),
          traffic: inBytes(moved),
          fetches: moved / (size * width),
          because: kept
            ? ['it is an intermediate that never leaves the buffer']
            : role === 'intermediate'
              ? ['it is written to the backing store and read back']
              : producer >= 0
                ? ['it is an output of the cascade; partial sums are read back, except for the first read']
                : ['each time that a place which holds it is entered, its box is fetched'],
        },
      ]
    },
  )
  const sizes = problem.ranks.map(({ size }) => size)
  return {
    counting: 'loop-tree',
    root: part({ problem, inBytes, cost }, mapping.root, children, sizes),
    tensors,
    buffer: segment.buffer,
    traffic: segment.traffic,
    operations: children.reduce((sum, at) => sum + cost.pointsByChild[at]!, 0),
  }
}

/** A cascade's tree, with what its places occupy. */
interface Costed {
  readonly problem: CascadeProblem
  readonly cost: TreeCost
  readonly inBytes: (units: number) => Bytes
}

/** An Einsum that was searched by itself, as its one-member tree. */
export function viewAlone(einsum: Einsum, bound: EinsumBound, point: number): MappingView {
  const problem = cascadeProblem([einsum])
  const mapping = decodeMapping(bound.mappings, point)
  const counted = costOfTree(problem, mapping)
  assert(counted.ok, 'a tree that was found is legal')
  const segment: TreeSegment = {
    form: 'alone',
    einsums: [0],
    buffer: bytes(bound.bufferBytes[point]!),
    traffic: bytes(bound.trafficBytes[point]!),
    problem,
    mapping,
    children: mapping.root.children.map((_, i) => i),
    cost: counted.value,
  }
  return viewTree([einsum], segment)
}

/** The chosen children of the root, with the holdings that serve them. */
function part(costed: Costed, root: Block, chosen: readonly number[], sizes: readonly number[]): BlockView {
  const { problem } = costed
  const holdings = root.holdings.flatMap((holding) => {
    const { tensor, from, to } = holding
    const within = chosen.flatMap((at, i) => (at >= from && at <= to ? [i] : []))
    const { producer, consumers } = problem.tensors[tensor]!
    const served = within.some((i) => {
      const child = root.children[chosen[i]!]!
      const einsums = child.kind === 'einsum' ? [child.einsum] : einsumsOf(child.body)
      return einsums.some((e) => e === producer || consumers.includes(e))
    })
    return served ? [holdingView(costed, holding, within[0]!, within.at(-1)!)] : []
  })
  return { holdings, children: chosen.map((at) => nodeView(costed, root.children[at]!, sizes)) }
}

const holdingView = (
  { problem, cost, inBytes }: Costed,
  holding: Holding,
  from: number,
  to: number,
): HoldingView => ({
  tensor: problem.tensors[holding.tensor]!.name,
  from,
  to,
  bytes: inBytes(cost.boxOf.get(holding)![0]!),
})

const blockView = (costed: Costed, { holdings, children }: Block, sizes: readonly number[]): BlockView => ({
  holdings: holdings.map((holding) => holdingView(costed, holding, holding.from, holding.to)),
  children: children.map((child) => nodeView(costed, child, sizes)),
})

function nodeView(costed: Costed, child: Child, sizes: readonly number[]): LoopView | LeafView {
  const { problem, cost, inBytes } = costed
  if (child.kind === 'einsum') return { kind: 'einsum', einsum: problem.einsums[child.einsum]!.name }
  const { rank, tile, slides = [], backwards = false, first, body, rest } = child
  const count = Math.ceil(sizes[rank]! / tile)
  const inside = sizes.with(rank, tile)
  return {
    kind: 'loop',
    rank: problem.ranks[rank]!.name,
    count,
    tile,
    slides: slides.map((tensor) => problem.tensors[tensor]!.name),
    windows: slides.map((tensor, at) => ({
      tensor: problem.tensors[tensor]!.name,
      bytes: inBytes(cost.boxOf.get(child)![at]!),
    })),
    backwards,
    first: first === undefined ? null : blockView(costed, first, inside),
    body: blockView(costed, body, inside),
    rest: rest === undefined ? null : blockView(costed, rest, sizes.with(rank, sizes[rank]! % tile)),
  }
}
