import { axesOf, axisOf, broadcast, Misfit, product, type Context } from './context'
import { numberOf, numbersOf, type OnnxNode } from './graph'
import type { Operator } from './products'
import { unmodelled, type Step } from './steps'

/** Operators that only rename, reorder or regroup values, and those that compute shapes. They move nothing. */

const INT64 = 7

function reshaped(node: OnnxNode, context: Context, shape: readonly number[]): Step {
  const [input] = node.inputs
  const known = context.values.get(input!)!
  if (product(shape) !== product(known.shape)) return unmodelled('its sizes do not fit its input')
  context.define(node, shape, { integers: known.integers, constant: known.constant })
  return { kind: 'reshape', output: node.outputs[0]!, input: input! }
}

/** The input under another name. */
const same: Operator = (node, context) => {
  const known = context.values.get(node.inputs[0] ?? '')
  if (known === undefined) return null
  context.define(node, known.shape, known)
  return {
    kind: 'view',
    output: node.outputs[0]!,
    input: node.inputs[0]!,
    dimensions: known.shape.map((_, i) => i),
  }
}

const reshape: Operator = (node, context) => {
  const shape = context.shape(node.inputs[0] ?? '')
  const wanted = context.integers(node.inputs[1]) ?? numbersOf(node, 'shape')
  if (shape === null) return null
  if (wanted === null) return unmodelled('its shape is computed while the model runs')
  const zero = numberOf(node, 'allowzero', 0) === 1
  const filled = wanted.map((size, i) => (size === 0 && !zero ? (shape[i] ?? 1) : size))
  const open = filled.filter((size) => size === -1).length
  const rest = product(shape) / product(filled.filter((size) => size !== -1))
  if (open > 1 || filled.some((size) => size < -1) || (open === 1 && !Number.isInteger(rest)))
    throw new Misfit('Its shape does not fit what it reads', `[${wanted.slice(0, 8).join(', ')}]`)
  return reshaped(
    node,
    context,
    filled.map((size) => (size === -1 ? rest : size)),
  )
}

const flatten: Operator = (node, context) => {
  const shape = context.shape(node.inputs[0] ?? '')
  if (shape === null) return null
  // The axis may be the one past the last.
  const axis = axisOf(numberOf(node, 'axis', 1), shape.length + 1)
  return reshaped(node, context, [product(shape.slice(0, axis)), product(shape.slice(axis))])
}

const squeeze: Operator = (node, context) => {
  const shape = context.shape(node.inputs[0] ?? '')
  if (shape === null) return null
  const given = numbersOf(node, 'axes') ?? context.integers(node.inputs[1])
  const axes = axesOf(given ?? [], shape.length)
  return reshaped(
    node,
    context,
    shape.filter((size, i) => (given === null ? size !== 1 : !axes.has(i))),
  )
}

const unsqueeze: Operator = (node, context) => {
  const shape = context.shape(node.inputs[0] ?? '')
  const given = numbersOf(node, 'axes') ?? context.integers(node.inputs[1])
  if (shape === null || given === null) return null
  const rank = shape.length + given.length
  const axes = axesOf(given, rank)
  let next = 0
  return reshaped(
    node,
    context,
    Array.from({ length: rank }, (_, i) => (axes.has(i) ? 1 : shape[next++]!)),
  )
}

const transpose: Operator = (node, context) => {
  const known = context.values.get(node.inputs[0] ?? '')
  if (known === undefined) return null
  const rank = known.shape.length
  const order = numbersOf(node, 'perm') ?? known.shape.map((_, i) => rank - 1 - i)
  const whole = order.length === rank && known.shape.every((_, i) => order.includes(i))
  if (!whole)
    throw new Misfit(
      `Its permutation does not fit a tensor of ${rank} dimensions`,
      `[${order.slice(0, 8).join(', ')}]`,
    )
  context.define(
    node,
    order.map((i) => known.shape[i]!),
    { constant: known.constant },
  )
  return { kind: 'view', output: node.outputs[0]!, input: node.inputs[0]!, dimensions: order }
}

/** Broadcasts dimensions of size 1: the same values are read again. */
const expand: Operator = (node, context) => {
  const known = context.values.get(node.inputs[0] ?? '')
  const wanted = context.integers(node.inputs[1])
  if (known === undefined) return null
  const shape = wanted && broadcast(known.shape, wanted)
  if (shape === null) return unmodelled('its shape is computed while the model runs')
  context.define(node, shape, { constant: known.constant })
  const lead = shape.length - known.shape.length
  return {
    kind: 'view',
    output: node.outputs[0]!,
    input: node.inputs[0]!,
    dimensions: shape.map((size, i) => (i < lead || known.shape[i - lead] !== size ? -1 : i - lead)),
  }
}

const constant: Operator = (node, context) => {
  const tensor = node.attributes.get('value')
  const single = node.attributes.get('value_int')
  const list = numbersOf(node, 'value_ints')
  if (tensor?.kind === 'tensor') {
    const { shape, elementType, integers } = tensor.value
    context.define(node, shape, { elementType, integers, constant: true })
  } else if (single?.kind === 'number')
    context.define(node, [], { elementType: INT64, integers: [single.value], constant: true })
  else if (list) context.define(node, [list.length], { elementType: INT64, integers: list, constant: true })
  else context.define(node, [], { constant: true })
  return { kind: 'shape-only' }
}

const whole = (node: OnnxNode, context: Context, integers: readonly number[], scalar = false): Step => {
  context.define(node, scalar ? [] : [integers.length], { elementType: INT64, integers, constant: true })
  return { kind: 'shape-only' }
}

const shapeOf: Operator = (node, context) => {
  const shape = context.shape(node.inputs[0] ?? '')
  if (shape === null) return null
  const to = numberOf(node, 'end', shape.length)
  return whole(node, context, shape.slice(numberOf(node, 'start', 0), to))
}

/** Entries of a shape. For anything else it is a table look-up that is only known while the model runs. */
const gather: Operator = (node, context) => {
  const [data, indices] = [context.integers(node.inputs[0]), context.integers(node.inputs[1])]
  if (data !== null && indices !== null)
    return whole(
      node,
      context,
      indices.map((i) => data[axisOf(i, data.length)] ?? 0),
      context.shape(node.inputs[1]!)?.length === 0,
    )
  const [table, at] = [context.shape(node.inputs[0] ?? ''), context.shape(node.inputs[1] ?? '')]
  if (table === null || at === null) return null
  const axis = axisOf(numberOf(node, 'axis', 0), table.length)
  context.define(node, [...table.slice(0, axis), ...at, ...table.slice(axis + 1)])
  return unmodelled('which entries it looks up is known only while the model runs')
}

const concat: Operator = (node, context) => {
  const lists = node.inputs.map((input) => context.integers(input))
  if (lists.every((list) => list !== null)) return whole(node, context, lists.flat())
  const shapes = node.inputs.map((input) => context.shape(input))
  if (shapes.some((shape) => shape === null)) return null
  const [first] = shapes
  if (first === undefined || first === null) return null
  const axis = axisOf(numberOf(node, 'axis', 0), first.length)
  const alike = shapes.every(
    (shape) => shape!.length === first.length && shape!.every((size, i) => i === axis || size === first[i]),
  )
  if (!alike) throw new Misfit('What it joins differs in more than the axis that it joins along')
  context.define(
    node,
    first.map((size, i) => (i === axis ? shapes.reduce((sum, shape) => sum + shape![i]!, 0) : size)),
  )
  return unmodelled('the joined parts are written side by side, and are read as one tensor')
}

/** Start, end and step within a dimension; a negative step runs from the end. */
function rangeOf(start: number, end: number, step: number, size: number): readonly [number, number, number] {
  const bound = (value: number, low: number, high: number) =>
    Math.min(high, Math.max(low, value < 0 ? value + size : value))
  return step > 0
    ? [bound(start, 0, size), bound(end, 0, size), step]
    : [bound(start, 0, size - 1), end < -size ? -1 : bound(end, -1, size - 1), step]
}

const countOf = ([from, to, step]: readonly [number, number, number]): number =>
  Math.max(0, Math.ceil((to - from) / step))

const slice: Operator = (node, context) => {
  const at = (name: string, input: number) => numbersOf(node, name) ?? context.integers(node.inputs[input])
  const [starts, ends, axes, steps] = [at('starts', 1), at('ends', 2), at('axes', 3), at('steps', 4)]
  const shape = context.shape(node.inputs[0] ?? '')
  if (shape === null) return null
  if (starts === null || ends === null) return unmodelled('where it cuts is known only while the model runs')
  const sound =
    ends.length === starts.length &&
    (axes ?? starts).length === starts.length &&
    (steps ?? starts).length === starts.length &&
    steps?.includes(0) !== true
  if (!sound) throw new Misfit('Its starts, ends, axes and steps do not fit each other')
  const ranges = shape.map((size) => [0, size, 1] as readonly [number, number, number])
  starts.forEach((start, i) => {
    const axis = axisOf(axes?.[i] ?? i, shape.length)
    ranges[axis] = rangeOf(start, ends[i]!, steps?.[i] ?? 1, shape[axis]!)
  })
  const list = context.integers(node.inputs[0])
  if (list !== null && shape.length === 1) {
    const [from, , step] = ranges[0]!
    const count = countOf(ranges[0]!)
    return whole(
      node,
      context,
      Array.from({ length: count }, (_, i) => list[from + i * step] ?? 0),
    )
  }
  context.define(node, ranges.map(countOf))
  return unmodelled('a part of a tensor is read as one of its own')
}

const split: Operator = (node, context) => {
  const shape = context.shape(node.inputs[0] ?? '')
  if (shape === null) return null
  const axis = axisOf(numberOf(node, 'axis', 0), shape.length)
  const parts = numbersOf(node, 'split') ?? context.integers(node.inputs[1])
  const total = parts?.reduce((sum, part) => sum + part, 0)
  if (parts !== null && (parts.length !== node.outputs.length || total !== shape[axis]))
    throw new Misfit('Its parts do not add up to what it splits', `[${parts.slice(0, 8).join(', ')}]`)
  node.outputs.forEach((_, i) => {
    const size = parts?.[i] ?? Math.ceil(shape[axis]! / node.outputs.length)
    context.define(
      node,
      shape.map((own, at) => (at === axis ? size : own)),
      {},
      i,
    )
  })
  return unmodelled('parts of a tensor are read as tensors of their own')
}

const pad: Operator = (node, context) => {
  const shape = context.shape(node.inputs[0] ?? '')
  const pads = numbersOf(node, 'pads') ?? context.integers(node.inputs[1])
  // The fourth input says which axes: the pads of others are not written down.
  if (shape === null || pads === null || (node.inputs[3] ?? '') !== '') return null
  if (pads.length !== 2 * shape.length)
    throw new Misfit(`Its pads must be ${2 * shape.length} whole numbers`, `[${pads.slice(0, 8).join(', ')}]`)
  context.define(
    node,
    shape.map((size, i) => size + (pads[i] ?? 0) + (pads[i + shape.length] ?? 0)),
  )
  return unmodelled('a tensor is written with a border')
}

export const SHAPING = {
  Reshape: reshape,
  Flatten: flatten,
  Squeeze: squeeze,
  Unsqueeze: unsqueeze,
  Transpose: transpose,
  Expand: expand,
  Identity: same,
  Dropout: same,
  Cast: same,
  Constant: constant,
  Shape: shapeOf,
  Gather: gather,
  Concat: concat,
  Slice: slice,
  Split: split,
  Pad: pad,
} satisfies Readonly<Record<string, Operator>>
