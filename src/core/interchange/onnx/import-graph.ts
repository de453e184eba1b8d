import { lookUp } from '../../support/look-up'
import { err, ok, type Fault, type Result } from '../../support/result'
import {
  describeUnmodelled,
  MISSING_DIMENSION,
  type ImportedWorkload,
  type ImportOptions,
  type UnmodelledOperator,
} from '../imported'
import { attention } from './attention'
import { checkedShape, Context, Misfit, product } from './context'
import { emit, type Emitted } from './emit'
import { bitsOfType, type OnnxGraph, type OnnxNode, type OnnxValue } from './graph'
import { piecesOf } from './pieces'
import { POINTWISE } from './pointwise'
import { PRODUCTS, type Operator } from './products'
import { SHAPING } from './shaping'
import { unmodelled, type Step } from './steps'
import { uniqueNames } from './names'

const OPERATORS: ReadonlyMap<string, Operator> = new Map(
  Object.entries({
    ...PRODUCTS,
    ...POINTWISE,
    ...SHAPING,
    Attention: attention,
    MultiHeadAttention: attention,
  }),
)

/** A model as a cascade: every node becomes an Einsum, is traced through, or is listed with what it moves. */
export function importOnnxGraph(graph: OnnxGraph, options: ImportOptions): Result<ImportedWorkload> {
  const context = new Context(readersOf(graph))
  const missing = inputFaults(graph, options, context)
  if (missing.length > 0) return err(missing)
  const traced = traceNodes(graph, options, context)
  if (!traced.ok) return traced
  const steps = traced.value
  const { pieces, opaque } = piecesOf(steps, (value) => context.shape(value) ?? [])
  for (const at of opaque)
    context.aside(
      steps[at]!.kind === 'reshape' ? 'Reshape' : 'Einsum',
      'its cuts of dimensions cannot be made in all views; its output is read as a tensor of its own',
      null,
    )
  const emitted = emit(steps, pieces, opaque, uniqueNames())
  if (emitted.einsums.length === 0)
    return err([
      {
        code: 'nothing-modelled',
        path: graph.name,
        message: `None of the model's ${graph.nodes.length} nodes is one that Piste has an Einsum for`,
        hint: 'export the inference graph of the model, with its layers in it',
      },
    ])
  const name = graph.name || 'ONNX model'
  const left = [...context.asides.values()]
  return ok({
    format: 'onnx',
    name,
    text: workloadText(name, graph, emitted, context, left),
    repeats: 1,
    unmodelled: left,
    notes: notesOf(graph, emitted, steps),
  })
}

/** How many nodes read each value. */
function readersOf({ nodes }: OnnxGraph): ReadonlyMap<string, number> {
  const readers = new Map<string, number>()
  for (const { inputs } of nodes)
    for (const input of new Set(inputs)) readers.set(input, (readers.get(input) ?? 0) + 1)
  return readers
}

/** A value whose shape is none is a fault like any other. */
function inputFaults(graph: OnnxGraph, options: ImportOptions, context: Context): readonly Fault[] {
  try {
    return defineInputs(graph, options, context)
  } catch (error) {
    if (!(error instanceof Misfit)) throw error
    const refused = misfit(error, graph.name)
    return refused.ok ? [] : refused.error
  }
}

/** Sizes of what is fed in, with those that the file leaves open; whatever is still open is a fault. */
function defineInputs(graph: OnnxGraph, options: ImportOptions, context: Context): readonly Fault[] {
  for (const { name, elementType, shape, integers } of graph.initializers)
    if (name !== '')
      context.values.set(name, { shape: checkedShape(shape), elementType, integers, constant: true })
  const missing = new Map<string, Fault>()
  for (const value of graph.inputs) {
    // No node can read what has no name.
    if (value.name === '') continue
    const shape = sizesOf(value, options)
    for (const open of shape.open)
      missing.set(open, {
        code: MISSING_DIMENSION,
        path: open,
        message: `The model leaves the dimension ${open} of ${value.name} open`,
        hint: 'give its size',
      })
    if (value.shape === null)
      missing.set(value.name, {
        code: 'input-without-shape',
        path: value.name,
        message: 'An input of the model has no shape',
        hint: 'export the model with example inputs',
      })
    context.values.set(value.name, {
      shape: checkedShape(shape.sizes),
      elementType: value.elementType,
      integers: null,
      constant: false,
    })
  }
  return [...missing.values()]
}

function sizesOf({ name, shape }: OnnxValue, { dimensions }: ImportOptions) {
  const open: string[] = []
  const sizes = (shape ?? []).map((dimension, i) => {
    if (typeof dimension === 'number' && dimension > 0) return dimension
    const symbol = typeof dimension === 'string' && dimension !== '' ? dimension : `${name}.${i}`
    const given = lookUp(dimensions, symbol)
    if (given === undefined) open.push(symbol)
    return given ?? 1
  })
  return { sizes, open }
}

/** Node by node, what each stands for; the first that does not fit what it works on ends it. */
function traceNodes(graph: OnnxGraph, options: ImportOptions, context: Context): Result<readonly Step[]> {
  const exported = new Map(graph.values.map((value) => [value.name, value]))
  const steps: Step[] = []
  for (const node of graph.nodes) {
    try {
      const [output] = node.outputs
      if (output === undefined || output === '') throw new Misfit('It gives nothing')
      const twice = node.outputs.find((one) => one !== '' && context.values.has(one))
      if (twice !== undefined) throw new Misfit('It gives what is there already', twice)
      steps.push(...stepsOf(node, exported, options, context))
    } catch (error) {
      if (error instanceof Misfit)
        return misfit(error, `${node.operator} ${node.name || node.outputs[0] || ''}`)
      throw error
    }
  }
  return ok(steps)
}

const misfit = ({ message, value }: Misfit, path: string): Result<never> =>
  err([
    {
      code: 'onnx-misfit',
      path: path.trim(),
      message,
      hint: 'export the model again, and see that it runs where it was exported',
      ...(value === undefined ? {} : { value }),
    },
  ])

function stepsOf(
  node: OnnxNode,
  exported: ReadonlyMap<string, OnnxValue>,
  options: ImportOptions,
  context: Context,
): readonly Step[] {
  const operator = OPERATORS.get(node.operator)
  const found =
    operator === undefined
      ? unmodelled('no Einsum is known for this operator')
      : (operator(node, context) ?? unmodelled('the shape of what it reads is not known'))
  const steps = Array.isArray(found) ? (found as readonly Step[]) : [found as Step]
  for (const step of steps)
    if (step.kind === 'unmodelled') {
      defineByHand(node, exported, options, context)
      context.aside(node.operator, step.reason, bytesOf(node, context))
    }
  return steps
}

/** Outputs of what is not modelled go on as tensors of their own, with the shape that the exporter wrote down. */
function defineByHand(
  node: OnnxNode,
  exported: ReadonlyMap<string, OnnxValue>,
  options: ImportOptions,
  context: Context,
): void {
  for (const [i, output] of node.outputs.entries()) {
    if (context.values.has(output)) continue
    const said = exported.get(output)
    if (said?.shape === undefined || said.shape === null) continue
    const { sizes, open } = sizesOf(said, options)
    if (open.length === 0) context.define(node, sizes, { elementType: said.elementType }, i)
  }
}

/** Bytes of a node's operands, each once; null if a shape is not known. */
function bytesOf({ inputs, outputs }: OnnxNode, context: Context): number | null {
  let bytes = 0
  for (const name of new Set([...inputs, ...outputs])) {
    if (name === '') continue
    const value = context.values.get(name)
    if (value === undefined) return null
    bytes += (product(value.shape) * bitsOfType(value.elementType)) / 8
  }
  return bytes
}

function workloadText(
  name: string,
  graph: OnnxGraph,
  emitted: Emitted,
  context: Context,
  left: readonly UnmodelledOperator[],
): string {
  // A value whose only step is left out again is no tensor of the workload.
  const named = new Set(
    emitted.einsums.flatMap(({ einsum }) => [...einsum.matchAll(/(\w+)\s*\[/g)].map(([, tensor]) => tensor!)),
  )
  const widths = [...emitted.tensors]
    .filter(([tensor]) => named.has(tensor))
    .map(([tensor, value]) => [tensor, bitsOfType(context.values.get(value)?.elementType ?? 1)] as const)
  const counts = new Map<number, number>()
  for (const [, width] of widths) counts.set(width, (counts.get(width) ?? 0) + 1)
  const usual = [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 32
  const bits = [
    `All: ${usual}`,
    ...widths.filter(([, width]) => width !== usual).map(([t, width]) => `${t}: ${width}`),
  ]
  const reductions = [...emitted.reductions].map(
    ([tensor, reduction]) => `${JSON.stringify(tensor)}: ${reduction}`,
  )
  const einsums = emitted.einsums.map(
    ({ einsum, sizes }) =>
      `    - einsum: '${einsum}'\n      iteration_space_shape: { ${[...sizes].map(([v, size]) => `${v}: ${size}`).join(', ')} }`,
  )
  return `workload:
  name: ${JSON.stringify(name)}
  rank_sizes: {}
  bits_per_value: { ${bits.join(', ')} }
${reductions.length > 0 ? `  row_reductions: { ${reductions.join(', ')} }\n` : ''}  einsums:
${einsums.join('\n')}
${left.length > 0 ? `  description: ${JSON.stringify(left.map(describeUnmodelled).join(' '))}\n` : ''}  source: ${JSON.stringify(`ONNX model${graph.producer ? `, written by ${graph.producer}` : ''}`)}
`
}

function notesOf(graph: OnnxGraph, { einsums, again }: Emitted, steps: readonly Step[]): readonly string[] {
  const traced = steps.filter(
    ({ kind }) => kind === 'view' || kind === 'reshape' || kind === 'shape-only',
  ).length
  return [
    `${graph.nodes.length} nodes: ${einsums.length} Einsums, ${traced} traced through (applied in place, or only renaming and reshaping), the rest listed below.`,
    ...(again.length > 0
      ? [
          `Read twice in different ways by one Einsum, and counted as two tensors: ${[...new Set(again)].join(', ')}.`,
        ]
      : []),
  ]
}
