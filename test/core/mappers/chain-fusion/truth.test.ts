import { trafficAt } from '../../../../src/core/front/read'
import type { Strategy } from '../../../../src/core/mappers/strategy'
import { describe, expect, it } from 'vitest'
import { bestShare, type AreaBudget } from '../../../../src/core/analysis/performance-mesa'
import { readBound } from '../../../../src/core/analysis/reading'

import { curveOf, segmentationText, segmentsAt } from '../../../../src/core/explore/read'

import { bytesPerSecond, hertz, um2 } from '../../../../src/core/units/quantity'
import { fusionOf, preset, presetAt } from '../../../support/fusion'
import { above, pointsOf } from '../../../support/search'
import { curveNamed } from '../../../support/truth'

const SIX = ['Q_proj', 'QK', 'QKV', 'final', 'fc1', 'fc2']
const workloads = {
  ffn: preset('ffn-32k-4k-16k'),
  mha: preset('gpt3-6.7b', ['QK', 'QKV']),
  six: preset('gpt3-6.7b', SIX),
  block: preset('gpt3-6.7b'),
}
type Name = keyof typeof workloads
const fused = Object.fromEntries(
  Object.entries(workloads).map(([name, workload]) => [name, fusionOf(workload, 'paper')]),
) as Record<Name, ReturnType<typeof fusionOf>>

const EXACT: readonly (readonly [Name, Strategy])[] = [
  ['ffn', 'unfused'],
  ['ffn', 'untiled'],
  ['ffn', 'tiled'],
  ['mha', 'unfused'],
  ['mha', 'flat'],
  ['mha', 'flashattention'],
  ['six', 'unfused'],
  ['six', 'tiled'],
  ['six', 'segmented'],
  ['block', 'unfused'],
]
const ARTIFACT: readonly (readonly [Name, Strategy])[] = [
  ['ffn', 'untiled'],
  ['mha', 'flashattention'],
  ['block', 'segmented'],
]

describe('reference curves, fused', () => {
  for (const [name, strategy] of EXACT)
    it(`paper equals ${name}_${strategy}`, () => {
      expect(pointsOf(curveOf(fused[name], strategy))).toEqual(curveNamed('fused', `${name}_${strategy}`))
    })
  for (const [name, strategy] of ARTIFACT)
    it(`paper equals or beats what the artifact prints for ${name}_${strategy}`, () => {
      const printed = curveNamed('fused', `${name}_${strategy}_artifact`)
      expect(above(pointsOf(curveOf(fused[name], strategy)), printed)).toEqual([])
    })
})

describe('numbers of Orojenesis secs. V-VII', () => {
  const endOf = (name: Name, strategy: Strategy) => pointsOf(curveOf(fused[name], strategy)).at(-1)!
  const at = (name: Name, strategy: Strategy, buffer: number) =>
    trafficAt(curveOf(fused[name], strategy), buffer)
  const show = (line: string) => process.stdout.write(`${line}\n`)

  it('MACs of the eight Einsums', () => {
    show(`MACs of the GPT-3 6.7B block: ${fused.block.macs}`)
    expect(fused.block.macs).toBe(7146825580544)
  })

  it('the FFN pair', () => {
    const [unfused, tiled] = [endOf('ffn', 'unfused'), endOf('ffn', 'tiled')]
    show(
      `FFN pair: ${unfused[1]} B unfused, ${tiled[1]} B at ${tiled[0]} B tiled, ${(unfused[1] / tiled[1]).toFixed(2)}x`,
    )
    expect(unfused[1]).toBe(2952790016)
    expect(tiled).toEqual([268484608, 805306368])
    const crossing = pointsOf(curveOf(fused.ffn, 'tiled')).find(
      ([buffer, traffic]) => traffic < at('ffn', 'unfused', buffer),
    )
    show(`FFN pair: tiled first lies below unfused at ${crossing?.[0]} B`)
    expect(crossing?.[0]).toBe(4195330)
  })

  it('attention: FLAT and FlashAttention', () => {
    expect(endOf('mha', 'flat')).toEqual([33701888, 1073741824])
    expect(endOf('mha', 'flashattention')).toEqual([33701888, 1073741824])
    const ratio = at('mha', 'flat', 16785472) / at('mha', 'flashattention', 16785472)
    show(`attention at 16785472 B: FlashAttention ${ratio.toFixed(2)}x below FLAT`)
    expect(ratio).toBeCloseTo(6.63, 2)
  })

  it('the block, unfused and segmented', () => {
    expect(endOf('block', 'unfused')).toEqual([134258688, 14898167808])
    expect(endOf('block', 'segmented')).toEqual([335585280, 2550136832])
    const ratio = at('block', 'unfused', 50 * 2 ** 20) / at('block', 'segmented', 50 * 2 ** 20)
    show(`block: ${(14898167808 / 2550136832).toFixed(2)}x at the end, ${ratio.toFixed(2)}x at 50 MiB`)
    expect(ratio).toBeCloseTo(2.76, 2)
    const runsAt = (mib: number) =>
      segmentationText(fused.block, segmentsAt(fused.block, 'segmented', mib * 2 ** 20))
    show(`block at 50 MiB: ${runsAt(50)}`)
    show(`block at 320 MiB: ${runsAt(320)}`)
  })

  it('the performance mesa of sec. VII-D, in true units', () => {
    const budget: AreaBudget = {
      area: um2(423.2e6),
      areaUm2PerMac: um2(332.25),
      areaUm2PerByte: um2(2.59122),
      clock: hertz(0.7e9),
      dramBandwidth: bytesPerSecond(147.8e9),
    }
    const best = (strategy: Strategy) => {
      const share = bestShare(curveOf(fused.block, strategy), budget)
      if (!share.ok) throw new Error(JSON.stringify(share.error))
      show(
        `mesa, ${strategy}: share ${share.value.share.toFixed(3)}, ${share.value.buffer} B, ${share.value.throughput.toExponential(3)} MAC/s`,
      )
      return share.value
    }
    const [unfused, segmented] = [best('unfused'), best('segmented')]
    expect(unfused.share).toBeCloseTo(0.822, 3)
    expect(unfused.buffer).toBe(134258688)
    expect(unfused.throughput / 1e13).toBeCloseTo(7.09, 2)
    expect(segmented.share).toBeCloseTo(0.617, 3)
    expect(segmented.buffer).toBe(100818944)
    expect(segmented.throughput / 1e14).toBeCloseTo(2.714, 3)
  })

  it('reads of a fused slope', () => {
    const slope = curveOf(fused.block, 'segmented')
    expect(readBound(slope).maximalEffectualBytes).toBe(335585280)
  })
})

describe('rows that no explicit buffer attains (docs/model.md, section 6, Eq. 33)', () => {
  it('lie below the compulsory traffic where the weights of all batch entries are charged once', () => {
    const bound = fusionOf(presetAt('gpt3-6.7b', { phase: 'decode', batch: 16, length: 2048 }), 'paper')
    expect(curveOf(bound, 'segmented').trafficBytes.at(-1)).toBeLessThan(bound.algorithmicMinimum)
  })
})
