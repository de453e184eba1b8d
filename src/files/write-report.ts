import { readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { drawReportCharts } from '../charts/report-charts'
import type { reportFormats } from '../contract/messages'
import { reportHtml, type ReportCharts } from '../core/report/render/report-html'
import { reportJson } from '../core/report/render/report-json'
import { buildReport, type Report, type ReportInputs } from '../core/report/report'
import { mesaCsv } from '../core/report/tables/csv'
import { pointRows, pointsCsv } from '../core/report/tables/points'
import { ok, type Result } from '../core/support/result'
import { writeAtomic } from './atomic-write'
import { removeTemporary, temporaryFolder } from './left-overs'

export type ReportFormat = (typeof reportFormats)[number]

/** Prints a self-contained HTML file to PDF, or says why it cannot. */
export type PdfPrinter = (html: string, pdf: string) => Promise<Result<true, string>>

export interface ReportRequest {
  /** What was found for the project and its designs. */
  readonly inputs: ReportInputs
  readonly directory: string
  readonly formats: readonly ReportFormat[]
  readonly printPdf: PdfPrinter
}

/** The page of a report, for a look at it before it is written. */
export function previewReport(inputs: ReportInputs): Result<string> {
  const made = makeReport(inputs)
  return made.ok ? ok(made.value.html) : made
}

/** Reads and draws a report. */
function makeReport(inputs: ReportInputs): Result<{ report: Report; charts: ReportCharts; html: string }> {
  const report = buildReport(inputs)
  if (!report.ok) return report
  const charts = drawReportCharts(report.value)
  const html = reportHtml(report.value, charts, new Date().toISOString().slice(0, 10))
  return ok({ report: report.value, charts, html })
}

/** Reads and writes a report. Each file is written whole or not at all; notes say what was left out. */
export async function writeReport(
  request: ReportRequest,
): Promise<Result<{ files: string[]; notes: string[] }>> {
  const { formats } = request
  const made = makeReport(request.inputs)
  if (!made.ok) return made
  const { report, charts, html } = made.value
  const contents: Partial<
    Record<ReportFormat, readonly (readonly [name: string, content: string | Buffer])[]>
  > = {
    html: [['report.html', html]],
    csv: [
      ['points.csv', pointsCsv(pointRows(report))],
      ['mesa.csv', mesaCsv(report.curve)],
    ],
    json: [['report.json', reportJson(report)]],
    svg: [
      ['ski-slope.svg', charts.skiSlope],
      ['oi-mesa.svg', charts.oiMesa],
      ['performance-mesa.svg', charts.performanceMesa],
      ['traffic-by-tensor.svg', charts.tensors],
      ...(charts.tornado === null ? [] : [['sensitivity.svg', charts.tornado] as const]),
      ...(charts.reduction === null ? [] : [['fusion-reduction.svg', charts.reduction] as const]),
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

async function printed(html: string, printPdf: PdfPrinter): Promise<Result<Buffer, string>> {
  const folder = await temporaryFolder(tmpdir(), 'report')
  try {
    const page = join(folder, 'report.html')
    const pdf = join(folder, 'report.pdf')
    await writeFile(page, html)
    const done = await printPdf(page, pdf)
    return done.ok ? ok(await readFile(pdf)) : done
  } finally {
    await removeTemporary(folder)
  }
}
