import { BinaryReader } from '@bufbuild/protobuf/wire'
import type {
  OnnxAttribute,
  OnnxDimension,
  OnnxGraph,
  OnnxInitializer,
  OnnxNode,
  OnnxValue,
} from '../../core/interchange/onnx/graph'
import { err, ok, type Result } from '../../core/support/result'
import { withRegularFile } from '../open-regular'
import {
  buffered,
  fieldsOf,
  integersIn,
  MalformedMessage,
  textIn,
  type Field,
  type BoundedAccess,
  type RandomAccess,
} from './wire'

/** Numbers of the fields, from onnx.proto (IR version 10). */
const MODEL = { producer: 2, graph: 7 } as const
const GRAPH = { node: 1, name: 2, initializer: 5, input: 11, output: 12, value: 13 } as const
const NODE = { input: 1, output: 2, name: 3, operator: 4, attribute: 5, documentation: 6, domain: 7 } as const
const ATTRIBUTE = { name: 1, float: 2, integer: 3, text: 4, tensor: 5, integers: 8 } as const
const TENSOR = { dims: 1, type: 2, int32: 5, int64: 7, name: 8, raw: 9 } as const

const INT32 = 6
const INT64 = 7
/** Shapes and axes are a handful of numbers; what is longer are weights, which nobody looks into. */
const MOST_INTEGERS = 4096
const MOST_DIMENSIONS = 64
const MOST_NODES = 200_000

/** Reads a model's structure from a file; weights are passed over, however large. */
export const readOnnxGraph = (file: string): Promise<Result<OnnxGraph>> =>
  withRegularFile(file, (handle, size) =>
    readModel(
      {
        size,
        async read(offset, length) {
          const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, offset)
          return buffer.subarray(0, bytesRead)
        },
      },
      file,
    ),
  )

/** The same from anything that can be read at random. */
export async function readModel(source: RandomAccess, file: string): Promise<Result<OnnxGraph>> {
  const refuse = (message: string, hint: string) =>
    err([{ code: 'onnx-damaged', path: '', file, message, hint }])
  try {
    const access = buffered(source)
    let producer = ''
    let graph: OnnxGraph | null = null
    for await (const field of fieldsOf(access, 0, access.size)) {
      if (field.number === MODEL.producer) producer = await textIn(access, field)
      if (field.number === MODEL.graph) graph = await graphIn(access, field)
    }
    if (graph === null || (graph.nodes.length === 0 && graph.inputs.length === 0))
      return refuse('The file holds no ONNX graph', 'export the model to ONNX again')
    return ok({ ...graph, producer })
  } catch (error) {
    if (!(error instanceof MalformedMessage)) throw error
    return refuse(
      `The file is damaged or no ONNX model (${error.message})`,
      'export the model again, or copy it whole; text formats such as ONNX JSON are not read',
    )
  }
}

async function graphIn(file: BoundedAccess, { start, end }: Field): Promise<OnnxGraph> {
  const nodes: OnnxNode[] = []
  const inputs: OnnxValue[] = []
  const values: OnnxValue[] = []
  const initializers: OnnxInitializer[] = []
  let name = ''
  for await (const field of fieldsOf(file, start, end)) {
    if (field.number === GRAPH.name) name = await textIn(file, field)
    else if (field.number === GRAPH.node) {
      if (nodes.length === MOST_NODES) throw new MalformedMessage(`it has more than ${MOST_NODES} nodes`)
      nodes.push(await nodeIn(file, field))
    } else if (field.number === GRAPH.initializer) initializers.push(await tensorIn(file, field))
    else if (field.number === GRAPH.input) inputs.push(await valueIn(file, field))
    else if (field.number === GRAPH.output || field.number === GRAPH.value)
      values.push(await valueIn(file, field))
  }
  const given = new Set(initializers.map((one) => one.name))
  return {
    name,
    producer: '',
    nodes,
    initializers,
    values,
    // Older exporters list weights among the inputs.
    inputs: inputs.filter((one) => !given.has(one.name)),
  }
}

async function nodeIn(file: BoundedAccess, { start, end }: Field): Promise<OnnxNode> {
  const texts = new Map<number, string[]>()
  const attributes = new Map<string, OnnxAttribute>()
  for await (const field of fieldsOf(file, start, end)) {
    if (field.number === NODE.attribute) attributes.set(...(await attributeIn(file, field)))
    else if (field.number <= NODE.domain && field.number !== NODE.documentation)
      texts.set(field.number, [...(texts.get(field.number) ?? []), await textIn(file, field)])
  }
  const one = (number: number): string => texts.get(number)?.[0] ?? ''
  return {
    name: one(NODE.name),
    operator: one(NODE.operator),
    domain: one(NODE.domain),
    inputs: texts.get(NODE.input) ?? [],
    outputs: texts.get(NODE.output) ?? [],
    attributes,
  }
}

async function attributeIn(file: BoundedAccess, { start, end }: Field): Promise<[string, OnnxAttribute]> {
  let name = ''
  let attribute: OnnxAttribute = { kind: 'other' }
  const integers: number[] = []
  for await (const field of fieldsOf(file, start, end)) {
    if (field.number === ATTRIBUTE.name) name = await textIn(file, field)
    else if (field.number === ATTRIBUTE.integer) attribute = { kind: 'number', value: field.value }
    else if (field.number === ATTRIBUTE.float)
      attribute = { kind: 'number', value: await floatIn(file, field) }
    else if (field.number === ATTRIBUTE.text) attribute = { kind: 'text', value: await textIn(file, field) }
    else if (field.number === ATTRIBUTE.tensor)
      attribute = { kind: 'tensor', value: await tensorIn(file, field) }
    else if (field.number === ATTRIBUTE.integers) {
      const more = await integersIn(file, field, MOST_INTEGERS - integers.length)
      if (more === null) throw new MalformedMessage(`an attribute has more than ${MOST_INTEGERS} numbers`)
      integers.push(...more)
      attribute = { kind: 'numbers', value: integers }
    }
  }
  return [name, attribute]
}

async function floatIn(file: BoundedAccess, { start, end }: Field): Promise<number> {
  const value = end - start === 4 ? new BinaryReader(await file.read(start, 4)).float() : NaN
  if (!Number.isFinite(value)) throw new MalformedMessage('a number of an attribute is none')
  return value
}

async function tensorIn(file: BoundedAccess, { start, end }: Field): Promise<OnnxInitializer> {
  const shape: number[] = []
  const content: Field[] = []
  let elementType = 0
  let name = ''
  for await (const field of fieldsOf(file, start, end)) {
    if (field.number === TENSOR.dims) {
      const more = await integersIn(file, field, MOST_DIMENSIONS - shape.length)
      if (more === null) throw new MalformedMessage(`a tensor has more than ${MOST_DIMENSIONS} dimensions`)
      shape.push(...more)
    } else if (field.number === TENSOR.type) elementType = field.value
    else if (field.number === TENSOR.name) name = await textIn(file, field)
    else if ([TENSOR.int32, TENSOR.int64, TENSOR.raw].some((number) => number === field.number))
      content.push(field)
  }
  if (shape.some((size) => size < 0)) throw new MalformedMessage(`${name} has a dimension below 0`)
  const count = shape.reduce((product, size) => product * size, 1)
  const whole = elementType === INT32 || elementType === INT64
  return {
    name,
    elementType,
    shape,
    integers:
      whole && count <= MOST_INTEGERS ? await integersOf(file, content, elementType, count, name) : null,
  }
}

/** As many whole numbers as the dimensions say; null where the file leaves them out, as it may. */
async function integersOf(
  file: BoundedAccess,
  content: readonly Field[],
  elementType: number,
  count: number,
  name: string,
): Promise<readonly number[] | null> {
  if (content.length === 0) return count === 0 ? [] : null
  const wrong = new MalformedMessage(`${name} does not hold the ${count} values that its dimensions say`)
  const values: number[] = []
  for (const field of content) {
    if (field.number !== TENSOR.raw) {
      const more = await integersIn(file, field, count - values.length)
      if (more === null) throw wrong
      values.push(...more)
      continue
    }
    const width = elementType === INT64 ? 8 : 4
    if (field.end - field.start !== width * count) throw wrong
    const bytes = await file.read(field.start, field.end - field.start)
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    for (let at = 0; at < view.byteLength; at += width)
      values.push(width === 8 ? Number(view.getBigInt64(at, true)) : view.getInt32(at, true))
  }
  if (values.length !== count) throw wrong
  return values
}

/** ValueInfoProto: name 1, type 2 { tensor 1 { element type 1, shape 2 { dimension 1 { size 1, name 2 } } } }. */
async function valueIn(file: BoundedAccess, { start, end }: Field): Promise<OnnxValue> {
  let name = ''
  let elementType = 0
  let shape: OnnxDimension[] | null = null
  for await (const field of fieldsOf(file, start, end)) {
    if (field.number === 1) name = await textIn(file, field)
    if (field.number !== 2) continue
    for await (const type of fieldsOf(file, field.start, field.end)) {
      if (type.number !== 1) continue
      for await (const part of fieldsOf(file, type.start, type.end)) {
        if (part.number === 1) elementType = part.value
        if (part.number !== 2) continue
        shape = []
        for await (const dimension of fieldsOf(file, part.start, part.end)) {
          if (shape.length === MOST_DIMENSIONS)
            throw new MalformedMessage(`${name} has more than ${MOST_DIMENSIONS} dimensions`)
          let size: OnnxDimension = null
          for await (const said of fieldsOf(file, dimension.start, dimension.end))
            size = said.number === 1 ? said.value : await textIn(file, said)
          shape.push(size)
        }
      }
    }
  }
  return { name, elementType, shape }
}
