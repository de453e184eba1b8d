import { Misfit, type Context } from './context'
import { numberOf, type OnnxNode } from './graph'
import type { Operator } from './products'
import { einsum, unmodelled, type Step } from './steps'

interface Side {
  readonly shape: readonly number[]
  readonly heads: number
  /** Whether heads have a dimension of their own: [b, h, m, e] and not [b, m, h*e]. */
  readonly apart: boolean
}

const sideOf = (shape: readonly number[] | null, heads: number): Side | null =>
  shape?.length === 4
    ? { shape, heads: shape[1]!, apart: true }
    : shape?.length === 3 && heads > 0
      ? { shape, heads, apart: false }
      : null

const length = ({ shape, apart }: Side): number => shape[apart ? 2 : 1]!
const width = ({ shape, heads, apart }: Side): number => (apart ? shape[3]! : shape[2]! / heads)

/** ONNX's Attention and ONNX Runtime's fused attention, as two products; groups of queries may share keys. */
export const attention: Operator = (node, context) => {
  const heads = numberOf(node, 'q_num_heads', numberOf(node, 'num_heads', 0))
  const keyHeads = numberOf(node, 'kv_num_heads', heads)
  const [q, k, v] = [0, 1, 2].map((i) =>
    sideOf(context.shape(node.inputs[i] ?? ''), i === 0 ? heads : keyHeads),
  )
  if (!q || !k || !v)
    return unmodelled('its queries, keys and values are packed, or their heads are not given')
  const shared = q.heads / k.heads
  if (!Number.isInteger(shared) || ![q, k, v].every((side) => Number.isInteger(width(side))))
    return unmodelled('its heads fall into no whole groups')
  const fit =
    k.heads === v.heads &&
    length(k) === length(v) &&
    width(q) === width(k) &&
    [k, v].every(({ shape }) => shape[0] === q.shape[0])
  if (!fit) throw new Misfit('Its queries, keys and values do not fit each other')
  return products(node, context, q, k, v, shared)
}

function products(
  node: OnnxNode,
  context: Context,
  q: Side,
  k: Side,
  v: Side,
  shared: number,
): readonly Step[] {
  const [many, one] = shared > 1 ? ['g.x', 'g'] : ['h', 'h']
  const at = ({ apart }: Side, head: string, row: string, column: string): string[] =>
    apart ? ['b', head, row, column] : ['b', row, `${head}.${column}`]
  const output = node.outputs[0]!
  const scores = `${output}_scores`
  const sizes = new Map([
    ['b', q.shape[0]!],
    ...(shared > 1
      ? ([
          ['g', k.heads],
          ['x', shared],
        ] as const)
      : ([['h', q.heads]] as const)),
    ['m', length(q)],
    ['p', length(k)],
    ['e', width(q)],
    ['f', width(v)],
  ])
  const [rows, columns, out] = [length(q), length(k), width(v)]
  context.define({ ...node, outputs: [scores] }, [q.shape[0]!, q.heads, rows, columns])
  context.define(node, q.apart ? [q.shape[0]!, q.heads, rows, out] : [q.shape[0]!, rows, q.heads * out])
  const weights = `${scores}_softmax`
  context.define({ ...node, outputs: [weights] }, [q.shape[0]!, q.heads, rows, columns])
  return [
    einsum(
      { value: scores, indices: ['b', many, 'm', 'p'] },
      [
        { value: node.inputs[0]!, indices: at(q, many, 'm', 'e') },
        { value: node.inputs[1]!, indices: at(k, one, 'p', 'e') },
      ],
      sizes,
    ),
    { kind: 'view', output: weights, input: scores, dimensions: [0, 1, 2, 3], reduction: 'softmax' },
    einsum(
      { value: output, indices: at(q, many, 'm', 'f') },
      [
        { value: weights, indices: ['b', many, 'm', 'p'] },
        { value: node.inputs[2]!, indices: at(v, one, 'p', 'f') },
      ],
      sizes,
    ),
  ]
}
