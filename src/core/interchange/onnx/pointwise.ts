import { axesOf, broadcast, Misfit, product, type Context } from './context'
import { bitsOfType, numberOf, numbersOf, type OnnxNode } from './graph'
import { windowOutputs, windowsOf, type Operator } from './products'
import { einsum, unmodelled, type Index, type Step } from './steps'

/** Operators without MACs: value by value, over rows, over windows. */

const identity = (rank: number): readonly number[] => Array.from({ length: rank }, (_, i) => i)

/** The output is the input under another name: a value-by-value operator is applied in place. */
function inPlace(node: OnnxNode, context: Context, input = 0, reduction?: string): Step | null {
  const shape = context.shape(node.inputs[input] ?? '')
  if (shape === null) return null
  context.define(node, shape)
  return {
    kind: 'view',
    output: node.outputs[0]!,
    input: node.inputs[input]!,
    dimensions: identity(shape.length),
    ...(reduction === undefined ? {} : { reduction }),
  }
}

const variables = (shape: readonly number[]): { indices: string[]; sizes: Map<string, number> } => {
  const indices = shape.map((_, i) => `i${i}`)
  return { indices, sizes: new Map(indices.map((name, i) => [name, shape[i]!])) }
}

/** In place if nothing else reads the input. Otherwise there are two tensors, and one is computed from the other. */
const unary =
  (by: string): Operator =>
  (node, context) => {
    const [input] = node.inputs
    if (input === undefined || context.hasOneReader(input)) return inPlace(node, context)
    const shape = context.shape(input)
    if (shape === null) return null
    context.define(node, shape)
    const { indices, sizes } = variables(shape)
    return einsum({ value: node.outputs[0]!, indices }, [{ value: input, indices }], sizes, by)
  }

/** Two tensors value by value. With constants per channel it is applied in place, like biases and scales. */
const binary =
  (by: string): Operator =>
  (node, context) => {
    if (node.inputs.length === 1) return inPlace(node, context)
    if (node.inputs.length > 2) return several(node, context, by)
    const [a, b] = [node.inputs[0] ?? '', node.inputs[1] ?? '']
    const [x, y] = [context.shape(a), context.shape(b)]
    if (x === null || y === null) return null
    const [left, right] = [context.integers(a), context.integers(b)]
    if (left !== null && right !== null) return folded(node, context, left, right)
    const shape = broadcast(x, y)
    if (shape === null) return unmodelled('its operands do not fit')
    const constant = context.isConstant(b) ? 1 : context.isConstant(a) ? 0 : -1
    if (constant >= 0) {
      const small = product(constant === 1 ? y : x)
      const large = constant === 1 ? x : y
      if (product(large) === product(shape) && (small === 1 || small < product(shape))) {
        if (small > 1) {
          const type = context.values.get(node.inputs[constant]!)!.elementType
          context.aside(
            `${node.operator} of constants`,
            'applied when values are written; its own bytes are not counted',
            (small * bitsOfType(type)) / 8,
          )
        }
        const step = inPlace(node, context, 1 - constant)
        context.define(node, shape)
        return step
      }
    }
    context.define(node, shape)
    const { indices, sizes } = variables(shape)
    const over = (own: readonly number[]): Index[] =>
      own.map((size, i) => (size === 1 ? null : indices[i + indices.length - own.length]!))
    const first = { value: a, indices: over(x) }
    if (a === b) return einsum({ value: node.outputs[0]!, indices }, [first], sizes, 'square')
    return einsum({ value: node.outputs[0]!, indices }, [first, { value: b, indices: over(y) }], sizes, by)
  }

/** More than two tensors value by value. */
function several(node: OnnxNode, context: Context, by: string): Step | null {
  const shapes = node.inputs.map((input) => context.shape(input))
  let shape: readonly number[] | null = []
  for (const one of shapes) {
    if (one === null) return null
    shape = shape && broadcast(shape, one)
  }
  if (shape === null) return unmodelled('its operands do not fit')
  context.define(node, shape)
  const { indices, sizes } = variables(shape)
  const operands = node.inputs.map((value, i) => ({
    value,
    indices: shapes[i]!.map((size, at): Index =>
      size === 1 ? null : indices[at + indices.length - shapes[i]!.length]!,
    ),
  }))
  return einsum({ value: node.outputs[0]!, indices }, operands, sizes, by === 'add' ? 'sum' : by)
}

const ARITHMETIC: ReadonlyMap<string, (a: number, b: number) => number> = new Map([
  ['Add', (a, b) => a + b],
  ['Sub', (a, b) => a - b],
  ['Mul', (a, b) => a * b],
  ['Div', (a, b) => Math.trunc(a / (b === 0 ? 1 : b))],
  ['Pow', (a, b) => a ** b],
  ['Max', Math.max],
  ['Min', Math.min],
])

/** Arithmetic on shapes. */
function folded(node: OnnxNode, context: Context, left: readonly number[], right: readonly number[]): Step {
  const length = Math.max(left.length, right.length)
  const at = (list: readonly number[], i: number) => list[list.length === 1 ? 0 : i] ?? 0
  const by = ARITHMETIC.get(node.operator)
  if (by === undefined) return unmodelled('arithmetic on shapes that is not known')
  const integers = Array.from({ length }, (_, i) => by(at(left, i), at(right, i)))
  if (!integers.every(Number.isSafeInteger)) throw new Misfit('What it computes is no size')
  const shape = broadcast(context.shape(node.inputs[0]!) ?? [], context.shape(node.inputs[1]!) ?? []) ?? [
    length,
  ]
  context.define(node, shape, { integers, constant: true })
  return { kind: 'shape-only' }
}

/** Softmax and norms over rows: recorded as a row reduction of the tensor that was written. */
const overRows =
  (reduction: string): Operator =>
  (node, context) => {
    for (const [i, input] of node.inputs.entries()) {
      const value = context.values.get(input)
      if (i > 0 && value?.constant === true)
        context.aside(
          `${node.operator} parameters`,
          'applied when values are written; their own bytes are not counted',
          (product(value.shape) * bitsOfType(value.elementType)) / 8,
        )
    }
    return inPlace(node, context, 0, reduction)
  }

/** Folded into the weights before it, as at inference. */
const batchNorm: Operator = (node, context) => {
  const bytes = node.inputs
    .slice(1)
    .map((input) => context.values.get(input))
    .reduce(
      (sum, value) =>
        sum + (value === undefined ? 0 : (product(value.shape) * bitsOfType(value.elementType)) / 8),
      0,
    )
  context.aside(node.operator, 'folded into the weights before it, as at inference', bytes)
  return inPlace(node, context)
}

const reduce =
  (by: string): Operator =>
  (node, context) => {
    const shape = context.shape(node.inputs[0] ?? '')
    if (shape === null) return null
    const given = numbersOf(node, 'axes') ?? context.integers(node.inputs[1])
    if (given === null && (node.inputs[1] ?? '') !== '')
      return unmodelled('which axes it reduces is known only while the model runs')
    if (given?.length === 0 && numberOf(node, 'noop_with_empty_axes', 0) === 1) return inPlace(node, context)
    const axes = axesOf(given === null || given.length === 0 ? identity(shape.length) : given, shape.length)
    const keep = numberOf(node, 'keepdims', 1) === 1
    const { indices, sizes } = variables(shape)
    const kept = indices.flatMap((name, i): [Index, number][] =>
      axes.has(i) ? (keep ? [[null, 1]] : []) : [[name, shape[i]!]],
    )
    context.define(
      node,
      kept.map(([, size]) => size),
    )
    return einsum(
      { value: node.outputs[0]!, indices: kept.map(([index]) => index) },
      [{ value: node.inputs[0]!, indices }],
      sizes,
      by,
    )
  }

/** Pooling over the whole of each channel. */
const globalPool =
  (by: string): Operator =>
  (node, context) => {
    const shape = context.shape(node.inputs[0] ?? '')
    if (shape === null || shape.length < 3) return null
    const { indices, sizes } = variables(shape)
    context.define(node, [shape[0]!, shape[1]!, ...shape.slice(2).map(() => 1)])
    return einsum(
      { value: node.outputs[0]!, indices: [indices[0]!, indices[1]!, ...shape.slice(2).map(() => null)] },
      [{ value: node.inputs[0]!, indices }],
      sizes,
      by,
    )
  }

const pool =
  (by: string): Operator =>
  (node, context) => {
    const shape = context.shape(node.inputs[0] ?? '')
    const kernel = numbersOf(node, 'kernel_shape')
    if (shape === null || kernel === null || shape.length < 3) return null
    const { strides, dilations } = windowsOf(node, shape.length - 2)
    const out = windowOutputs(node, shape.slice(2), kernel, strides, dilations)
    if (out === null) return unmodelled('its window does not fit its input')
    context.define(node, [shape[0]!, shape[1]!, ...out])
    const sizes = new Map([
      ['n', shape[0]!],
      ['c', shape[1]!],
    ])
    const ps = out.map((size, i) => (sizes.set(`p${i}`, size), `p${i}`))
    const windows = ps.map((p, i): Index => {
      sizes.set(`r${i}`, kernel[i]!)
      return [
        [strides[i]!, p],
        [dilations[i]!, `r${i}`],
      ]
    })
    return einsum(
      { value: node.outputs[0]!, indices: ['n', 'c', ...ps] },
      [{ value: node.inputs[0]!, indices: ['n', 'c', ...windows] }],
      sizes,
      by,
    )
  }

const all = (by: (name: string) => Operator, names: readonly string[]): Record<string, Operator> =>
  Object.fromEntries(names.map((name) => [name, by(name.toLowerCase())]))

export const POINTWISE = {
  ...all(unary, [
    'Abs',
    'Ceil',
    'Celu',
    'Clip',
    'Cos',
    'Elu',
    'Erf',
    'Exp',
    'Floor',
    'Gelu',
    'HardSigmoid',
    'HardSwish',
    'LeakyRelu',
    'Log',
    'Mish',
    'Neg',
    'Not',
    'PRelu',
    'Reciprocal',
    'Relu',
    'Round',
    'Selu',
    'Sigmoid',
    'Sign',
    'Silu',
    'Sin',
    'Softplus',
    'Softsign',
    'Sqrt',
    'Swish',
    'Tanh',
    'ThresholdedRelu',
    'QuantizeLinear',
    'DequantizeLinear',
  ]),
  ...all(binary, ['Add', 'Sub', 'Mul', 'Div', 'Pow', 'Max', 'Min', 'Sum', 'BiasGelu']),
  Softmax: overRows('softmax'),
  LogSoftmax: overRows('softmax'),
  LayerNormalization: overRows('layer norm'),
  RMSNormalization: overRows('RMS norm'),
  SimplifiedLayerNormalization: overRows('RMS norm'),
  InstanceNormalization: overRows('instance norm'),
  GroupNormalization: overRows('group norm'),
  BatchNormalization: batchNorm,
  ReduceSum: reduce('sum'),
  ReduceMean: reduce('mean'),
  ReduceMax: reduce('max'),
  ReduceMin: reduce('min'),
  ReduceProd: reduce('prod'),
  ReduceL2: reduce('norm'),
  GlobalAveragePool: globalPool('mean'),
  GlobalMaxPool: globalPool('max'),
  AveragePool: pool('mean'),
  MaxPool: pool('max'),
} satisfies Readonly<Record<string, Operator>>
