import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import { afterAll, describe, expect, it } from 'vitest'
import { parseWorkloadText } from '../../src/contract/workload-file'
import { importOnnxGraph } from '../../src/core/interchange/onnx/import-graph'
import type { ImportedWorkload } from '../../src/core/interchange/imported'
import type { Workload } from '../../src/core/workload/einsum'
import { fusibleEdges } from '../../src/core/mappers/chain-fusion/fusible-edges'
import { importFile } from '../../src/files/importers'
import { readModel, readOnnxGraph } from '../../src/files/onnx/read-graph'
import { onnxModel, type Model, type ModelNode, type Weight } from '../support/onnx-model'
import { conv, resnet50 } from '../support/resnet-50'

const folder = mkdtempSync(join(tmpdir(), 'piste-onnx-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const fileOf = (bytes: Uint8Array, name = 'model.onnx'): string => {
  const file = join(folder, name)
  writeFileSync(file, bytes)
  return file
}
async function imported(model: Model, dimensions: Record<string, number> = {}): Promise<ImportedWorkload> {
  const found = await importFile(fileOf(onnxModel(model)), { dimensions })
  if (!found.ok) throw new Error(JSON.stringify(found.error))
  return found.value
}
function parsed({ text }: ImportedWorkload): Workload {
  const workload = parseWorkloadText(text)
  if (!workload.ok) throw new Error(`${JSON.stringify(workload.error)}\n${text}`)
  return workload.value
}
const macs = ({ einsums }: Workload): number => einsums.reduce((sum, einsum) => sum + einsum.macs, 0)
const texts = ({ einsums }: Workload): string[] => einsums.map(({ text }) => text)

/** Attention as PyTorch exports it: shapes computed by nodes, heads by reshape and transpose. */
function attentionBlock(): Model {
  const nodes: ModelNode[] = []
  const weights: Weight[] = [
    { name: 'scale', shape: [], empty: true },
    { name: 'heads', shape: [4], integers: [0, -1, 12, 64] },
    { name: 'joined', shape: [3], integers: [0, -1, 768] },
  ]
  const linear = (x: string, name: string, k: number, n: number): string => {
    weights.push(
      { name: `${name}.weight`, shape: [k, n], empty: true },
      { name: `${name}.bias`, shape: [n], empty: true },
    )
    nodes.push({ op: 'MatMul', inputs: [x, `${name}.weight`], outputs: [`${name}_mm`] })
    nodes.push({ op: 'Add', inputs: [`${name}.bias`, `${name}_mm`], outputs: [`${name}_out`] })
    return `${name}_out`
  }
  const headed = (x: string, perm: number[]): string => {
    nodes.push({ op: 'Reshape', inputs: [x, 'heads'], outputs: [`${x}_4d`] })
    nodes.push({ op: 'Transpose', inputs: [`${x}_4d`], outputs: [`${x}_t`], attributes: { perm } })
    return `${x}_t`
  }
  const q = headed(linear('x', 'q', 768, 768), [0, 2, 1, 3])
  const k = headed(linear('x', 'k', 768, 768), [0, 2, 3, 1])
  const v = headed(linear('x', 'v', 768, 768), [0, 2, 1, 3])
  nodes.push({ op: 'MatMul', inputs: [q, k], outputs: ['scores'] })
  nodes.push({ op: 'Div', inputs: ['scores', 'scale'], outputs: ['scaled'] })
  nodes.push({ op: 'Softmax', inputs: ['scaled'], outputs: ['probabilities'], attributes: { axis: -1 } })
  nodes.push({ op: 'MatMul', inputs: ['probabilities', v], outputs: ['context'] })
  nodes.push({
    op: 'Transpose',
    inputs: ['context'],
    outputs: ['context_t'],
    attributes: { perm: [0, 2, 1, 3] },
  })
  nodes.push({ op: 'Reshape', inputs: ['context_t', 'joined'], outputs: ['context_3d'] })
  const z = linear('context_3d', 'o', 768, 768)
  nodes.push({ op: 'Add', inputs: [z, 'x'], outputs: ['residual'] })
  weights.push(
    { name: 'ln.weight', shape: [768], empty: true },
    { name: 'ln.bias', shape: [768], empty: true },
  )
  nodes.push({ op: 'LayerNormalization', inputs: ['residual', 'ln.weight', 'ln.bias'], outputs: ['normed'] })
  const up = linear('normed', 'fc1', 768, 3072)
  nodes.push({ op: 'Gelu', inputs: [up], outputs: ['active'] })
  linear('active', 'fc2', 3072, 768)
  return { nodes, weights, inputs: { x: ['batch', 'length', 768] } }
}

describe('ONNX models', () => {
  it('ResNet-50 has the MACs that its authors print, and every node is accounted for', async () => {
    const model = resnet50()
    const found = await imported(model, { N: 1 })
    const workload = parsed(found)
    // 4.09 G: 53 convolutions and the classifier.
    expect(macs(workload)).toBe(4_089_184_256)
    expect(workload.einsums.filter(({ kind }) => kind === 'product')).toHaveLength(54)
    // Residual sums and pools. Activations are applied in place, except where the shortcut is read before.
    expect(workload.einsums.length).toBe(54 + 16 + 2)
    expect(found.unmodelled.map(({ operator, count }) => [operator, count])).toEqual([
      ['BatchNormalization', 53],
      ['Gemm bias', 1],
    ])
    expect(found.unmodelled[0]!.bytes).toBe(4 * 4 * 26_560)
    expect(found.notes[0]).toMatch(new RegExp(`^${model.nodes.length} nodes: 72 Einsums`))
  })

  it('an exported transformer block becomes the same cascade as written by hand, and fuses', async () => {
    const found = await imported(attentionBlock(), { batch: 2, length: 128 })
    const workload = parsed(found)
    const [b, s, d] = [2, 128, 768]
    expect(macs(workload)).toBe(b * s * d * d * 4 + 2 * b * s * s * d + 2 * b * s * d * 3072)
    expect(workload.rowReductions['scores']).toBe('softmax')
    const [, , , qk, qkv, o] = texts(workload)
    expect(qk).toBe('scores[b0, b1, m, n] = q_mm[b0, m, b1, k] * k_mm[b0, n, b1, k]')
    expect(qkv).toMatch(/^context\[b0, b1, m, n\] = scores\[b0, b1, m, k\] \* v_mm\[b0, k, b1, n\]$/)
    expect(o).toContain('o_weight[k_0, k_1, n]')
    expect(fusibleEdges(workload).edges.length).toBeGreaterThanOrEqual(5)
    expect(found.unmodelled.map(({ operator }) => operator)).toEqual([
      'Add of constants',
      'LayerNormalization parameters',
    ])
  })

  it('asks for all open dimensions at once', async () => {
    const found = await importFile(fileOf(onnxModel(attentionBlock())), { dimensions: { batch: 1 } })
    expect(found.ok === false && found.error).toMatchObject([{ code: 'missing-dimension', path: 'length' }])
    const all = await importFile(fileOf(onnxModel(attentionBlock())), { dimensions: {} })
    expect(all.ok === false && all.error.map(({ path }) => path)).toEqual(['batch', 'length'])
  })

  it('reads groups, depth, dilation and transposed convolutions', async () => {
    const workload = parsed(
      await imported({
        inputs: { x: [1, 32, 28, 28] },
        weights: [
          { name: 'dw.weight', shape: [32, 1, 3, 3], empty: true },
          { name: 'pw.weight', shape: [64, 32, 1, 1], empty: true },
          { name: 'g.weight', shape: [64, 16, 3, 3], empty: true },
          { name: 'up.weight', shape: [64, 8, 4, 4], empty: true },
        ],
        nodes: [
          conv('dw', 'x', 'a', { group: 32, pads: [1, 1, 1, 1] }),
          conv('pw', 'a', 'b'),
          conv('g', 'b', 'c', { group: 4, pads: [2, 2, 2, 2], dilations: [2, 2] }),
          {
            op: 'ConvTranspose',
            inputs: ['c', 'up.weight'],
            outputs: ['d'],
            attributes: { strides: [2, 2], pads: [1, 1, 1, 1], kernel_shape: [4, 4] },
          },
        ],
      }),
    )
    expect(workload.einsums.map((einsum) => einsum.macs)).toEqual([
      28 * 28 * 32 * 9,
      28 * 28 * 32 * 64,
      28 * 28 * 64 * 16 * 9,
      28 * 28 * 64 * 8 * 16,
    ])
    expect(texts(workload)[0]).toBe('a[c, p0, p1] = x[c, p0 + r0, p1 + r1] * dw_weight[c, r0, r1]')
    expect(texts(workload)[2]).toBe(
      'c[g, m, p0, p1] = b[g, c, p0 + 2*r0, p1 + 2*r1] * g_weight[g, m, c, r0, r1]',
    )
  })

  it('reads Einsum nodes, Attention with grouped heads, and lists unknown operators', async () => {
    const found = await imported(
      {
        inputs: { q: [1, 256, 32 * 64], k: [1, 256, 8 * 64], v: [1, 256, 8 * 64], a: [4, 5], i: ['N'] },
        weights: [
          { name: 'b', shape: [5, 6], empty: true },
          { name: 'table', shape: [100, 16], empty: true },
        ],
        nodes: [
          {
            op: 'Attention',
            inputs: ['q', 'k', 'v'],
            outputs: ['y'],
            attributes: { q_num_heads: 32, kv_num_heads: 8 },
          },
          { op: 'Einsum', inputs: ['a', 'b'], outputs: ['e'], attributes: { equation: 'ij,jk->ki' } },
          { op: 'Gather', inputs: ['table', 'i'], outputs: ['rows'] },
          { op: 'Frobnicate', inputs: ['e'], outputs: ['f'], domain: 'com.example' },
          { op: 'Relu', inputs: ['f'], outputs: ['g'] },
        ],
      },
      { N: 7 },
    )
    const workload = parsed(found)
    expect(workload.einsums.map((einsum) => einsum.macs)).toEqual([
      256 * 256 * 2048,
      256 * 256 * 2048,
      4 * 5 * 6,
    ])
    expect(texts(workload)[0]).toBe('y_scores[g, x, m, p] = q[m, g, x, e] * k[p, g, e]')
    expect(texts(workload)[2]).toBe('e[k, i] = a[i, j] * b[j, k]')
    expect(workload.rowReductions['y_scores']).toBe('softmax')
    expect(found.unmodelled).toEqual([
      {
        operator: 'Gather',
        count: 1,
        bytes: (100 * 16 + 7 + 7 * 16) * 4,
        reason: expect.stringContaining('looks up') as string,
      },
      { operator: 'Frobnicate', count: 1, bytes: null, reason: 'no Einsum is known for this operator' },
      { operator: 'Relu', count: 1, bytes: null, reason: 'the shape of what it reads is not known' },
    ])
  })

  it('follows computed shapes, and leaves out reshapes whose cuts cannot be made', async () => {
    const workload = parsed(
      await imported({
        inputs: { x: [2, 6, 10] },
        weights: [
          { name: 'w', shape: [10, 10], empty: true },
          { name: 'zero', shape: [1], integers: [0] },
          { name: 'rest', shape: [1], integers: [-1] },
          { name: 'odd', shape: [2], integers: [8, 15] },
          { name: 'u', shape: [15, 3], empty: true },
        ],
        nodes: [
          { op: 'MatMul', inputs: ['x', 'w'], outputs: ['y'] },
          { op: 'Shape', inputs: ['y'], outputs: ['s'] },
          { op: 'Gather', inputs: ['s', 'zero'], outputs: ['first'] },
          { op: 'Concat', inputs: ['first', 'rest'], outputs: ['two'], attributes: { axis: 0 } },
          { op: 'Reshape', inputs: ['y', 'two'], outputs: ['flat'] },
          { op: 'Reshape', inputs: ['flat', 'odd'], outputs: ['crossed'] },
          { op: 'MatMul', inputs: ['crossed', 'u'], outputs: ['z'] },
        ],
      }),
    )
    // 10 and 15 have no common cut, so the tensor that is read there is separate.
    expect(texts(workload)).toEqual([
      'y[b0, m, n] = x[b0, m, k] * w[k, n]',
      'z[m, n] = crossed[m, k] * u[k, n]',
    ])
  })

  it.each([
    [
      'a picture',
      new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 0, 1, 2, 3]),
      /damaged or no ONNX model|no ONNX graph/,
    ],
    ['a truncated model', onnxModel(resnet50()).slice(0, 2000), /damaged/],
    [
      'a model without a graph',
      new BinaryWriter().tag(1, WireType.Varint).int64(8).finish(),
      /no ONNX graph/,
    ],
  ])('%s is refused with a reason', async (_, bytes, words) => {
    const found = await importFile(fileOf(bytes, 'bad.onnx'), { dimensions: {} })
    expect(found.ok === false && found.error[0]?.message).toMatch(words)
    expect(found.ok === false && found.error[0]?.file).toContain('bad.onnx')
  })

  it('refuses a model in which no node has an Einsum', async () => {
    const file = fileOf(
      onnxModel({ inputs: { x: [1] }, nodes: [{ op: 'Frobnicate', inputs: ['x'], outputs: ['y'] }] }),
    )
    const found = await importFile(file, { dimensions: {} })
    expect(found.ok === false && found.error[0]?.code).toBe('nothing-modelled')
  })

  it('skips two gigabytes of weights without reading them', async () => {
    const inline = 2 ** 31 - 4096
    // The beginning of the model, then a weight whose data is a hole in the file, then the rest of the graph.
    const node = onnxModel({ inputs: { x: [1, 4] }, nodes: [{ op: 'Relu', inputs: ['x'], outputs: ['y'] }] })
    const graph = await readModel(
      { size: node.length, read: (at, n) => Promise.resolve(node.subarray(at, at + n)) },
      '',
    )
    expect(graph.ok).toBe(true)
    const tensorHead = new BinaryWriter()
      .tag(1, WireType.Varint)
      .int64(inline / 4)
      .tag(2, WireType.Varint)
      .int64(1)
      .tag(8, WireType.LengthDelimited)
      .string('w')
      .tag(9, WireType.LengthDelimited)
      .uint32(inline)
      .finish()
    const rest = new BinaryWriter().tag(2, WireType.LengthDelimited).string('late').finish()
    const tensorLength = tensorHead.length + inline
    const graphHead = new BinaryWriter().tag(5, WireType.LengthDelimited).uint32(tensorLength).finish()
    const modelHead = new BinaryWriter()
      .tag(7, WireType.LengthDelimited)
      .uint32(graphHead.length + tensorLength + rest.length)
      .finish()
    const file = join(folder, 'huge.onnx')
    const handle = openSync(file, 'w')
    const head = Buffer.concat([modelHead, graphHead, tensorHead])
    writeSync(handle, head)
    ftruncateSync(handle, head.length + inline)
    writeSync(handle, rest, 0, rest.length, head.length + inline)
    closeSync(handle)
    const before = process.memoryUsage().rss
    const found = await readOnnxGraph(file)
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 2 ** 20)
    // It has no node, so it is refused as empty, after it was read to its end.
    expect(found.ok === false && found.error[0]?.message).toMatch(/no ONNX graph/)
  })
})

it('a graph of plain data is all that the importer needs', () => {
  const found = importOnnxGraph(
    { name: '', producer: '', nodes: [], inputs: [], initializers: [], values: [] },
    { dimensions: {} },
  )
  expect(found.ok).toBe(false)
})
