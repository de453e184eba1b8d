import { trafficAt } from '../../../src/core/front/read'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { curveOf, strategiesOf } from '../../../src/core/explore/read'
import type { Exploration } from '../../../src/core/mappers/mapper'
import { tensorTraffic } from '../../../src/core/analysis/tensor-traffic'
import type { Workload } from '../../../src/core/workload/einsum'
import { arbitraryCascade } from '../../support/arbitrary-cascade'
import { fusionOf, preset } from '../../support/fusion'
import { boundOf } from '../../support/search'

function addUp(workload: Workload, exploration: Exploration): void {
  for (const strategy of strategiesOf(exploration)) {
    const { bufferBytes, tensors } = tensorTraffic(workload, exploration, strategy, null, 40)
    bufferBytes.forEach((buffer, i) => {
      const sum = tensors.reduce((total, { trafficBytes }) => total + trafficBytes[i]!, 0)
      expect(sum).toBeCloseTo(trafficAt(curveOf(exploration, strategy), buffer), 0)
    })
  }
}

describe('traffic by tensor', () => {
  it.each([
    ['gpt3-6.7b', 'paper'],
    ['llama3-8b', 'paper'],
    ['ffn-32k-4k-16k', 'paper'],
    ['ffn-32k-4k-16k', 'full'],
  ] as const)('of %s adds up to the curve under every strategy: %s', (id, mapspace) => {
    const workload = preset(id)
    addUp(workload, fusionOf(workload, mapspace))
  })

  it('of any cascade adds up to the curve', () => {
    fc.assert(
      fc.property(arbitraryCascade(5), (workload) => addUp(workload, fusionOf(workload, 'full'))),
      { numRuns: 60 },
    )
  })

  it('of windows adds up, and one Einsum can be looked at alone', () => {
    const workload = preset('conv-3x3')
    addUp(workload, boundOf(workload, 'full').exploration)
    const block = preset('gpt3-6.7b')
    const { tensors } = tensorTraffic(block, fusionOf(block, 'paper'), 'segmented', 'fc1')
    expect(tensors.map(({ name }) => name).sort()).toEqual(['FC1', 'W1', 'Z'])
  })
})
