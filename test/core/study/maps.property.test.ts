import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { asArchitecture } from '../../../src/contract/architecture-schema'
import { bestMixShare, mixAt, mixVertices } from '../../../src/core/analysis/mix-mesa'
import { bestShare, budgetOf, mesaAt } from '../../../src/core/analysis/performance-mesa'
import { curveOf } from '../../../src/core/explore/read'
import { bestSplit, runSplitTask, splitAt, type SplitBudget } from '../../../src/core/study/three-way-split'
import {
  axisValues,
  coarseToFine,
  mapTasks,
  runMapTask,
  withFigure,
} from '../../../src/core/study/throughput-map'
import { bytesPerSecond, mm2, um2 } from '../../../src/core/units/quantity'
import { fusionOf, preset } from '../../support/fusion'
import { aProject } from '../../support/project'
import { boundOf } from '../../support/search'

const architecture = asArchitecture((await aProject()).architecture)
const budget = budgetOf(architecture)
const block = fusionOf(preset('gpt3-6.7b'), 'paper')
const segmented = curveOf(block, 'segmented')
const unfused = curveOf(block, 'unfused')
const gemm = boundOf(preset('gemm-2k'), 'full')

describe('throughput maps', () => {
  it('have the mesa’s throughput in every cell, and the exact best of every row', () => {
    const axis = { parameter: 'dramBandwidth', from: 1e10, to: 1e13, rows: 9 } as const
    const values = axisValues(axis)
    const rows = mapTasks(segmented, architecture, axis.parameter, values, 40).flatMap(
      (task) => runMapTask(task).rows,
    )
    expect(rows.map(({ at }) => at).sort((a, b) => a - b)).toEqual([...values.keys()])
    for (const { at, throughput, best } of rows) {
      const changed = budgetOf(withFigure(architecture, axis.parameter, values[at]!))
      throughput.forEach((value, i) =>
        expect(value).toBeCloseTo(mesaAt(segmented, changed, (i + 0.5) / 40).throughput, 0),
      )
      expect(best).toEqual(bestShareOf(changed))
    }
  })

  it('are computed from coarse to fine, each row once', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), (rows) => {
        const rounds = coarseToFine(rows)
        expect(rounds.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: rows }, (_, i) => i))
        expect(rounds[0]).toContain(0)
        expect(rounds[0]).toContain(rows - 1)
      }),
    )
  })

  it('have whole and distinct values of counts', () => {
    expect([...axisValues({ parameter: 'batch', from: 1, to: 4, rows: 40 })]).toEqual([1, 2, 3, 4])
  })

  const bestShareOf = (changed: typeof budget) => {
    const best = bestShare(segmented, changed)
    return best.ok ? best.value : null
  }
})

describe('three-way splits', () => {
  const arbitraryBudget = fc
    .record({
      die: fc.double({ min: 0.2, max: 2000, noNaN: true }),
      dram: fc.double({ min: 9, max: 13, noNaN: true }),
      inner: fc.double({ min: 9, max: 15, noNaN: true }),
    })
    .map(({ die, dram, inner }): SplitBudget => ({
      ...budget,
      area: um2(die * 1e6),
      dramBandwidth: bytesPerSecond(10 ** dram),
      innerBandwidth: bytesPerSecond(10 ** inner),
    }))

  it('the best one equals that of all pairs of points', () => {
    fc.assert(
      fc.property(arbitraryBudget, (area) => {
        let most = 0
        for (const outer of gemm.bufferBytes)
          for (const inner of gemm.bufferBytes) {
            const [o, i] = [outer, inner].map((size) => (size * area.areaUm2PerByte) / area.area)
            if (o! + i! > 1) continue
            most = Math.max(most, splitAt(gemm, area, o!, i!).throughput)
          }
        const best = bestSplit(gemm, area)
        expect(best?.throughput ?? 0).toBeCloseTo(most, 0)
        if (best) {
          expect(best.outerShare + best.innerShare).toBeLessThanOrEqual(1)
          expect(splitAt(gemm, area, best.outerShare, best.innerShare).throughput).toBeCloseTo(
            best.throughput,
            0,
          )
        }
      }),
      { numRuns: 12 },
    )
  })

  it('no cell of the plot is better than the best one, and the cells cover the triangle', () => {
    fc.assert(
      fc.property(arbitraryBudget, (area) => {
        const { grid, best } = runSplitTask({
          kind: 'split',
          label: '',
          cost: 1,
          slope: segmented,
          budget: area,
          resolution: 24,
        })
        expect(grid.throughput).toHaveLength(24 * 24)
        grid.throughput.forEach((value, i) => {
          expect(grid.outerShare[i]! + grid.innerShare[i]!).toBeLessThan(1)
          expect(value).toBeLessThanOrEqual((best?.throughput ?? 0) * (1 + 1e-9))
        })
      }),
      { numRuns: 30 },
    )
  })

  it('without a limit of the inner level it is the mesa, less the MACs in the area of the least inner level', () => {
    const best = bestSplit(segmented, { ...budget, innerBandwidth: bytesPerSecond(1e30) })!
    const mesa = bestShare(segmented, budget)
    expect(best.throughput).toBeLessThanOrEqual(mesa.ok ? mesa.value.throughput : 0)
    expect(best.inner).toBe(segmented.bufferBytes[0])
  })
})

describe('mixes', () => {
  const weights = fc.tuple(fc.integer({ min: 1, max: 99 }), fc.integer({ min: 1, max: 99 }))

  it('of a workload with itself equal that workload', () => {
    const members = [unfused, unfused].map((slope) => ({ weight: 3, slope }))
    const best = bestMixShare(members, budget)!
    const alone = bestShare(unfused, budget)
    expect(alone.ok && alone.value.share).toBe(best.share)
    expect(best.throughput).toBeCloseTo(alone.ok ? alone.value.throughput : 0, 0)
  })

  it('lie between their members, and no share is better than the best one', () => {
    fc.assert(
      fc.property(weights, fc.double({ min: 1, max: 900, noNaN: true }), ([a, b], die) => {
        const area = budgetOf({ ...architecture, die: mm2(die) })
        const members = [
          { weight: a, slope: unfused },
          { weight: b, slope: gemm },
        ]
        const best = bestMixShare(members, area)
        for (let i = 0; i <= 200; i++) {
          const point = mixAt(members, area, i / 200)
          const each = point.members.map(({ throughput }) => throughput)
          expect(point.throughput).toBeLessThanOrEqual(Math.max(...each) * (1 + 1e-12))
          expect(point.throughput).toBeGreaterThanOrEqual(Math.min(...each) * (1 - 1e-12))
          expect(point.throughput).toBeLessThanOrEqual((best?.throughput ?? 0) * (1 + 1e-12))
        }
      }),
      { numRuns: 20 },
    )
  })

  it('have vertices on the exact curve', () => {
    const members = [
      { weight: 7, slope: segmented },
      { weight: 3, slope: gemm },
    ]
    const { share, throughput } = mixVertices(members, budget)
    for (let i = 1; i < share.length; i++) expect(share[i]!).toBeGreaterThanOrEqual(share[i - 1]!)
    const best = bestMixShare(members, budget)!
    expect(Math.max(...throughput)).toBeCloseTo(best.throughput, 0)
  })
})
