import fc from 'fast-check'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { architectureSchema, asArchitecture } from '../../../src/contract/architecture-schema'
import { mapRequestSchema } from '../../../src/contract/tradeoff-schema'
import { bestShare, budgetOf, mesaVertices } from '../../../src/core/analysis/performance-mesa'
import { leastArea, leastBandwidth, leastBuffer } from '../../../src/core/study/inverse'
import { sensitivities } from '../../../src/core/study/sensitivity'
import { runSplitTask } from '../../../src/core/study/three-way-split'
import { axisValues, mapTasks, runMapTask, type MapParameter } from '../../../src/core/study/throughput-map'
import { bytesPerSecond, macs, macsPerSecond } from '../../../src/core/units/quantity'
import { isWithin, RANGES, type QuantityRange } from '../../../src/core/units/ranges'
import { isSound } from '../../support/soundness'
import { aProject } from '../../support/project'

const { architecture: usual } = await aProject()
/** Ends of a range, and what lies between. */
const inside = ({ min, max }: QuantityRange) =>
  fc.oneof(fc.constantFrom(min, max), fc.double({ min, max, noNaN: true }))

const architecture = fc
  .record({
    areaUm2PerMac: inside(RANGES.areaUm2PerMac),
    areaUm2PerByte: inside(RANGES.areaUm2PerByte),
    die: inside(RANGES.die),
    ioShare: inside(RANGES.ioShare),
    clock: inside(RANGES.clock),
    dramBandwidth: inside(RANGES.dramBandwidth),
  })
  .map(({ areaUm2PerMac, areaUm2PerByte, ...rest }) =>
    asArchitecture({ ...usual, ...rest, technology: { ...usual.technology, areaUm2PerMac, areaUm2PerByte } }),
  )

/** Curves from the least that a workload can move to the most. */
const slope = fc
  .record({
    sizes: fc.uniqueArray(fc.integer({ min: 1, max: 2 ** 50 }), { minLength: 1, maxLength: 6 }),
    traffic: fc.constantFrom(1, 1e3, 2 ** 53, 1e21),
    macs: fc.constantFrom(0, 1, 1e9, 2 ** 63),
  })
  .map(({ sizes, traffic, macs: work }) => ({
    bufferBytes: Float64Array.from(sizes.toSorted((a, b) => a - b)),
    trafficBytes: Float64Array.from(sizes, (_, i) => (traffic * (sizes.length - i)) / sizes.length),
    macs: macs(work),
  }))

describe('whatever lies in the ranges', () => {
  it('has finite throughput, best shares, least figures, maps, splits and sensitivities', () => {
    fc.assert(
      fc.property(
        architecture,
        slope,
        inside(RANGES.wantedThroughput),
        inside(RANGES.innerBandwidth),
        (chip, curve, rate, inner) => {
          expect(v.is(architectureSchema, chip)).toBe(true)
          const budget = budgetOf(chip)
          const wanted = macsPerSecond(rate)
          for (const found of [
            mesaVertices(curve, budget),
            bestShare(curve, budget),
            leastBuffer(curve, budget, wanted),
            leastArea(curve, budget, wanted),
            leastBandwidth(curve, budget, wanted),
            sensitivities(curve, chip),
            runSplitTask({
              kind: 'split',
              label: '',
              cost: 1,
              slope: curve,
              budget: { ...budget, innerBandwidth: bytesPerSecond(inner) },
              resolution: 4,
            }),
          ])
            expect(isSound(found), JSON.stringify(found)).toBe(true)
          for (const parameter of ['die', 'dramBandwidth', 'clock', 'areaUm2PerByte'] as const) {
            const { min, max } = RANGES[parameter]
            const values = axisValues({ parameter, from: min, to: max, rows: 3 })
            for (const task of mapTasks(curve, chip, parameter, values, 4))
              expect(isSound(runMapTask(task))).toBe(true)
          }
        },
      ),
      { numRuns: 300 },
    )
  })

  it('counts bytes and MACs on a die exactly', () => {
    const { die, areaUm2PerByte, areaUm2PerMac } = RANGES
    expect((die.max * 1e6) / Math.min(areaUm2PerByte.min, areaUm2PerMac.min)).toBeLessThanOrEqual(1e14)
  })
})

describe('whatever lies outside', () => {
  it.each([1e308, Infinity, NaN, -1, 1e-320, 1e20])('%d is refused with the range', (value) => {
    for (const [field, given] of [
      ['die', { ...usual, die: value }],
      ['clock', { ...usual, clock: value }],
      ['dramBandwidth', { ...usual, dramBandwidth: value }],
      ['ioShare', { ...usual, ioShare: value }],
      ['areaUm2PerMac', { ...usual, technology: { ...usual.technology, areaUm2PerMac: value } }],
      ['areaUm2PerByte', { ...usual, technology: { ...usual.technology, areaUm2PerByte: value } }],
    ] as const) {
      const checked = v.safeParse(architectureSchema, given)
      expect(checked.success, field).toBe(isWithin(RANGES[field], value))
      if (!checked.success && !Number.isNaN(value))
        expect(checked.issues[0].message).toMatch(/must be .*from \S+ to \S+/)
    }
    const axis = (parameter: MapParameter) => ({ parameter, from: 1, to: value, rows: 2 })
    for (const parameter of ['die', 'clock', 'batch'] as const)
      expect(v.is(mapRequestSchema.entries.axis, axis(parameter)), parameter).toBe(
        isWithin(RANGES[parameter], value),
      )
  })
})
