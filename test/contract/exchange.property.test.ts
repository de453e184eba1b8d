import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { exportAccelForge, importAccelForge } from '../../src/contract/exchange/accelforge'
import {
  exportTimeloopArchitecture,
  exportTimeloopMapping,
} from '../../src/contract/exchange/timeloop-design'
import { exportTimeloopProblem, importTimeloop } from '../../src/contract/exchange/timeloop-problem'
import { asArchitecture } from '../../src/contract/architecture-schema'
import { parseWorkloadText } from '../../src/contract/workload-file'
import type { ImportedWorkload } from '../../src/core/interchange/imported'
import type { Result } from '../../src/core/support/result'
import { viewNest } from '../../src/core/mappers/each-einsum/view-nest'
import type { Workload } from '../../src/core/workload/einsum'
import { arbitraryCascade } from '../support/arbitrary-cascade'
import { preset } from '../support/fusion'
import { aProject } from '../support/project'
import { boundOf } from '../support/search'

function workloadIn(found: Result<ImportedWorkload> | undefined): Workload {
  if (!found?.ok) throw new Error(JSON.stringify(found))
  const workload = parseWorkloadText(found.value.text)
  if (!workload.ok) throw new Error(JSON.stringify(workload.error))
  return workload.value
}
/** Everything that a bound depends on. */
const essence = ({ einsums }: Workload) =>
  einsums.map(({ name, kind, macs, output, inputs, variables }) => ({
    name,
    kind,
    macs,
    sizes: Object.fromEntries(variables.map((variable) => [variable.name, variable.size])),
    tensors: [output, ...inputs].map(({ tensor, bitsPerValue, ranks }) => ({
      tensor,
      bitsPerValue,
      ranks: ranks.map(({ terms }) => terms),
    })),
  }))

const SHIPPED = [
  'gpt3-6.7b',
  'llama3-8b',
  'resnet-50',
  'inception-3a',
  'mobilenet-v2-block',
  'conv-3x3-stride2-dilation2',
]

describe('AccelForge', () => {
  it('reads back what it writes: any cascade, and the presets', () => {
    const check = (workload: Workload) => {
      expect(essence(workloadIn(importAccelForge(parse(exportAccelForge(workload)))))).toEqual(
        essence(workload),
      )
    }
    fc.assert(fc.property(arbitraryCascade(5), check), { numRuns: 60 })
    for (const id of SHIPPED) check(preset(id))
  })

  it('reads AccelForge’s files: projections by rank, bounds as inequalities, renames left out with a note', () => {
    const found = importAccelForge(
      parse(`
workload:
  rank_sizes: { B: 2, P0: 30, T0: 8, P1: 28 }
  bits_per_value: { All: 8, W: 4 }
  persistent_tensors: W
  einsums:
  - name: Depthwise
    tensor_accesses:
    - { name: X, projection: { P0: p1 + r0, T0: t0, B: b } }
    - { name: W, projection: [r0, t0] }
    - { name: Y, projection: [p1, t0, b], output: True }
    iteration_space_shape: [0 <= r0 < 3]
    renames: { input: X }
renames: { einsums: [] }
`),
    )
    const [einsum] = workloadIn(found).einsums
    expect(einsum).toMatchObject({ name: 'Depthwise', macs: 28 * 3 * 8 * 2 })
    expect(einsum!.inputs.map(({ bitsPerValue }) => bitsPerValue)).toEqual([8, 4])
    expect(found?.ok && found.value.notes[0]).toMatch(/persistent_tensors, renames/)
  })

  it('refuses a template that is not filled in, and does not take our own files', () => {
    const found = importAccelForge({ workload: { rank_sizes: { B: '{{BATCH}}' }, einsums: [] }, renames: {} })
    expect(found?.ok === false && found.error[0]?.code).toBe('template')
    expect(importAccelForge({ workload: { rank_sizes: {}, einsums: ['Z[m] = exp(A[m])'] } })).toBeUndefined()
  })
})

describe('Timeloop', () => {
  it('reads back what it writes: every product of the presets', () => {
    for (const id of SHIPPED)
      for (const einsum of preset(id).einsums.filter(({ kind }) => kind === 'product')) {
        const text = exportTimeloopProblem(einsum)
        if (!text.ok) throw new Error(JSON.stringify(text.error))
        const [own] = essence(workloadIn(importTimeloop(parse(text.value))))
        const [given] = essence({ ...preset(id), einsums: [einsum] })
        expect(own!.macs).toBe(given!.macs)
        expect(own!.sizes).toEqual(given!.sizes)
        expect(own!.tensors.map(({ tensor, ranks }) => [tensor, ranks])).toEqual(
          given!.tensors.map(({ tensor, ranks }) => [tensor, ranks]),
        )
      }
  })

  it('reads strides and dilations by their names, and sizes beside the shape', () => {
    const shape = {
      name: 'CNN',
      dimensions: ['C', 'M', 'R', 'P'],
      coefficients: [
        { name: 'Wstride', default: 1 },
        { name: 'Wdilation', default: 1 },
      ],
      data_spaces: [
        { name: 'Weights', projection: [[['C']], [['M']], [['R']]] },
        {
          name: 'Inputs',
          projection: [
            [['C']],
            [
              ['R', 'Wdilation'],
              ['P', 'Wstride'],
            ],
          ],
        },
        { name: 'Outputs', projection: [[['M']], [['P']]], read_write: true },
      ],
    }
    const sizes = { C: 3, M: 8, R: 3, P: 10, Wstride: 2 }
    for (const problem of [
      { version: 0.4, shape, instance: sizes },
      { shape, ...sizes },
    ])
      expect(workloadIn(importTimeloop({ problem })).einsums[0]).toMatchObject({
        text: 'Outputs[m, p] = Weights[c, m, r] * Inputs[c, r + 2*p]',
        macs: 3 * 8 * 3 * 10,
      })
  })

  it.each([
    ['another version', { version: 0.3, shape: {} }, 'problem.version'],
    ['no shape', { version: 0.4 }, 'problem.shape'],
    ['no dimensions', { shape: {} }, 'problem.shape.dimensions'],
    ['a dimension without a size', { shape: { dimensions: ['M'], data_spaces: [] } }, 'problem.instance.M'],
    [
      'nothing written',
      { shape: { dimensions: ['M'], data_spaces: [] }, instance: { M: 1 } },
      'problem.shape.data_spaces',
    ],
    [
      'an unknown dimension',
      {
        shape: { dimensions: ['M'], data_spaces: [{ name: 'A', projection: [[['X']]] }] },
        instance: { M: 1 },
      },
      'problem.shape.data_spaces[0].projection',
    ],
  ])('%s is a fault of its field', (_, problem, path) => {
    const found = importTimeloop({ problem })
    expect(found?.ok === false && found.error[0]?.path).toBe(path)
  })

  it('writes the hierarchy, and mappings whose factors multiply to the ranks', async () => {
    const architecture = asArchitecture((await aProject()).architecture)
    expect(exportTimeloopArchitecture(architecture)).toMatch(
      /nodes:[^]*DRAM[^]*L2[^]*meshX: 32, meshY: 16[^]*intmac/,
    )
    const workload = preset('gpt3-6.7b')
    const bound = boundOf(workload, 'paper')
    for (const [i, einsum] of workload.einsums.entries()) {
      const member = bound.members[i]!
      for (const point of [0, member.bufferBytes.length >> 1, member.bufferBytes.length - 1]) {
        const text = exportTimeloopMapping(einsum, viewNest(einsum, member, point))
        if (!text.ok) throw new Error(JSON.stringify(text.error))
        const levels = (parse(text.value) as { mapping: { factors: string[] }[] }).mapping
        const products = new Map<string, number>()
        for (const [name, factor] of levels.flatMap(({ factors }) => factors.map((one) => one.split('='))))
          products.set(name!, (products.get(name!) ?? 1) * Number(factor))
        for (const { name, size } of einsum.variables)
          expect(products.get(name.toUpperCase()) ?? 1, `${einsum.name} ${name}`).toBe(size)
      }
    }
  })

  it('says why a point-wise Einsum or a mapping of the full space cannot be written', () => {
    const workload = preset('llama3-8b')
    const gated = workload.einsums.find(({ name }) => name === 'gated')!
    const found = exportTimeloopProblem({ ...gated, kind: 'pointwise' })
    expect(found.ok === false && found.error[0]?.code).toBe('not-a-product')
    const gemm = preset('gemm-2k')
    const bound = boundOf(gemm, 'full')
    const refused = Array.from(bound.members[0]!.bufferBytes, (_, point) =>
      exportTimeloopMapping(gemm.einsums[0]!, viewNest(gemm.einsums[0]!, bound.members[0]!, point)),
    ).filter((text) => !text.ok)
    expect(refused.length).toBeGreaterThan(0)
  })
})
