import { describe, expect, it } from 'vitest'
import { parseWorkloadText } from '../../src/contract/workload-file'
import { retention } from '../../src/core/mappers/retention/retention'
import { OPTIONS } from '../support/explore'
import { readPresets } from '../../src/files/presets'

const presets = await readPresets()

describe('shipped presets', () => {
  it.each(presets.workloads.map((preset) => [preset.id, preset] as const))(
    '%s parses, has a source and can be searched',
    (_, preset) => {
      const workload = parseWorkloadText(preset.text)
      expect(workload.ok).toBe(true)
      expect(preset.source.length).toBeGreaterThan(10)
      if (workload.ok) expect(retention.plan({ workload: workload.value, options: OPTIONS }).ok).toBe(true)
    },
  )

  it('have different names, and a source for every figure', () => {
    for (const list of [presets.workloads, presets.technologies, presets.chips, presets.architectures]) {
      expect(new Set(list.map(({ id }) => id)).size).toBe(list.length)
    }
    for (const { source } of [...presets.technologies, ...presets.chips])
      expect(source.length).toBeGreaterThan(5)
  })

  it('have the published MACs of their models', () => {
    const macs = (id: string) => {
      const workload = parseWorkloadText(presets.workloads.find((preset) => preset.id === id)!.text)
      return workload.ok ? workload.value.einsums.reduce((sum, einsum) => sum + einsum.macs, 0) : 0
    }
    expect(macs('gpt3-6.7b')).toBe(7146825580544)
    // He et al., Table 1: 3.8 billion multiply-adds.
    expect(macs('resnet-50') / 1e9).toBeCloseTo(3.86, 2)
    // Llama-3 8B: 218 million weights for each layer, times 8192 tokens, and twice 8192^2 x 4096 for attention.
    expect(macs('llama3-8b')).toBe(218103808 * 8192 + 2 * 8192 * 8192 * 4096)
  })
})
