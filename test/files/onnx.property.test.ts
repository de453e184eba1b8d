import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { importOnnxGraph } from '../../src/core/interchange/onnx/import-graph'
import { describeFault, type Fault } from '../../src/core/support/result'
import { readable } from '../../src/files/import-workload'
import { readModel } from '../../src/files/onnx/read-graph'
import { oddModel, plainModel } from '../support/arbitrary-onnx'
import { onnxModel } from '../support/onnx-model'
import { resnet50 } from '../support/resnet-50'
import { inTime, isSound } from '../support/soundness'

vi.setConfig({ testTimeout: 120_000 })

/** Reads and imports bytes as a file; says how it went, and throws for whatever must not be. */
const attempt = (bytes: Uint8Array): Promise<'imported' | readonly Fault[]> => inTime(() => read(bytes))

async function read(bytes: Uint8Array): Promise<'imported' | readonly Fault[]> {
  const graph = await readModel(
    { size: bytes.length, read: (at, length) => Promise.resolve(bytes.subarray(at, at + length)) },
    'model.onnx',
  )
  const found = graph.ok ? readable(importOnnxGraph(graph.value, { dimensions: { batch: 2 } })) : graph
  if (!found.ok) {
    // Nothing that was read may turn out to be no notation.
    for (const { code, message } of found.error)
      if (message.startsWith('What was read')) expect(['size-too-large', 'two-shapes']).toContain(code)
    expect(found.error.length).toBeGreaterThan(0)
    for (const fault of found.error) expect(describeFault(fault)).not.toMatch(/\p{Cc}|undefined|NaN/u)
  } else {
    expect(isSound(found.value)).toBe(true)
  }
  return found.ok ? 'imported' : found.error
}

describe('any ONNX file is imported, or refused with the node and the hint', () => {
  it('whatever its graph', async () => {
    let imported = 0
    await fc.assert(
      fc.asyncProperty(fc.oneof(oddModel, plainModel), async (model) => {
        if ((await attempt(onnxModel(model))) === 'imported') imported++
      }),
      { numRuns: 3000 },
    )
    // A property that never gets past the door shows nothing.
    expect(imported).toBeGreaterThan(100)
  })

  it('whatever its bytes', async () => {
    const whole = onnxModel(resnet50())
    const change = fc.tuple(fc.nat(whole.length - 1), fc.nat(255))
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 8 }), fc.nat(whole.length), async (changes, length) => {
        const bytes = whole.slice(0, length % 7 === 0 ? length : whole.length)
        for (const [at, to] of changes) if (at < bytes.length) bytes[at] = to
        await attempt(bytes)
      }),
      { numRuns: 150 },
    )
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), (bytes) => attempt(bytes).then(() => undefined)),
      { numRuns: 500 },
    )
  })
})

describe('what does not fit is named', () => {
  const x = [2, 3, 4]
  it.each([
    ['Transpose', { perm: [0, 1] }, [], 'Its permutation does not fit a tensor of 3 dimensions'],
    ['Transpose', { perm: [0, 1, 1] }, [], 'Its permutation does not fit a tensor of 3 dimensions'],
    ['Transpose', { perm: [0, 1, 7] }, [], 'Its permutation does not fit a tensor of 3 dimensions'],
    ['ReduceSum', { axes: [3] }, [], 'There is no such axis or entry among 3'],
    ['ReduceSum', { axes: [1, -2] }, [], 'An axis is named twice'],
    ['Flatten', { axis: 9 }, [], 'There is no such axis or entry among 4'],
    ['Reshape', { shape: [-1, -1] }, [], 'Its shape does not fit what it reads'],
    ['Reshape', { shape: [5, -1] }, [], 'Its shape does not fit what it reads'],
    ['Split', { split: [1, 7] }, [], 'Its parts do not add up to what it splits'],
    ['Pad', { pads: [1, 1] }, [], 'Its pads must be 6 whole numbers'],
    ['Conv', { strides: [0] }, ['w'], 'Its strides must be 1 whole numbers from 1 up'],
    ['Conv', { group: 0 }, ['w'], 'Its number of groups is none'],
    ['Einsum', { equation: 'abc->abd' }, [], 'Its equation gives what it does not read'],
  ])('%s %j', async (op, attributes, more, message) => {
    const node = { op, inputs: ['x', ...more], outputs: ['y'], attributes }
    const relu = { op: 'Relu', inputs: ['y'], outputs: ['z'] }
    const weights = [{ name: 'w', shape: [3, 3, 2], empty: true }]
    expect(await attempt(onnxModel({ inputs: { x }, weights, nodes: [node, relu] }))).toMatchObject([
      { code: 'onnx-misfit', path: `${op} /${op}_y`, message },
    ])
  })

  it('operators and dimensions that are named like what every object has are names', async () => {
    const nodes = ['constructor', '__proto__', 'toString'].map((op, i) => ({
      op,
      inputs: ['x'],
      outputs: [`${i}`],
    }))
    const found = await attempt(onnxModel({ inputs: { x }, nodes }))
    expect(found).toMatchObject([{ code: 'nothing-modelled' }])
    const open = { inputs: { x: ['constructor', 4] }, nodes: [{ op: 'Relu', inputs: ['x'], outputs: ['y'] }] }
    expect(await attempt(onnxModel(open))).toMatchObject([{ code: 'missing-dimension', path: 'constructor' }])
  })

  it('more than two operands are all read', async () => {
    const bytes = onnxModel({
      inputs: { x: [2, 3], y: [2, 3], z: [3] },
      nodes: [{ op: 'Sum', inputs: ['x', 'y', 'z'], outputs: ['o'] }],
    })
    const graph = await readModel(
      { size: bytes.length, read: (at, length) => Promise.resolve(bytes.subarray(at, at + length)) },
      'm',
    )
    const found = graph.ok ? importOnnxGraph(graph.value, { dimensions: {} }) : graph
    expect(found.ok && found.value.text).toContain('o[i0, i1] = sum(x[i0, i1], y[i0, i1], z[i1])')
  })

  it('values that dimensions say are not there are not read', async () => {
    // 200 MiB that nobody asked for: what is read of it is counted.
    const raw = 200 * 2 ** 20
    const head = new BinaryWriter()
      .tag(1, WireType.Varint).int64(0)
      .tag(2, WireType.Varint).int64(7)
      .tag(8, WireType.LengthDelimited).string('s')
      .tag(9, WireType.LengthDelimited).uint32(raw)
      .finish() // prettier-ignore
    const wrap = (field: number, before: Uint8Array, rest: number) =>
      new BinaryWriter().tag(field, WireType.LengthDelimited).uint32(before.length + rest).raw(before).finish() // prettier-ignore
    const bytes = wrap(7, wrap(5, head, raw), raw)
    let read = 0
    const source = {
      size: bytes.length + raw,
      read: (at: number, length: number) => {
        read += length
        return Promise.resolve(
          Buffer.concat([bytes.subarray(at, at + length), Buffer.alloc(length)]).subarray(0, length),
        )
      },
    }
    expect(await readModel(source, 'm')).toMatchObject({ ok: false, error: [{ code: 'onnx-damaged' }] })
    expect(read).toBeLessThan(2 ** 20)
  })
})
