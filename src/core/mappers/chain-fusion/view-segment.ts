import type {
  BlockView,
  Factor,
  HoldingView,
  LeafView,
  LoopView,
  MappingView,
  TensorView,
} from '../../mapping/mapping-view'
import { bytes } from '../../units/quantity'
import { tensorBytes } from '../../workload/cascade'
import type { TensorAccess, Workload } from '../../workload/einsum'
import type { Execution } from '../mapper'
import { OPERANDS, type ChainMember, type PerOperand } from './chain'
import { TEMPLATES } from './member-cost'
import type { SegmentMember } from './segment-cost'
import type { FusedSegment } from './segments'

type Node = LoopView | LeafView

/** A fused segment as a loop tree: row blocks, inside them the members in turn, and what is held where. */
export function viewSegment(workload: Workload, segment: FusedSegment, execution: Execution): MappingView {
  const parts = partsOf(workload, segment)
  return {
    counting: 'paper-fusion',
    root: segment.planned.form === 'untiled' ? untiledTree(parts) : tiledTree(segment, parts),
    tensors: [
      ...parts.flatMap((part) => OPERANDS.map((operand) => operandView(segment, part, operand, execution))),
      ...sideViews(workload, segment),
    ],
    buffer: segment.buffer,
    traffic: segment.traffic,
    operations: segment.einsums.reduce(
      (sum, i) => sum + workload.einsums[i]!.variables.reduce((product, { size }) => product * size, 1),
      0,
    ),
  }
}

/** A member with its names in this workload. */
interface Part {
  readonly at: number
  readonly einsum: string
  readonly accesses: Readonly<Record<keyof PerOperand, TensorAccess>>
  readonly sizes: Readonly<Record<keyof PerOperand, number>>
  readonly member: ChainMember
  readonly cost: SegmentMember
  /** Names of the point-wise Einsums between it and the next member. */
  readonly pointwise: readonly string[]
}

function partsOf(workload: Workload, { chain, planned, cost, cluster }: FusedSegment): readonly Part[] {
  return cost.members.map((figures, at): Part => {
    const e = planned.from + at
    const member = chain.members[e]!
    const einsum = workload.einsums[cluster[member.einsum]!]!
    const { inputPosition } = member
    const accesses = {
      input: einsum.inputs[inputPosition]!,
      weights: einsum.inputs[1 - inputPosition]!,
      output: einsum.output,
    }
    return {
      at,
      einsum: einsum.name,
      accesses,
      sizes: {
        input: tensorBytes(einsum, accesses.input),
        weights: tensorBytes(einsum, accesses.weights),
        output: tensorBytes(einsum, accesses.output),
      },
      member,
      cost: figures,
      pointwise:
        e < planned.to
          ? chain.links[e]!.pointwise.map((position) => workload.einsums[cluster[position]!]!.name)
          : [],
    }
  })
}

const leaf = (einsum: string): LeafView => ({ kind: 'einsum', einsum })
/** The tile of an operand, held for some children of a block. */
const held = (part: Part, operand: keyof PerOperand, from = 0, to = from): HoldingView => ({
  tensor: part.accesses[operand].tensor,
  from,
  to,
  bytes: bytes(part.cost.tile[operand]),
})
const loop = (rank: string, count: number, tile: number, body: BlockView): LoopView => ({
  kind: 'loop',
  rank,
  count,
  tile,
  slides: [],
  windows: [],
  backwards: false,
  first: null,
  body,
  rest: null,
})

/** Members in order with the point-wise Einsums between them. Each intermediate is held until its reader has run. */
function sequence(parts: readonly Part[], nodeOf: (part: Part) => Node, holdings: HoldingView[]): BlockView {
  const children: Node[] = []
  for (const part of parts) {
    const from = children.push(nodeOf(part), ...part.pointwise.map(leaf)) - 1 - part.pointwise.length
    if (part.at + 1 < parts.length) holdings.push(held(part, 'output', from, children.length))
  }
  return {
    holdings: holdings.map((holding) => ({ ...holding, to: Math.min(holding.to, children.length - 1) })),
    children,
  }
}

const untiledTree = (parts: readonly Part[]): BlockView =>
  sequence(
    parts,
    (part) =>
      loop('tiles', 1, 1, {
        holdings: [
          ...(part.at === 0 ? [held(part, 'input')] : []),
          held(part, 'weights'),
          ...(part.at + 1 === parts.length ? [held(part, 'output')] : []),
        ],
        children: [leaf(part.einsum)],
      }),
    [],
  )

function tiledTree({ planned, cost }: FusedSegment, parts: readonly Part[]): BlockView {
  const { form, rowBlocks } = planned
  const flash = form === 'flashattention'
  const keptOutside = ({ cost: own }: Part) => own.keepsWeights || (flash && own.tiling?.weights === 'held')
  const node = (part: Part): Node => {
    const { einsum, at } = part
    const body: BlockView = {
      holdings: [
        ...(at === 0 ? [held(part, 'input')] : []),
        ...(keptOutside(part) ? [] : [held(part, 'weights')]),
        ...(at + 1 === parts.length ? [held(part, 'output')] : []),
      ],
      children: [leaf(einsum)],
    }
    // A member without cuts of its own still opens its tiles once in each row block.
    const [outer = { rank: `columns of ${einsum}`, count: 1, tile: part.member.n }, ...inner] = cutLoops(
      part,
      flash,
    )
    const inside = inner.reduceRight<BlockView>(
      (within, { rank, count, tile }) => ({ holdings: [], children: [loop(rank, count, tile, within)] }),
      body,
    )
    return loop(outer.rank, outer.count, outer.tile, inside)
  }
  const weights = parts.filter(keptOutside).map((part) => held(part, 'weights'))
  const rows: BlockView = {
    holdings: weights,
    children: [loop('rows', rowBlocks, cost.rowsPerBlock, sequence(parts, node, []))],
  }
  const chunks = parts[0]!.cost.tiling?.nCuts ?? 1
  return flash && chunks > 1
    ? {
        holdings: [],
        children: [loop(`columns of ${parts[0]!.einsum}`, chunks, parts[0]!.member.n / chunks, rows)],
      }
    : rows
}

/** The outer loops of a member inside a row block. */
function cutLoops({ cost: { tiling }, member, einsum }: Part, flash: boolean) {
  if (tiling === null || flash) return []
  const { kCuts, nCuts, template } = tiling
  const loops = {
    k: { rank: `reduced ranks of ${einsum}`, count: kCuts, tile: member.k / kCuts },
    n: { rank: `columns of ${einsum}`, count: nCuts, tile: member.n / nCuts },
  }
  return TEMPLATES[template].flatMap((letter) =>
    letter !== 'm' && loops[letter].count > 1 ? [loops[letter]] : [],
  )
}

/** What an operand of a member holds and moves. */
function operandView(
  { planned, cost: { rowsPerBlock } }: FusedSegment,
  { accesses, sizes, member, cost, einsum }: Part,
  operand: keyof PerOperand,
  execution: Execution,
): TensorView {
  const { tiling, keepsWeights } = cost
  const bytesPerValue = member.bytesPerValue[operand]
  const tile = cost.tile[operand]
  const traffic = cost.traffic[operand]
  const extents = tiling === null ? [] : extentsOf(member, tiling, rowsPerBlock)[operand]
  const product = extents.reduce((all, { value }) => all * value, 1)
  // What the extents leave over are heads that are held together, or all values of an operand that runs whole.
  const rest = tile / (product * bytesPerValue)
  return {
    tensor: accesses[operand].tensor,
    einsum,
    role: operand === 'output' ? 'output' : 'input',
    tile: rest === 1 ? extents : [...extents, { name: tiling === null ? 'values' : 'heads', value: rest }],
    bytesPerValue,
    occupancy: bytes(tile),
    traffic: bytes(traffic),
    fetches: traffic / sizes[operand],
    because:
      traffic === 0
        ? ['it is an intermediate that never leaves the buffer']
        : tiling === null
          ? [`${einsum} runs alone, its intermediates whole in the buffer`]
          : [
              `${planned.rowBlocks} blocks of ${rowsPerBlock} rows, one cut for the whole segment (M1 x M0)`,
              `template ${tiling.template}, K2 = ${tiling.kCuts}, N2 = ${tiling.nCuts}`,
              ...(operand === 'weights'
                ? [
                    keepsWeights
                      ? 'weights kept whole, fetched once for each batch entry'
                      : tiling.weights === 'held'
                        ? 'weights held in chunks, fetched again at every visit'
                        : 'weights streamed value by value',
                  ]
                : []),
              ...(execution === 'pipelined' ? ['all members work at once'] : []),
            ],
  }
}

/** Extents of each operand's tile in values: rows M0, reduced ranks K / K2, columns N / N2. */
function extentsOf(
  { k, n }: ChainMember,
  { kCuts, nCuts, weights }: NonNullable<SegmentMember['tiling']>,
  rowsPerBlock: number,
): Readonly<Record<keyof PerOperand, readonly Factor[]>> {
  const rows = { name: 'rows', value: rowsPerBlock }
  const reduced = { name: 'reduced', value: k / kCuts }
  const columns = { name: 'columns', value: n / nCuts }
  return {
    input: [rows, reduced],
    weights: weights === 'held' ? [reduced, columns] : [],
    output: [rows, columns],
  }
}

/** Operands that point-wise Einsums read besides, value by value. */
function sideViews(workload: Workload, { chain, planned, cluster }: FusedSegment): readonly TensorView[] {
  return chain.links.slice(planned.from, planned.to).flatMap(({ sides }) =>
    sides.map((side): TensorView => {
      const einsum = workload.einsums[cluster[side.einsum]!]!
      const traffic = side.bytes * Math.max(1, planned.rowBlocks / side.rows)
      return {
        tensor: einsum.inputs[side.input]!.tensor,
        einsum: einsum.name,
        role: 'input',
        tile: [],
        bytesPerValue: side.bytesPerValue,
        occupancy: bytes(side.bytesPerValue),
        traffic: bytes(traffic),
        fetches: traffic / side.bytes,
        because: ['a point-wise Einsum reads it from the backing store, value by value'],
      }
    }),
  )
}
