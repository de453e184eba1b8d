import { expect, it } from 'vitest'
import { drawReportCharts } from '../../../src/charts/report-charts'
import { asArchitecture } from '../../../src/contract/architecture-schema'
import { fusedFloor } from '../../../src/core/analysis/floor/floor'
import { buildReport } from '../../../src/core/report/report'
import { reportHtml } from '../../../src/core/report/render/report-html'
import { reportJson } from '../../../src/core/report/render/report-json'
import { USUAL_CHOICE } from '../../../src/core/units/units'
import { explore } from '../../support/explore'
import { preset } from '../../support/fusion'
import { aProject } from '../../support/project'

const workload = preset('ffn-32k-4k-16k')
const exploration = explore(workload, { fuse: 'always' })

it('a report draws the floor, says how tight the curve is at the chosen buffer, and lists it at every point', async () => {
  const architecture = asArchitecture((await aProject()).architecture)
  const report = buildReport({
    title: 'FFN',
    workloadTitle: 'FFN',
    workload,
    exploration,
    architecture,
    strategy: 'fused',
    bufferShare: null,
    designs: [],
    unitChoice: USUAL_CHOICE,
  })
  if (!report.ok) throw new Error(JSON.stringify(report.error))
  const charts = drawReportCharts(report.value)
  expect(charts.skiSlope).toContain('floor, unfused')
  const html = reportHtml(report.value, charts, '2026-01-01')
  expect(html).toMatch(/the curve is at [\d.]+ [MG]iB \(\d\.\d+x floor\)\. Floor: any order, any tiling/)
  expect(html).toContain('Over its floor')
  const json = JSON.parse(reportJson(report.value)) as {
    points: { floor_bytes: number; backing_store_bytes: number }[]
    readings: { floor_at_current_bytes: number }
  }
  expect(json.readings.floor_at_current_bytes).toBe(
    fusedFloor(workload.einsums, 'halo')(report.value.current.buffer).bytes,
  )
  expect(json.points.every((point) => point.floor_bytes <= point.backing_store_bytes)).toBe(true)
})
