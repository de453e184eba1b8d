import type { Model, ModelNode, Weight } from './onnx-model'

/** A convolution as PyTorch exports it. */
export const conv = (name: string, x: string, y: string, more: ModelNode['attributes'] = {}): ModelNode => ({
  op: 'Conv',
  inputs: [x, `${name}.weight`],
  outputs: [y],
  attributes: { strides: [1, 1], pads: [0, 0, 0, 0], dilations: [1, 1], group: 1, ...more },
})

/** ResNet-50 as its authors print it, nodes as PyTorch exports them with BatchNormalization unfolded; with weights it is 100 MB. */
export function resnet50({ withWeights = false } = {}): Model {
  const empty = !withWeights
  const nodes: ModelNode[] = []
  const weights: Weight[] = []
  let count = 0
  const layer = (x: string, c: number, m: number, r: number, stride: number, relu: boolean): string => {
    const name = `l${count++}`
    weights.push({ name: `${name}.weight`, shape: [m, c, r, r], empty })
    const pad = (r - 1) / 2
    nodes.push(
      conv(name, x, `${name}_c`, {
        strides: [stride, stride],
        pads: [pad, pad, pad, pad],
        kernel_shape: [r, r],
      }),
    )
    for (const part of ['scale', 'B', 'mean', 'var'])
      weights.push({ name: `${name}.${part}`, shape: [m], empty })
    nodes.push({
      op: 'BatchNormalization',
      inputs: [`${name}_c`, ...['scale', 'B', 'mean', 'var'].map((part) => `${name}.${part}`)],
      outputs: [`${name}_b`],
    })
    if (!relu) return `${name}_b`
    nodes.push({ op: 'Relu', inputs: [`${name}_b`], outputs: [`${name}_r`] })
    return `${name}_r`
  }
  let x = layer('image', 3, 64, 7, 2, true)
  nodes.push({
    op: 'MaxPool',
    inputs: [x],
    outputs: ['pool'],
    attributes: { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] },
  })
  x = 'pool'
  let channels = 64
  for (const [stage, blocks] of [3, 4, 6, 3].entries()) {
    const width = 64 * 2 ** stage
    for (let block = 0; block < blocks; block++) {
      const stride = block === 0 && stage > 0 ? 2 : 1
      const a = layer(x, channels, width, 1, 1, true)
      const b = layer(a, width, width, 3, stride, true)
      const c = layer(b, width, 4 * width, 1, 1, false)
      const shortcut = block === 0 ? layer(x, channels, 4 * width, 1, stride, false) : x
      nodes.push({ op: 'Add', inputs: [c, shortcut], outputs: [`add${count}`] })
      nodes.push({ op: 'Relu', inputs: [`add${count}`], outputs: [`out${count}`] })
      x = `out${count}`
      channels = 4 * width
    }
  }
  nodes.push({ op: 'GlobalAveragePool', inputs: [x], outputs: ['mean'] })
  nodes.push({ op: 'Flatten', inputs: ['mean'], outputs: ['flat'], attributes: { axis: 1 } })
  weights.push({ name: 'fc.weight', shape: [1000, 2048], empty }, { name: 'fc.bias', shape: [1000], empty })
  nodes.push({
    op: 'Gemm',
    inputs: ['flat', 'fc.weight', 'fc.bias'],
    outputs: ['logits'],
    attributes: { transB: 1 },
  })
  return { nodes, weights, inputs: { image: ['N', 3, 224, 224] } }
}
