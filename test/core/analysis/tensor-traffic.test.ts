import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { trafficAt } from '../../../src/core/front/staircase'
import {
  curveOf,
  strategiesOf,
  unfusedBoundOf,
  type Curves,
} from '../../../src/core/mappers/chain-fusion/read-fusion'
import { tensorTraffic } from '../../../src/core/analysis/tensor-traffic'
import type { Workload } from '../../../src/core/workload/einsum'
import { arbitraryCascade } from '../../support/arbitrary-cascade'
import { fusionOf, preset } from '../../support/fusion'
import { boundOf } from '../../support/search'

const curvesOf = (workload: Workload, mapspace: 'paper' | 'full'): Curves => {
  const fusion = fusionOf(workload, mapspace)
  return { bound: unfusedBoundOf(fusion, workload), fusion }
}

function addUp(workload: Workload, curves: Curves): void {
  const strategies = curves.fusion === null ? (['unfused'] as const) : strategiesOf(curves.fusion)
  for (const strategy of strategies) {
    const { bufferBytes, tensors } = tensorTraffic(workload, curves, strategy, null, 40)
    bufferBytes.forEach((buffer, i) => {
      const sum = tensors.reduce((total, { trafficBytes }) => total + trafficBytes[i]!, 0)
      expect(sum).toBeCloseTo(trafficAt(curveOf(curves, strategy), buffer), 0)
    })
  }
}

describe('traffic by tensor', () => {
  it.each(['gpt3-6.7b', 'llama3-8b', 'ffn-32k-4k-16k'])(
    'of %s adds up to the curve under every strategy',
    (id) => {
      const workload = preset(id)
      for (const mapspace of ['full', 'paper'] as const) addUp(workload, curvesOf(workload, mapspace))
    },
  )

  it('of any cascade adds up to the curve', () => {
    fc.assert(
      fc.property(arbitraryCascade(5), (workload) => addUp(workload, curvesOf(workload, 'full'))),
      { numRuns: 60 },
    )
  })

  it('of windows adds up, and one Einsum can be looked at alone', () => {
    const workload = preset('conv-3x3')
    const curves: Curves = { bound: boundOf(workload, 'full'), fusion: null }
    addUp(workload, curves)
    const block = preset('gpt3-6.7b')
    const { tensors } = tensorTraffic(block, curvesOf(block, 'full'), 'segmented', 'fc1')
    expect(tensors.map(({ name }) => name).sort()).toEqual(['FC1', 'W1', 'Z'])
  })
})
