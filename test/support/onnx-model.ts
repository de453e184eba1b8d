import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'

/** Writes ONNX models as an exporter does, field by field of onnx.proto. */
export interface ModelNode {
  readonly op: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly name?: string
  readonly domain?: string
  readonly attributes?: Readonly<
    Record<string, number | string | readonly number[] | { readonly tensor: Weight }>
  >
}

export interface Weight {
  readonly name: string
  readonly shape: readonly number[]
  /** Whole numbers, written as int64 raw data; other weights are zeros, or left out if `empty`. */
  readonly integers?: readonly number[]
  readonly empty?: boolean
}

export interface Model {
  readonly nodes: readonly ModelNode[]
  readonly inputs: Readonly<Record<string, readonly (number | string)[]>>
  readonly weights?: readonly Weight[]
  readonly outputs?: readonly string[]
  readonly name?: string
}

const FLOAT = 1
const INT64 = 7

const message = (writer: BinaryWriter, field: number, content: Uint8Array): BinaryWriter =>
  writer.tag(field, WireType.LengthDelimited).bytes(content)
const text = (writer: BinaryWriter, field: number, value: string): BinaryWriter =>
  writer.tag(field, WireType.LengthDelimited).string(value)
const integer = (writer: BinaryWriter, field: number, value: number): BinaryWriter =>
  writer.tag(field, WireType.Varint).int64(value)

function tensor({ name, shape, integers, empty }: Weight): Uint8Array {
  const writer = new BinaryWriter()
  // PyTorch writes dims unpacked, others packed; both are legal.
  for (const size of shape) integer(writer, 1, size)
  integer(writer, 2, integers ? INT64 : FLOAT)
  text(writer, 8, name)
  if (integers) message(writer, 9, new Uint8Array(BigInt64Array.from(integers.map(BigInt)).buffer))
  else if (!empty) message(writer, 9, new Uint8Array(4 * shape.reduce((product, size) => product * size, 1)))
  return writer.finish()
}

function valueInfo(name: string, shape: readonly (number | string)[], type = FLOAT): Uint8Array {
  const dimensions = new BinaryWriter()
  for (const size of shape) {
    const dimension = new BinaryWriter()
    if (typeof size === 'number') integer(dimension, 1, size)
    else text(dimension, 2, size)
    message(dimensions, 1, dimension.finish())
  }
  const tensorType = integer(new BinaryWriter(), 1, type)
  message(tensorType, 2, dimensions.finish())
  const typeProto = message(new BinaryWriter(), 1, tensorType.finish())
  return message(text(new BinaryWriter(), 1, name), 2, typeProto.finish()).finish()
}

function node({ op, inputs, outputs, name, domain, attributes = {} }: ModelNode): Uint8Array {
  const writer = new BinaryWriter()
  for (const input of inputs) text(writer, 1, input)
  for (const output of outputs) text(writer, 2, output)
  text(writer, 3, name ?? `/${op}_${outputs[0] ?? ''}`)
  text(writer, 4, op)
  for (const [key, value] of Object.entries(attributes)) {
    const attribute = text(new BinaryWriter(), 1, key)
    if (typeof value === 'number') integer(attribute, 3, value)
    else if (typeof value === 'string') text(attribute, 4, value)
    else if ('tensor' in value) message(attribute, 5, tensor(value.tensor))
    else for (const item of value as readonly number[]) integer(attribute, 8, item)
    message(writer, 5, attribute.finish())
  }
  if (domain !== undefined) text(writer, 7, domain)
  return writer.finish()
}

/** The bytes of a whole model file. */
export function onnxModel({
  nodes,
  inputs,
  weights = [],
  outputs = [],
  name = 'main_graph',
}: Model): Uint8Array {
  const graph = new BinaryWriter()
  for (const one of nodes) message(graph, 1, node(one))
  text(graph, 2, name)
  for (const weight of weights) message(graph, 5, tensor(weight))
  for (const [input, shape] of Object.entries(inputs)) message(graph, 11, valueInfo(input, shape))
  for (const output of outputs) message(graph, 12, valueInfo(output, []))
  const model = integer(new BinaryWriter(), 1, 8)
  text(model, 2, 'pytorch')
  message(model, 7, graph.finish())
  message(model, 8, integer(new BinaryWriter(), 2, 17).finish())
  return model.finish()
}
