import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { machineOf } from '../../src/contract/case-file'
import { readMachinePresets } from '../../src/files/machine-presets'
import { valueOf } from '../support/machine'

const reference = JSON.parse(
  readFileSync(join(import.meta.dirname, '..', 'fixtures', 'machine', 'presets.json'), 'utf8'),
) as { presets: Record<string, unknown[]> }

describe('shipped machines', async () => {
  const presets = await readMachinePresets()
  const peakOf = (id: string) => {
    const { nodes } = presets.find((preset) => preset.id === id)!.machine
    return nodes.reduce(
      (rate, node) =>
        node.kind === 'array'
          ? node.dims.reduce((product, { size }) => product * size, rate)
          : node.kind === 'compute'
            ? rate * node.rate
            : rate,
      1,
    )
  }

  it('are those of the reference, each with its source', () => {
    expect(presets.map(({ id }) => id)).toEqual(Object.keys(reference.presets))
    for (const { id, machine, source } of presets) {
      expect(machine).toEqual(valueOf(machineOf({ name: id, nodes: reference.presets[id] })))
      expect(source).not.toBe('')
    }
  })

  it('say what was not read in a source', () => {
    const marked = presets.filter(({ unverified }) => unverified.length > 0).map(({ id }) => id)
    expect(marked).toEqual(['tpu_v1_like', 'gpu_a100_like', 'gpu_h100_like'])
  })

  it('have the peaks that were published', () => {
    expect(peakOf('tpu_v1_like') / 1e12).toBeCloseTo(45.9, 1)
    expect(peakOf('tpu_v4i_like') / 1e12).toBeCloseTo(68.8, 1)
    expect(peakOf('gpu_a100_like') / 1e12).toBeCloseTo(155.9, 1)
    expect(peakOf('gpu_h100_like') / 1e12).toBeCloseTo(494.7, 1)
    expect(peakOf('eyeriss_like') / 1e9).toBeCloseTo(33.6, 9)
  })
})
