import { describe, expect, it } from 'vitest'
import { readLlmShape, withLlmShape } from '../../src/contract/llm-shape'
import { parseWorkloadText } from '../../src/contract/workload-file'
import { readPresets } from '../../src/files/presets'

const { workloads } = await readPresets()
const llms = workloads.filter(({ group }) => group === 'Language models' || group === 'Vision transformers')
const textOf = (id: string) => workloads.find((preset) => preset.id === id)!.text

function macsOf(text: string): number {
  const workload = parseWorkloadText(text)
  if (!workload.ok) throw new Error(JSON.stringify(workload.error))
  return workload.value.einsums.reduce((sum, { macs }) => sum + macs, 0)
}

describe('prefill, decode, batch and length of an LLM layer', () => {
  it('are read from every shipped language model', () => {
    expect(llms.length).toBeGreaterThan(3)
    for (const { text } of llms) expect(readLlmShape(text)).toMatchObject({ phase: 'prefill' })
    expect(readLlmShape(textOf('gpt3-6.7b'))).toEqual({ phase: 'prefill', batch: 16, length: 2048 })
    expect(readLlmShape(textOf('gemm-4k'))).toBeNull()
    expect(readLlmShape('nonsense: [')).toBeNull()
  })

  it('changed and changed back, the workload is the same', () => {
    for (const { text } of llms) {
      const shape = readLlmShape(text)!
      const back = withLlmShape(withLlmShape(text, { phase: 'decode', batch: 3, length: 100 }), shape)
      expect(parseWorkloadText(back)).toEqual(parseWorkloadText(text))
    }
  })

  it('decode works on one token for each sequence, with a cache', () => {
    const [d, h, e, c, b, s] = [4096, 32, 128, 16384, 8, 1000]
    const decode = withLlmShape(textOf('gpt3-6.7b'), { phase: 'decode', batch: b, length: s })
    expect(readLlmShape(decode)).toEqual({ phase: 'decode', batch: b, length: s })
    expect(macsOf(decode)).toBe(b * (4 * d * h * e + 2 * s * h * e + 2 * d * c))
    const workload = parseWorkloadText(decode)
    expect(workload.ok && workload.value.tensors.find(({ name }) => name === 'K_cache')).toMatchObject({
      role: 'input',
      size: b * s * h * e * 2,
    })
  })
})
