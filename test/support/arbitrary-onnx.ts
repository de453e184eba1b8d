import fc from 'fast-check'
import type { Model, ModelNode, Weight } from './onnx-model'

/** Operators that the importer knows, some that it does not, and names that every object has. */
const OPERATORS = [
  'Conv', 'ConvTranspose', 'Gemm', 'MatMul', 'Einsum', 'Attention', 'MultiHeadAttention',
  'Relu', 'PRelu', 'Clip', 'Add', 'Sub', 'Mul', 'Div', 'Pow', 'Max', 'Min', 'Sum', 'Softmax', 'LayerNormalization',
  'BatchNormalization', 'ReduceSum', 'ReduceMean', 'GlobalAveragePool', 'AveragePool', 'MaxPool',
  'Reshape', 'Flatten', 'Squeeze', 'Unsqueeze', 'Transpose', 'Expand', 'Identity', 'Cast', 'Constant', 'Shape',
  'Gather', 'Concat', 'Slice', 'Split', 'Pad',
  'ScatterND', 'constructor', 'toString', '__proto__', 'hasOwnProperty', '',
] // prettier-ignore

const ATTRIBUTES = [
  'perm', 'axes', 'axis', 'strides', 'dilations', 'pads', 'kernel_shape', 'group', 'output_padding', 'auto_pad',
  'transA', 'equation', 'num_heads', 'q_num_heads', 'kv_num_heads', 'split', 'starts', 'ends', 'steps', 'shape',
  'allowzero', 'keepdims', 'noop_with_empty_axes', 'ceil_mode', 'value', 'value_int', 'value_ints', 'start', 'end',
  'constructor', '__proto__',
] // prettier-ignore

const small = fc.integer({ min: -3, max: 5 })
const number = fc.oneof({ weight: 9, arbitrary: small }, fc.constantFrom(-(2 ** 53), 2 ** 31, 2 ** 53, 0))
const size = fc.oneof(
  { weight: 20, arbitrary: fc.integer({ min: 1, max: 6 }) },
  fc.constantFrom(0, -1, 2 ** 31, 2 ** 40, 2 ** 53),
)
const shape = fc.array(size, { maxLength: 5 })
const value = fc.oneof(
  number,
  fc.array(number, { maxLength: 6 }),
  fc.constantFrom('SAME_UPPER', 'ij,jk->ik', 'ii->i', 'i->z', '...i', ',->', 'a,b', ''),
  fc.record({
    tensor: fc.record({ name: fc.constant('t'), shape: fc.constant([2]), integers: fc.tuple(small, small) }),
  }),
)
const name = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.constantFrom('x', 'y', 'w', 'v', 'c', 's', 'i1', 'i2', 't0', 't1', 't2', 't3', 't4'),
  },
  fc.constantFrom(
    '',
    'constructor',
    '__proto__',
    'null',
    'true',
    '/a/b/\u001b[31m',
    'x'.repeat(300),
    '0',
    'y\nz',
  ),
)

const node: fc.Arbitrary<Omit<ModelNode, 'outputs'>> = fc.record({
  op: fc.constantFrom(...OPERATORS),
  inputs: fc.array(name, { maxLength: 4 }),
  attributes: fc.dictionary(fc.constantFrom(...ATTRIBUTES), value, { maxKeys: 3 }),
})

const weight = fc
  .record({ name, shape })
  .map(({ name: of, shape: own }): Weight => ({ name: of, shape: own, empty: true }))
const integers = fc
  .record({ name, values: fc.array(number, { maxLength: 5 }) })
  .map(({ name: of, values }): Weight => ({ name: of, shape: [values.length], integers: values }))

/** Models as a hostile or broken exporter might write them: every part is well-formed, few fit each other. */
export const oddModel: fc.Arbitrary<Model> = fc.record({
  inputs: fc.dictionary(
    name,
    fc.array(fc.oneof(size, fc.constantFrom('batch', 'constructor', '')), { maxLength: 5 }),
    {
      maxKeys: 4,
    },
  ),
  weights: fc.array(fc.oneof(weight, integers), { maxLength: 5 }),
  nodes: fc
    .array(fc.record({ node, outputs: fc.option(fc.array(name, { maxLength: 3 }), { freq: 6 }) }), {
      maxLength: 8,
    })
    .map((nodes) =>
      nodes.map(({ node: one, outputs }, i): ModelNode => ({ ...one, outputs: outputs ?? [`t${i}`] })),
    ),
})

const plainShape = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 })
const KNOWN = OPERATORS.filter((one) => /^[A-Z]/.test(one) && one !== 'ScatterND')
/** Half of them say nothing beside what they read. */
const plainNode = fc.record({
  op: fc.constantFrom(...KNOWN, 'Relu', 'Add', 'Mul', 'Softmax', 'Transpose', 'Flatten'),
  more: fc.array(fc.constantFrom('x', 'w', 'v', 's', 'same'), { maxLength: 2 }),
  back: fc.nat(2),
  attributes: fc.oneof(
    node.map((one) => one.attributes ?? {}),
    fc.constant({}),
  ),
})

/** Models whose parts fit more often than not. */
export const plainModel: fc.Arbitrary<Model> = fc
  .record({
    x: fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 2, maxLength: 4 }),
    w: plainShape,
    v: plainShape,
    s: fc.array(small, { maxLength: 4 }),
    nodes: fc.array(plainNode, { minLength: 1, maxLength: 5 }),
  })
  .map(({ x, w, v, s, nodes }) => ({
    inputs: { x },
    weights: [
      { name: 'w', shape: w, empty: true },
      { name: 'v', shape: v, empty: true },
      { name: 's', shape: [s.length], integers: s },
    ],
    nodes: nodes.map(({ op, more, back, attributes }, i): ModelNode => {
      const at = i - 1 - back
      const before = at < 0 ? 'x' : `t${at}`
      const inputs = [before, ...more.map((one) => (one === 'same' ? before : one))]
      return { op, inputs, attributes, outputs: [`t${i}`] }
    }),
  }))
