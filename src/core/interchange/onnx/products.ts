import { broadcast, listOf, Misfit, product, type Context } from './context'
import { bitsOfType, numberOf, textOf, type OnnxNode } from './graph'
import { einsum, unmodelled, type Index, type Operand, type Step } from './steps'

/** Operators with MACs. Each gives its output's shape and its Einsum; null if it cannot. */
export type Operator = (node: OnnxNode, context: Context) => Step | readonly Step[] | null

const letters = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `${prefix}${i}`)

/** A bias is added when values are written. Its own bytes are few: one row beside whole matrices. */
function bias(node: OnnxNode, context: Context, input: number): void {
  const value = context.values.get(node.inputs[input] ?? '')
  if (value === undefined) return
  const bytes = (product(value.shape) * bitsOfType(value.elementType)) / 8
  context.aside(
    `${node.operator} bias`,
    'added when values are written; its own bytes are not counted',
    bytes,
  )
}

/** Y[n, m, p...] = X[n, c, s*p + d*r...] * W[m, c, r...], with groups as a rank of their own. */
const conv: Operator = (node, context) => {
  const [x, w] = [context.shape(node.inputs[0] ?? ''), context.shape(node.inputs[1] ?? '')]
  if (x === null || w === null || x.length < 3 || x.length !== w.length) return null
  const spatial = x.length - 2
  const { strides, dilations } = windowsOf(node, spatial)
  const kernel = w.slice(2)
  const out = windowOutputs(node, x.slice(2), kernel, strides, dilations)
  if (out === null) return unmodelled('its window does not fit its input')
  const groups = groupsOf(node)
  const [batch, channels, filters] = [x[0]!, x[1]!, w[0]!]
  const yShape = [batch, filters, ...out]
  context.define(node, yShape)
  bias(node, context, 2)
  const [ps, rs] = [letters('p', spatial), letters('r', spatial)]
  const windows = ps.map((p, i): Index => [
    [strides[i]!, p],
    [dilations[i]!, rs[i]!],
  ])
  const sizes = new Map<string, number>([['n', batch], ...entries(ps, out), ...entries(rs, kernel)])
  const depthwise = groups === channels && w[1] === 1
  if (channels % groups !== 0 || filters % groups !== 0)
    return unmodelled('its groups do not divide its channels')
  if (w[1] !== channels / groups)
    throw new Misfit(`Its weights are for ${w[1]! * groups} channels, and its input has ${channels}`)
  const name = { x: node.inputs[0]!, w: node.inputs[1]!, y: node.outputs[0]! }
  if (groups === 1) {
    sizes.set('c', channels).set('m', filters)
    return einsum(
      { value: name.y, indices: ['n', 'm', ...ps] },
      [
        { value: name.x, indices: ['n', 'c', ...windows] },
        { value: name.w, indices: ['m', 'c', ...rs] },
      ],
      sizes,
    )
  }
  if (depthwise && filters === channels) {
    sizes.set('c', channels)
    return einsum(
      { value: name.y, indices: ['n', 'c', ...ps] },
      [
        { value: name.x, indices: ['n', 'c', ...windows] },
        { value: name.w, indices: ['c', null, ...rs] },
      ],
      sizes,
    )
  }
  // `g.c` is the group, then what lies within: pieces of one dimension.
  sizes
    .set('g', groups)
    .set('c', channels / groups)
    .set('m', filters / groups)
  return einsum(
    { value: name.y, indices: ['n', 'g.m', ...ps] },
    [
      { value: name.x, indices: ['n', 'g.c', ...windows] },
      { value: name.w, indices: ['g.m', 'c', ...rs] },
    ],
    sizes,
  )
}

/** Steps of a sliding window, and of what it reads, one of each a dimension. */
export const windowsOf = (node: OnnxNode, spatial: number) => ({
  strides: listOf(node, 'strides', { length: spatial, least: 1, otherwise: 1 }),
  dilations: listOf(node, 'dilations', { length: spatial, least: 1, otherwise: 1 }),
})

function groupsOf(node: OnnxNode): number {
  const groups = numberOf(node, 'group', 1)
  if (!Number.isInteger(groups) || groups < 1)
    throw new Misfit('Its number of groups is none', String(groups))
  return groups
}

const entries = (names: readonly string[], values: readonly number[]): [string, number][] =>
  names.map((name, i) => [name, values[i]!])

/** Output sizes of a sliding window; null if it does not fit. */
export function windowOutputs(
  node: OnnxNode,
  input: readonly number[],
  kernel: readonly number[],
  strides: readonly number[],
  dilations: readonly number[],
): readonly number[] | null {
  const auto = textOf(node, 'auto_pad')
  const pads = listOf(node, 'pads', { length: 2 * input.length, least: 0, otherwise: 0 })
  if (kernel.length !== input.length || kernel.some((size) => !Number.isInteger(size) || size < 1))
    throw new Misfit(
      'Its window does not have the dimensions of its input',
      `[${kernel.slice(0, 8).join(', ')}]`,
    )
  const ceil = numberOf(node, 'ceil_mode', 0) === 1
  const out = input.map((size, i) => {
    if (auto.startsWith('SAME')) return Math.ceil(size / strides[i]!)
    const padded = size + (pads[i] ?? 0) + (pads[i + input.length] ?? 0)
    const steps = (padded - dilations[i]! * (kernel[i]! - 1) - 1) / strides[i]!
    return (ceil ? Math.ceil(steps) : Math.floor(steps)) + 1
  })
  return out.every((size) => size > 0) ? out : null
}

/** One output for each stride between inputs: output s*p + f takes tap s*t + f of every input p - t. */
const convTranspose: Operator = (node, context) => {
  const [x, w] = [context.shape(node.inputs[0] ?? ''), context.shape(node.inputs[1] ?? '')]
  if (x === null || w === null || x.length < 3 || x.length !== w.length) return null
  const spatial = x.length - 2
  const { strides, dilations } = windowsOf(node, spatial)
  const pads = listOf(node, 'pads', { length: 2 * spatial, least: 0, otherwise: 0 })
  const extra = listOf(node, 'output_padding', { length: spatial, least: 0, otherwise: 0 })
  const kernel = w.slice(2)
  const out = x
    .slice(2)
    .map(
      (size, i) =>
        strides[i]! * (size - 1) +
        extra[i]! +
        dilations[i]! * (kernel[i]! - 1) +
        1 -
        pads[i]! -
        pads[i + spatial]!,
    )
  const filters = w[1]! * groupsOf(node)
  if (w[0] !== x[1]) throw new Misfit(`Its weights are for ${w[0]} channels, and its input has ${x[1]}`)
  context.define(node, [x[0]!, filters, ...out])
  const even = out.every((size, i) => size % strides[i]! === 0 && kernel[i]! % strides[i]! === 0)
  if (!even || groupsOf(node) !== 1 || dilations.some((dilation) => dilation !== 1))
    return unmodelled(
      'a transposed convolution whose stride does not divide kernel and output, or with groups',
    )
  bias(node, context, 2)
  const [ps, ts, fs] = [letters('p', spatial), letters('t', spatial), letters('f', spatial)]
  const sizes = new Map<string, number>([
    ['n', x[0]!],
    ['c', x[1]!],
    ['m', filters],
    ...ps.map((p, i): [string, number] => [p, out[i]! / strides[i]!]),
    ...ts.map((t, i): [string, number] => [t, kernel[i]! / strides[i]!]),
    ...entries(fs, strides),
  ])
  const joined = (names: readonly string[]): string[] => names.map((name, i) => `${name}.${fs[i]!}`)
  return einsum(
    { value: node.outputs[0]!, indices: ['n', 'm', ...joined(ps)] },
    [
      {
        value: node.inputs[0]!,
        indices: [
          'n',
          'c',
          ...ps.map((p, i): Index => [
            [1, p],
            [1, ts[i]!],
          ]),
        ],
      },
      { value: node.inputs[1]!, indices: ['c', 'm', ...joined(ts)] },
    ],
    sizes,
  )
}

/** Z[m, n] = A[m, k] * B[k, n], either transposed. */
const gemm: Operator = (node, context) => {
  const [a, b] = [context.shape(node.inputs[0] ?? ''), context.shape(node.inputs[1] ?? '')]
  if (a?.length !== 2 || b?.length !== 2) return null
  const [turnA, turnB] = [numberOf(node, 'transA', 0) === 1, numberOf(node, 'transB', 0) === 1]
  const [m, k] = turnA ? [a[1]!, a[0]!] : [a[0]!, a[1]!]
  const [inner, n] = turnB ? [b[1]!, b[0]!] : [b[0]!, b[1]!]
  if (inner !== k) return unmodelled('its operands do not fit')
  context.define(node, [m, n])
  bias(node, context, 2)
  return einsum(
    { value: node.outputs[0]!, indices: ['m', 'n'] },
    [
      { value: node.inputs[0]!, indices: turnA ? ['k', 'm'] : ['m', 'k'] },
      { value: node.inputs[1]!, indices: turnB ? ['n', 'k'] : ['k', 'n'] },
    ],
    new Map([
      ['m', m],
      ['k', k],
      ['n', n],
    ]),
  )
}

/** Z[b..., m, n] = A[b..., m, k] * B[b..., k, n], with batches broadcast to each other. */
const matMul: Operator = (node, context) => {
  const [a, b] = [context.shape(node.inputs[0] ?? ''), context.shape(node.inputs[1] ?? '')]
  if (a === null || b === null || a.length < 1 || b.length < 1) return null
  const [rows, columns] = [a.length > 1, b.length > 1]
  const batch = broadcast(a.slice(0, -2), b.slice(0, -2))
  const k = a.at(-1)!
  if (batch === null || k !== (columns ? b.at(-2) : b[0])) return unmodelled('its operands do not fit')
  const names = letters('b', batch.length)
  const over = (shape: readonly number[]): Index[] =>
    shape.map((size, i) => (size === 1 ? null : names[i + names.length - shape.length]!))
  const sizes = new Map<string, number>([...entries(names, batch), ['k', k]])
  if (rows) sizes.set('m', a.at(-2)!)
  if (columns) sizes.set('n', b.at(-1)!)
  context.define(node, [...batch, ...(rows ? [a.at(-2)!] : []), ...(columns ? [b.at(-1)!] : [])])
  return einsum(
    { value: node.outputs[0]!, indices: [...names, ...(rows ? ['m'] : []), ...(columns ? ['n'] : [])] },
    [
      { value: node.inputs[0]!, indices: rows ? [...over(a.slice(0, -2)), 'm', 'k'] : ['k'] },
      { value: node.inputs[1]!, indices: columns ? [...over(b.slice(0, -2)), 'k', 'n'] : ['k'] },
    ],
    sizes,
  )
}

/** ONNX's Einsum: letters, no ellipsis, no letter twice in an operand. */
const onnxEinsum: Operator = (node, context) => {
  const equation = textOf(node, 'equation').replaceAll(/\s/g, '')
  const [left, right] = equation.split('->')
  if (left === undefined || equation.includes('.')) return unmodelled('an equation with an ellipsis')
  const terms = left.split(',')
  if (!/^[a-zA-Z,]*(->[a-zA-Z]*)?$/.test(equation) || terms.length !== node.inputs.length)
    throw new Misfit('Its equation does not fit what it reads', equation.slice(0, 80))
  if (terms.some((term) => new Set(term).size < term.length))
    return unmodelled('an equation that takes a diagonal')
  const sizes = new Map<string, number>()
  for (const [i, term] of terms.entries()) {
    const shape = context.shape(node.inputs[i] ?? '')
    if (shape?.length !== term.length) return null
    for (const [at, letter] of [...term].entries())
      sizes.set(letter, Math.max(sizes.get(letter) ?? 1, shape[at]!))
  }
  // A dimension of size 1 is stretched over the others of its letter; any other difference is none.
  const indexOf = (term: string, input: number): Index[] =>
    [...term].map((letter, at) => {
      const size = context.shape(node.inputs[input]!)![at]!
      if (size !== 1 && size !== sizes.get(letter))
        throw new Misfit(`The sizes of ${letter} in its equation differ`, equation.slice(0, 80))
      return size === sizes.get(letter) ? letter : null
    })
  const once = [...sizes.keys()].filter((letter) => left.split(letter).length === 2).sort()
  const output = right === undefined ? once : [...right]
  if (new Set(output).size < output.length || output.some((letter) => !sizes.has(letter)))
    throw new Misfit('Its equation gives what it does not read', equation.slice(0, 80))
  context.define(
    node,
    output.map((letter) => sizes.get(letter)!),
  )
  const operands = terms.map((term, i): Operand => ({ value: node.inputs[i]!, indices: indexOf(term, i) }))
  return einsum(
    { value: node.outputs[0]!, indices: output },
    operands,
    sizes,
    terms.length < 2 ? 'sum' : null,
  )
}

export const PRODUCTS = {
  Conv: conv,
  ConvTranspose: convTranspose,
  Gemm: gemm,
  MatMul: matMul,
  Einsum: onnxEinsum,
} satisfies Readonly<Record<string, Operator>>
