import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { writeFile } from 'node:fs/promises'
import { oiMesaOption } from '../charts/oi-mesa-option'
import { performanceMesaOption } from '../charts/performance-mesa-option'
import { renderSvg } from '../charts/render-svg'
import { skiSlopeOption } from '../charts/ski-slope-option'
import { lightTheme } from '../charts/theme'
import type { BufferMark } from '../charts/marks'
import { asArchitecture } from '../contract/architecture-schema'
import type { reportFormats } from '../contract/messages'
import type { Project } from '../contract/project-file'
import { parseWorkloadText } from '../contract/workload-file'
import { planSearch } from '../core/bound/search-plan'
import { boundCsv, mesaCsv } from '../core/report/csv'
import { buildReport, type Report } from '../core/report/report'
import { reportHtml, type ReportCharts } from '../core/report/report-html'
import { reportJson } from '../core/report/report-json'
import { ok, type Result } from '../core/support/result'
import type { SearchRunner } from '../workers/search-runner'
import { writeAtomic } from './atomic-write'

export type ReportFormat = (typeof reportFormats)[number]

/** Prints a self-contained HTML file to PDF, or says why it cannot. */
export type PdfPrinter = (html: string, pdf: string) => Promise<Result<true, string>>

export interface ReportRequest {
  readonly project: Project
  readonly directory: string
  readonly formats: readonly ReportFormat[]
  readonly runner: SearchRunner
  readonly printPdf: PdfPrinter
  readonly signal?: AbortSignal
}

/** Searches, reads and writes a project's report. Each file is written whole or not at all; notes say what was left out. */
export async function writeReport(
  request: ReportRequest,
): Promise<Result<{ files: string[]; notes: string[] }>> {
  const { project, formats } = request
  const workload = parseWorkloadText(project.workload.text)
  if (!workload.ok) return workload
  const plan = planSearch(workload.value, project.search)
  if (!plan.ok) return plan
  const bound = await request.runner.run(plan.value, request.signal ? { signal: request.signal } : {})
  if (!bound.ok) return bound
  const report = buildReport({
    title: project.name,
    workload: workload.value,
    architecture: asArchitecture(project.architecture),
    bound: bound.value,
    bufferShare: project.bufferShare,
  })
  const charts = drawCharts(report)
  const html = reportHtml(report, charts, new Date().toISOString().slice(0, 10))

  const contents: Partial<
    Record<ReportFormat, readonly (readonly [name: string, content: string | Buffer])[]>
  > = {
    html: [['report.html', html]],
    csv: [
      ['points.csv', boundCsv(report.bound)],
      ['mesa.csv', mesaCsv(report.curve)],
    ],
    json: [['report.json', reportJson(report)]],
    svg: [
      ['ski-slope.svg', charts.skiSlope],
      ['oi-mesa.svg', charts.oiMesa],
      ['performance-mesa.svg', charts.performanceMesa],
    ],
  }
  const notes: string[] = []
  if (formats.includes('pdf')) {
    const pdf = await printed(html, request.printPdf)
    if (pdf.ok) contents.pdf = [['report.pdf', pdf.value]]
    else notes.push(`no PDF was made: ${pdf.error}`)
  }

  const files: string[] = []
  for (const [name, content] of formats.flatMap((format) => contents[format] ?? [])) {
    const file = resolve(request.directory, name)
    const written = await writeAtomic(file, content)
    if (!written.ok) return written
    files.push(file)
  }
  return ok({ files, notes })
}

function drawCharts({ bound, architecture, budget, curve, best }: Report): ReportCharts {
  const marks: BufferMark[] = architecture.levels.map(({ name, capacity }) => ({
    label: name,
    bufferBytes: capacity,
    kind: 'level',
  }))
  const theme = lightTheme
  const size = { width: 880, height: 380 }
  return {
    skiSlope: renderSvg(skiSlopeOption({ slope: bound, theme, marks }), size),
    oiMesa: renderSvg(oiMesaOption({ slope: bound, theme, marks }), size),
    performanceMesa: renderSvg(performanceMesaOption({ curve, budget, best, theme }), size),
  }
}

async function printed(html: string, printPdf: PdfPrinter): Promise<Result<Buffer, string>> {
  const folder = await mkdtemp(join(tmpdir(), 'piste-report-'))
  try {
    const page = join(folder, 'report.html')
    const pdf = join(folder, 'report.pdf')
    await writeFile(page, html)
    const done = await printPdf(page, pdf)
    return done.ok ? ok(await readFile(pdf)) : done
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
