import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { focusShares, zoomedShares } from '../../src/charts/axes'
import { oiMesaOption } from '../../src/charts/oi-mesa-option'
import { performanceMesaOption } from '../../src/charts/performance-mesa-option'
import { fromPixel, toPixel } from '../../src/charts/plot-scale'
import { renderSvg } from '../../src/charts/render-svg'
import { splitOption } from '../../src/charts/split-option'
import { tensorTrafficOption } from '../../src/charts/tensor-traffic-option'
import { throughputMapOption } from '../../src/charts/throughput-map-option'
import { floorsOf } from '../../src/core/analysis/floor/floor-curve'
import { tensorTraffic } from '../../src/core/analysis/tensor-traffic'
import { runSplitTask } from '../../src/core/study/three-way-split'
import { axisValues, mapTasks, runMapTask } from '../../src/core/study/throughput-map'
import { USUAL_UNITS } from '../../src/core/units/units'
import { bytesPerSecond } from '../../src/core/units/quantity'
import { skiSlopeOption, stepVertices } from '../../src/charts/ski-slope-option'
import { tornadoOption } from '../../src/charts/tornado-option'
import { sensitivities } from '../../src/core/study/sensitivity'
import { markLines, marksAt } from '../../src/charts/marks'
import { designLook, floorLines, strategyLook } from '../../src/charts/overlays'
import { darkTheme, lightTheme } from '../../src/charts/theme'
import { asArchitecture } from '../../src/contract/architecture-schema'
import { PLATEAU_LOSS, plateauOf } from '../../src/core/analysis/plateau'
import { bestShare, budgetOf, mesaVertices } from '../../src/core/analysis/performance-mesa'
import { boundOf } from '../support/search'
import { aProject } from '../support/project'
import { workloadOf } from '../support/truth'

const gemm = workloadOf('Z[m,n] = A[m,k] * B[k,n]', { M: 1024, K: 1024, N: 1024 })
const slope = boundOf(gemm, 'full')
const floors = floorsOf({ workload: gemm, exploration: slope.exploration }, 'unfused')
const architecture = asArchitecture((await aProject()).architecture)
const budget = budgetOf(architecture)
const best = bestShare(slope, budget)
const marks = [
  { label: 'L2', bufferBytes: 786432, kind: 'level' },
  { label: 'A2', bufferBytes: 2 ** 21, kind: 'chip' },
] as const
const values = axisValues({ parameter: 'dramBandwidth', from: 1e10, to: 1e12, rows: 9 })
const split = runSplitTask({
  kind: 'split',
  label: '',
  cost: 1,
  slope,
  budget: { ...budget, innerBandwidth: bytesPerSecond(1e12) },
  resolution: 8,
})
const size = { width: 640, height: 320 }

describe('charts, drawn without a browser', () => {
  const charts = {
    'ski-slope': (theme = lightTheme) =>
      skiSlopeOption({
        slope,
        theme,
        marks,
        look: strategyLook('unfused', theme),
        overlays: [],
        floors: floorLines(floors, theme),
      }),
    'oi-mesa': (theme = lightTheme) =>
      oiMesaOption({ slope, theme, marks, look: strategyLook('unfused', theme), overlays: [] }),
    tensors: (theme = lightTheme) =>
      tensorTrafficOption({
        traffic: tensorTraffic(gemm, slope.exploration, 'unfused'),
        theme,
      }),
    map: (theme = lightTheme) =>
      throughputMapOption({
        parameter: 'dramBandwidth',
        values,
        rows: mapTasks(slope, architecture, 'dramBandwidth', values, 16).flatMap(
          (task) => runMapTask(task).rows,
        ),
        present: architecture.dramBandwidth,
        theme,
      }),
    split: (theme = lightTheme) => splitOption({ ...split, theme }),
    tornado: (theme = lightTheme) =>
      tornadoOption({
        sensitivities: sensitivities(slope, architecture),
        color: theme.strategies.unfused,
        theme,
      }),
    'performance-mesa': (theme = lightTheme) =>
      performanceMesaOption({
        curve: mesaVertices(slope, budget),
        budget,
        best: best.ok ? best.value : null,
        flat: best.ok ? plateauOf(slope, budget, best.value, PLATEAU_LOSS) : null,
        theme,
        look: strategyLook('unfused', theme),
        overlays: [],
      }),
  }
  for (const [name, option] of Object.entries(charts)) {
    it(`${name} equals its golden file`, async () => {
      const svg = renderSvg(option(), size)
      expect(renderSvg(option(), size)).toBe(svg)
      // Well-formed: no quote inside an attribute.
      expect(svg).not.toMatch(/="[^"<>]*"[^\s/>?]/)
      await expect(svg).toMatchFileSnapshot(`../golden/${name}.svg`)
    })

    it(`${name} is drawn in the dark theme's colours`, () => {
      const svg = renderSvg(option(darkTheme), size)
      expect(svg).toContain(darkTheme.text)
      for (const own of ['text', 'muted'] as const) expect(svg).not.toContain(lightTheme[own])
      expect(svg).not.toContain(lightTheme.strategies.unfused)
    })
  }

  it('draws no best share where nothing fits', () => {
    const option = performanceMesaOption({
      curve: mesaVertices(slope, budget),
      budget,
      best: null,
      theme: lightTheme,
      look: strategyLook('unfused', lightTheme),
      overlays: [],
    })
    expect(renderSvg(option, size)).not.toContain('best')
  })
})

describe('scales', () => {
  it('pixels and values are inverse, on either kind of axis', () => {
    for (const log of [true, false]) {
      const scale = { left: 80, right: 20, top: 0, bottom: 0, min: 2, max: 2 ** 20, log }
      for (const value of [2, 1000, 2 ** 19])
        expect(fromPixel(scale, 700, toPixel(scale, 700, value))).toBeCloseTo(value, 3)
      expect(toPixel(scale, 700, 2)).toBe(80)
      expect(toPixel(scale, 700, 2 ** 20)).toBe(680)
    }
  })

  it('ticks are round powers of two, about nine', () => {
    expect(USUAL_UNITS.dataTicks({ min: 4, max: 2 ** 34 })).toEqual([
      16,
      256,
      4096,
      65536,
      2 ** 20,
      2 ** 24,
      2 ** 28,
      2 ** 32,
    ])
  })

  it('shares are zoomed to whole percents within the area, to 2 % or more', () => {
    expect(zoomedShares(null)).toEqual({ min: 0, max: 1 })
    expect(zoomedShares({ min: 0.303, max: 0.508 })).toEqual({ min: 0.3, max: 0.51 })
    expect(zoomedShares({ min: -0.2, max: 1.7 })).toEqual({ min: 0, max: 1 })
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (a, b) => {
          const asked = { min: Math.min(a, b), max: Math.max(a, b) }
          const { min, max } = zoomedShares(asked)
          expect(min).toBeGreaterThanOrEqual(0)
          expect(max).toBeLessThanOrEqual(1)
          expect(min).toBeLessThanOrEqual(asked.min + 1e-9)
          expect(max).toBeGreaterThanOrEqual(asked.max - 1e-9)
          expect(max - min).toBeGreaterThan(0.019)
        },
      ),
    )
  })

  it('shares are shown from 0 to three times the best ones where these are low, and never without the one in force', () => {
    expect(focusShares([0.01, 0.02], 0.02)).toEqual({ min: 0, max: 0.06 })
    expect(focusShares([0.001], 0.001)).toEqual({ min: 0, max: 0.04 })
    expect(focusShares([0.01, 0.82], 0.01)).toEqual({ min: 0, max: 1 })
    expect(focusShares([0.02], 0.5)).toEqual({ min: 0, max: 1 })
    expect(focusShares([], 0.5)).toEqual({ min: 0, max: 1 })
  })

  it('no two of 280 designs look alike', () => {
    const looks = Array.from({ length: 280 }, (_, at) => designLook('', at, lightTheme))
    expect(new Set(looks.map((look) => JSON.stringify(look))).size).toBe(280)
  })

  it('labels of marks that would touch are left out, and named by the read-out at the mark', () => {
    const close = [65536, 70000, 2 ** 24].map((bufferBytes, i) => ({
      label: `level ${i}`,
      bufferBytes,
      kind: 'level' as const,
    }))
    const lines = markLines(close, lightTheme, { min: 1024, max: 2 ** 26 })
    expect(lines.map(({ label }) => label.show)).toEqual([true, false, true])
    expect(marksAt(close, 70000)).toEqual(['level 0', 'level 1'])
  })

  it('a staircase is drawn as steps', () => {
    expect(stepVertices(Float64Array.of(1, 4), [9, 5], 10)).toEqual([
      [1, 9],
      [4, 9],
      [4, 5],
      [10, 5],
    ])
  })
})
