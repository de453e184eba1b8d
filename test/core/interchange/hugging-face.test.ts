import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readLlmShape, withLlmShape } from '../../../src/contract/llm-shape'
import { parseWorkloadText } from '../../../src/contract/workload-file'
import { blockParameters } from '../../../src/core/interchange/hugging-face/block'
import { blockOfConfig } from '../../../src/core/interchange/hugging-face/families'
import { importHuggingFaceConfig } from '../../../src/core/interchange/hugging-face/import-config'
import type { ImportOptions } from '../../../src/core/interchange/imported'
import type { Workload } from '../../../src/core/workload/einsum'
import { preset } from '../../support/fusion'

type Config = Record<string, unknown>
const config = (name: string): Config =>
  JSON.parse(
    readFileSync(join(import.meta.dirname, '../../fixtures/hugging-face', `${name}.json`), 'utf8'),
  ) as Config
const size = (from: Config, field: string): number => Number(from[field])

function imported(name: string, options: Partial<ImportOptions> = {}) {
  const found = importHuggingFaceConfig(config(name), { dimensions: {}, ...options })
  if (!found?.ok) throw new Error(JSON.stringify(found))
  return found.value
}
function parsed(text: string): Workload {
  const workload = parseWorkloadText(text)
  if (!workload.ok) throw new Error(JSON.stringify(workload.error))
  return workload.value
}
/** Values in tensors that no Einsum writes, except activations: the weights. */
const weights = ({ tensors, einsums }: Workload): number => {
  const bits = new Map(
    einsums.flatMap(({ inputs }) =>
      inputs.map(({ tensor, bitsPerValue }) => [tensor, bitsPerValue] as const),
    ),
  )
  return tensors
    .filter(({ name, role }) => role === 'input' && /^W/.test(name))
    .reduce((sum, { name, size: bytes }) => sum + (bytes * 8) / bits.get(name)!, 0)
}

/** Published parameter counts, and the part of them outside the weights of the blocks. */
const PUBLISHED: readonly [name: string, total: number, others: (config: Config) => number][] = [
  ['llama-3-8b', 8_030_261_248, (c) => 2 * size(c, 'vocab_size') * 4096 + 65 * 4096],
  ['llama-2-7b', 6_738_415_616, (c) => 2 * size(c, 'vocab_size') * 4096 + 65 * 4096],
  ['mistral-7b-v0.1', 7_241_732_096, (c) => 2 * size(c, 'vocab_size') * 4096 + 65 * 4096],
  ['mixtral-8x7b-v0.1', 46_702_792_704, (c) => 2 * size(c, 'vocab_size') * 4096 + 65 * 4096],
  [
    'qwen2.5-7b',
    7_615_616_512,
    // Biases of queries, keys and values, besides embeddings and norms.
    (c) => 2 * size(c, 'vocab_size') * 3584 + 57 * 3584 + 28 * (3584 + 2 * 512),
  ],
  ['qwen3-8b', 8_190_735_360, (c) => 2 * size(c, 'vocab_size') * 4096 + 73 * 4096 + 36 * 2 * 128],
  // Tied embeddings; every projection has a bias, every norm two vectors.
  ['gpt2', 124_439_808, () => (50257 + 1024) * 768 + 12 * (9 * 768 + 4 * 768) + 2 * 768],
  ['pythia-6.9b', 6_857_302_016, () => 2 * 50432 * 4096 + 32 * (9 * 4096 + 4 * 4096) + 2 * 4096],
  [
    'bert-base-uncased',
    109_482_240,
    () => (30522 + 512 + 2) * 768 + 2 * 768 + 12 * (9 * 768 + 4 * 768) + 768 * 768 + 768,
  ],
  [
    'vit-base-patch16-224',
    86_567_656,
    () => 768 * 768 + 768 + 197 * 768 + 768 + 12 * (9 * 768 + 4 * 768) + 2 * 768 + 769 * 1000,
  ],
]

describe('Hugging Face configs', () => {
  it.each(PUBLISHED)('%s has the published number of parameters', (name, total, others) => {
    const block = blockOfConfig(config(name))
    if (!block?.ok) throw new Error(JSON.stringify(block))
    expect(blockParameters(block.value) * block.value.blocks + others(config(name))).toBe(total)
  })

  it.each(PUBLISHED)('%s gives a cascade with those weights, and a MAC for each and each token', (name) => {
    const { text, repeats, notes } = imported(name, { batch: 2, length: 128 })
    const workload = parsed(text)
    const block = blockOfConfig(config(name))
    if (!block?.ok) throw new Error('no block')
    const { heads, headWidth, experts, blocks } = block.value
    expect(weights(workload)).toBe(blockParameters(block.value))
    expect(repeats).toBe(blocks)
    expect(notes.length).toBeGreaterThan(1)
    const tokens = 2 * 128
    const dense = blockParameters(
      experts === null
        ? block.value
        : { ...block.value, experts: { count: experts.perToken, perToken: experts.perToken } },
    )
    // The router has a column for every expert, not only for those that are taken.
    const router = experts === null ? 0 : block.value.hidden * (experts.count - experts.perToken)
    const macs = workload.einsums.reduce(
      (sum, einsum) => sum + (einsum.name === 'gated' ? 0 : einsum.macs),
      0,
    )
    expect(macs).toBe(tokens * (dense + router) + 2 * 2 * 128 * 128 * heads * headWidth)
  })

  it('equals the shipped preset of Llama-3 8B', () => {
    const [own, shipped] = [parsed(imported('llama-3-8b').text), preset('llama3-8b')]
    expect(own.einsums.map(({ macs }) => macs)).toEqual(shipped.einsums.map(({ macs }) => macs))
    expect(own.tensors.map(({ size: bytes }) => bytes)).toEqual(
      shipped.tensors.map(({ size: bytes }) => bytes),
    )
  })

  it('takes a phase, a batch and a length, at import and later', () => {
    const decode = imported('mistral-7b-v0.1', { phase: 'decode', batch: 16, length: 4096 })
    expect(readLlmShape(decode.text)).toEqual({ phase: 'decode', batch: 16, length: 4096 })
    const again = withLlmShape(decode.text, { phase: 'prefill', batch: 1, length: 512 })
    expect(parsed(again).einsums.map(({ macs }) => macs)).toEqual(
      parsed(imported('mistral-7b-v0.1', { length: 512 }).text).einsums.map(({ macs }) => macs),
    )
    // An expert's tokens depend on batch and length, so the file must be imported again.
    expect(readLlmShape(imported('mixtral-8x7b-v0.1').text)).toBeNull()
    const few = parsed(imported('mixtral-8x7b-v0.1', { phase: 'decode', batch: 1, length: 64 }).text)
    expect(few.rankSizes).toMatchObject({ N: 2, T: 1 })
  })

  it.each([
    ['an unknown family', { model_type: 'mamba' }, 'model_type', /llama, mistral/],
    ['a missing size', { ...config('llama-3-8b'), hidden_size: undefined }, 'hidden_size', /published/],
    [
      'a size that is no number',
      { ...config('llama-3-8b'), intermediate_size: '14k' },
      'intermediate_size',
      /whole/,
    ],
    ['a negative size', { ...config('gpt2'), n_layer: -1 }, 'n_layer', /whole/],
    ['heads that do not divide', { ...config('gpt2'), n_head: 7 }, 'num_attention_heads', /divides/],
    [
      'groups that do not divide the heads',
      { ...config('llama-3-8b'), num_key_value_heads: 5 },
      'num_key_value_heads',
      /divides/,
    ],
    [
      'more experts for a token than there are',
      { ...config('mixtral-8x7b-v0.1'), num_experts_per_tok: 9 },
      'num_experts_per_tok',
      /at most/,
    ],
  ])('%s is a fault of its field', (_, content, path, hint) => {
    const found = importHuggingFaceConfig(content, { dimensions: {} })
    expect(found?.ok === false && found.error[0]).toMatchObject({
      path,
      hint: expect.stringMatching(hint) as string,
    })
  })

  it('a sliding window bounds the cache of a decode, and is noted for a prefill', () => {
    const long = { length: 16384, batch: 1 }
    const decode = imported('mistral-7b-v0.1', { ...long, phase: 'decode' })
    expect(readLlmShape(decode.text)).toMatchObject({ length: 4096 })
    expect(decode.notes.join()).toMatch(/last 4096 tokens \(sliding_window\)/)
    const prefill = imported('mistral-7b-v0.1', long)
    expect(readLlmShape(prefill.text)).toMatchObject({ length: 16384 })
    expect(prefill.notes.join()).toMatch(/attends to all 16384/)
    const unused = { ...config('mistral-7b-v0.1'), use_sliding_window: false }
    const found = importHuggingFaceConfig(unused, { dimensions: {}, ...long, phase: 'decode' })
    expect(found?.ok && readLlmShape(found.value.text)).toMatchObject({ length: 16384 })
  })

  it('an encoder has no decode phase, and other JSON is no config', () => {
    const found = importHuggingFaceConfig(config('bert-base-uncased'), { dimensions: {}, phase: 'decode' })
    expect(found?.ok === false && found.error[0]?.code).toBe('no-decode')
    expect(importHuggingFaceConfig({ workload: {} }, { dimensions: {} })).toBeUndefined()
  })
})
