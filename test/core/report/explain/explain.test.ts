import { trafficAt } from '../../../../src/core/front/read'
import { describe, expect, it } from 'vitest'
import { asArchitecture } from '../../../../src/contract/architecture-schema'
import { floorUnder } from '../../../../src/core/analysis/floor/floor'
import { bestShare, budgetOf, mesaAt } from '../../../../src/core/analysis/performance-mesa'

import {
  explainBestShare,
  explainBuffer,
  explainComputeBound,
  explainMacs,
  explainMemoryBound,
  explainThroughput,
} from '../../../../src/core/report/explain/explain-design'
import {
  explainFloor,
  explainGap0,
  explainIntensity,
  explainTensor,
  explainTraffic,
} from '../../../../src/core/report/explain/explain-traffic'
import {
  explainLeastBandwidth,
  explainLeastBuffer,
  explainLeastDie,
  explainMix,
  explainSplit,
} from '../../../../src/core/report/explain/explain-tradeoff'
import { leastArea, leastBandwidth } from '../../../../src/core/study/inverse'
import { mixAt } from '../../../../src/core/analysis/mix-mesa'
import { splitAt } from '../../../../src/core/study/three-way-split'
import { bytesPerSecond, macsPerSecond } from '../../../../src/core/units/quantity'
import type { Explanation } from '../../../../src/core/report/explain/explanation'
import { USUAL_UNITS } from '../../../../src/core/units/units'
import { segmentsAt, viewOf } from '../../../../src/core/explore/read'
import { fusionOf, preset } from '../../../support/fusion'
import { aProject } from '../../../support/project'
import { boundOf } from '../../../support/search'

const architecture = asArchitecture((await aProject()).architecture)
const workload = preset('gemm-2k')
const slope = boundOf(workload, 'full')
const context = {
  workload,
  slope,
  strategy: 'unfused' as const,
  architecture,
  point: mesaAt(slope, budgetOf(architecture), 0.4),
  units: USUAL_UNITS,
}

/** Numbers of a line, without grouping: `1,024 B` -> 1024; SI prefixes are applied. */
const numbers = (line: string): number[] =>
  [...line.replaceAll('µm²', '').matchAll(/(\d[\d,]*\.?\d*)\s*([GMT]?)/g)].map(
    ([, digits, prefix]) =>
      Number(digits!.replaceAll(',', '')) * { G: 1e9, M: 1e6, T: 1e12, '': 1 }[prefix!]!,
  )
/** The value computed by hand from a formula's values equals the figure. */
const near = (got: number, wanted: number) => expect(Math.abs(got / wanted - 1)).toBeLessThan(1e-3)

describe('explanations', () => {
  it('of a floor name what it holds for, and how far the curve is above it', () => {
    const floor = floorUnder({ workload, exploration: slope.exploration }, 'unfused')(4161)
    const { value, substituted, ingredients, attainedAt } = explainFloor(context, 4161, floor)
    const [traffic, below] = numbers(substituted)
    expect(traffic).toBe(trafficAt(slope, 4161))
    expect(numbers(value)).toEqual([below])
    near(numbers(substituted.split(': ')[1]!)[0]!, Number((traffic! / below!).toPrecision(3)))
    expect(ingredients[0]!.value).toBe('any order, any tiling')
    expect(attainedAt).toBeNull()
  })

  it('contain the values that give the figure', () => {
    const { point } = context
    const [share, area, perByte] = numbers(explainBuffer(context).substituted)
    near((share! * area!) / perByte!, point.buffer)
    const [rest, whole, perMac] = numbers(explainMacs(context).substituted)
    near((rest! * whole!) / perMac!, point.macs)
    const [bandwidth, macs, traffic] = numbers(explainMemoryBound(context).substituted)
    near((bandwidth! * macs!) / traffic!, point.memoryBound)
    const [count, clock] = numbers(explainComputeBound(context).substituted)
    near(count! * clock!, point.computeBound)
    const [work, moved] = numbers(explainIntensity(context, 1e6).substituted)
    near(work! / moved!, slope.macs / trafficAt(slope, 1e6))
    const [now, least] = numbers(explainGap0(context, 1e6).substituted)
    near(now! / least!, trafficAt(slope, 1e6) / slope.algorithmicMinimum)
  })

  it('name formula, reference and the source of every constant', () => {
    const best = bestShare(slope, budgetOf(architecture))
    if (!best.ok) throw new Error('nothing fits')
    const all: readonly Explanation[] = [
      explainThroughput(context),
      explainBestShare(context, best.value),
      explainTraffic(context, 1e6, [['A', 4096]]),
    ]
    for (const { formula, reference, ingredients } of all) {
      expect(formula).toContain('=')
      expect(reference).toContain('Orojenesis')
      for (const { source, value } of ingredients) expect(source.length * value.length).toBeGreaterThan(0)
    }
    expect(explainTraffic(context, 1e6, [['A', 4096]]).attainedAt).toBe(1e6)
  })

  it('of the least for a wanted throughput, and of a mix, contain the values too', () => {
    const budget = budgetOf(architecture)
    const wanted = macsPerSecond(2e13)
    const die = leastArea(slope, budget, wanted)
    const least = leastBandwidth(slope, budget, wanted)
    if (!die.ok || !least.ok) throw new Error('cannot be had')
    const [buffer, perByte, macs, perMac, net] = numbers(
      explainLeastDie(context, die.value, wanted).substituted,
    )
    near(
      (buffer! * perByte! + macs! * perMac!) / net!,
      (die.value.area / 1e6 / (1 - architecture.ioShare)) * 1e6,
    )
    const [moved, work] = numbers(explainLeastBandwidth(context, least.value, wanted, budget).substituted)
    near((wanted * moved!) / work!, least.value.bandwidth)
    const [held, bandwidth, all, allowed] = numbers(
      explainLeastBuffer(context, die.value, wanted).substituted,
    )
    near((bandwidth! * all!) / wanted, allowed!)
    expect(held).toBeLessThanOrEqual(allowed!)
    const split = splitAt(slope, { ...budget, innerBandwidth: bytesPerSecond(1e12) }, 0.3, 0.1)
    const [count, clock, dram, a, outer, fed, b, inner] = numbers(
      explainSplit(context, split, 1e12).substituted,
    )
    near(Math.min(count! * clock!, (dram! * a!) / outer!, (fed! * b!) / inner!), split.throughput)
    const members = [
      { name: 'prefill', weight: 70, slope },
      { name: 'decode', weight: 30, slope: boundOf(preset('gemm-16k-1k-1k'), 'full') },
    ]
    const point = mixAt(members, budget, 0.4)
    const [total, first, firstRate, second, secondRate] = numbers(
      explainMix(point, members, USUAL_UNITS).substituted,
    )
    near(total! / (first! / firstRate! + second! / secondRate!), point.throughput)
  })

  it('of every tensor of a mapping: the tile is the product of its extents, the traffic is moves x size', () => {
    const workload = preset('gpt3-6.7b')
    const bound = fusionOf(workload, 'paper')
    const sizes = [2 ** 16, 2 ** 20, 2 ** 24, 50 * 2 ** 20, 2 ** 28, 2 ** 29]
    let fused = 0
    for (const strategy of ['tiled', 'segmented', 'flashattention', 'flat', 'untiled'] as const)
      for (const size of sizes)
        for (const segment of segmentsAt(bound, strategy, size)) {
          const { counting, tensors } = viewOf(bound, workload, segment, size)
          for (const tensor of tensors) {
            const held = explainTensor(tensor, counting, size, 'occupancy')
            expect(numbers(held.value)).toEqual([tensor.occupancy])
            near(
              numbers(held.substituted).reduce((product, factor) => product * factor, 1),
              tensor.occupancy,
            )
            const moved = explainTensor(tensor, counting, size, 'traffic')
            expect(numbers(moved.value)).toEqual([tensor.traffic])
            if (tensor.traffic === 0) expect(moved.formula).toContain('never leaves the buffer')
            else {
              const [times, whole] = numbers(moved.substituted)
              near(times! * whole!, tensor.traffic)
            }
            if (counting === 'paper-fusion') fused++
          }
        }
    expect(fused).toBeGreaterThan(100)
  })
})
