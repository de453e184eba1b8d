import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { writeFile } from 'node:fs/promises'
import { oiMesaOption } from '../charts/oi-mesa-option'
import { performanceMesaOption } from '../charts/performance-mesa-option'
import { strategyLook } from '../charts/overlays'
import { reductionOption } from '../charts/reduction-option'
import { renderSvg } from '../charts/render-svg'
import { tensorTrafficOption } from '../charts/tensor-traffic-option'
import { tornadoOption } from '../charts/tornado-option'
import { skiSlopeOption } from '../charts/ski-slope-option'
import { lightTheme } from '../charts/theme'
import type { BufferMark } from '../charts/marks'
import { asArchitecture } from '../contract/architecture-schema'
import type { reportFormats } from '../contract/messages'
import { workloadTitle } from '../contract/llm-shape'
import type { Project } from '../contract/project-file'
import { mesaVertices } from '../core/analysis/performance-mesa'
import { boundCsv, fusionCsv, mesaCsv } from '../core/report/tables/csv'
import { segmentationText, segmentsAt, slopeOf } from '../core/mappers/chain-fusion/read-fusion'
import { buildReport, type NamedDesign, type Report } from '../core/report/report'
import { reportHtml, type ReportCharts } from '../core/report/render/report-html'
import { exactTrafficOfReport, reportJson } from '../core/report/render/report-json'
import { ok, type Result } from '../core/support/result'
import type { Explored, Explorer } from '../workers/explorer'
import { writeAtomic } from './atomic-write'

export type ReportFormat = (typeof reportFormats)[number]

/** Prints a self-contained HTML file to PDF, or says why it cannot. */
export type PdfPrinter = (html: string, pdf: string) => Promise<Result<true, string>>

export interface ReportRequest {
  readonly project: Project
  readonly directory: string
  readonly formats: readonly ReportFormat[]
  readonly explorer: Explorer
  readonly printPdf: PdfPrinter
  readonly signal?: AbortSignal
}

/** What a report is made from. */
export type ReportSource = Pick<ReportRequest, 'project' | 'explorer' | 'signal'>

/** The page of a project's report, for a look at it before it is written. */
export async function previewReport(source: ReportSource): Promise<Result<string>> {
  const made = await makeReport(source)
  return made.ok ? ok(made.value.html) : made
}

/** Searches a project and its designs, and reads and draws its report. */
async function makeReport(
  request: ReportSource,
): Promise<Result<{ report: Report; charts: ReportCharts; html: string }>> {
  const { project } = request
  const found = await exploreDesign(request, project)
  if (!found.ok) return found
  const { strategy } = project.fusion
  const designs: NamedDesign[] = []
  for (const design of project.designs) {
    const explored = await exploreDesign(request, design)
    if (!explored.ok) return explored
    designs.push({
      ...explored.value,
      name: design.name,
      workloadTitle: workloadTitle(explored.value.workload.name, design.workload.text),
      weight: design.weight,
      architecture: asArchitecture(design.architecture),
      strategy: design.fusion.strategy,
      bufferShare: design.bufferShare,
    })
  }
  const built = buildReport({
    title: project.name,
    workloadTitle: workloadTitle(found.value.workload.name, project.workload.text),
    architecture: asArchitecture(project.architecture),
    ...found.value,
    designs,
    strategy,
    bufferShare: project.bufferShare,
    unitChoice: project.settings.units,
  })
  if (!built.ok) return built
  const report = built.value
  const charts = drawCharts(report)
  const html = reportHtml(report, charts, new Date().toISOString().slice(0, 10))
  return ok({ report, charts, html })
}

/** Searches, reads and writes a project's report. Each file is written whole or not at all; notes say what was left out. */
export async function writeReport(
  request: ReportRequest,
): Promise<Result<{ files: string[]; notes: string[] }>> {
  const { formats } = request
  const made = await makeReport(request)
  if (!made.ok) return made
  const { report, charts, html } = made.value
  const contents: Partial<
    Record<ReportFormat, readonly (readonly [name: string, content: string | Buffer])[]>
  > = {
    html: [['report.html', html]],
    csv: [
      ['points.csv', pointsCsv(report)],
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

/** Searches a design, or the project itself. */
const exploreDesign = (
  { explorer, signal }: ReportSource,
  {
    workload: { text },
    search,
    fusion: { execution, along },
  }: Pick<Project, 'workload' | 'search' | 'fusion'>,
): Promise<Result<Explored>> =>
  explorer.explore(text, { ...search, execution, along }, signal ? { signal } : {})

function pointsCsv(report: Report): string {
  const { bound, fusion, strategy } = report
  const exact = exactTrafficOfReport(report)
  if (fusion === null) return boundCsv(bound, undefined, exact)
  const segmentation = (buffer: number) => segmentationText(segmentsAt(fusion, strategy, buffer))
  return fusionCsv(slopeOf(fusion, strategy), { segmentation, mapping: undefined, exact })
}

function drawCharts(report: Report): ReportCharts {
  const { slope, architecture, budget, curve, best, strategy, fusion, comparison } = report
  const marks: BufferMark[] = architecture.levels.map(({ name, capacity }) => ({
    label: name,
    bufferBytes: capacity,
    kind: 'level',
  }))
  const theme = { ...lightTheme, units: report.units }
  const size = { width: 880, height: 380 }
  const curves = comparison.map((figures) => ({
    strategy: figures.strategy,
    look: strategyLook(figures.strategy, theme),
    curve: slopeOf(fusion!, figures.strategy),
    macs: slope.macs,
    best: figures.best,
  }))
  const overlays = curves.filter((other) => other.strategy !== strategy)
  const chart = { slope, theme, marks, look: strategyLook(strategy, theme), overlays }
  return {
    skiSlope: renderSvg(skiSlopeOption(chart), size, 'ski-slope'),
    oiMesa: renderSvg(oiMesaOption(chart), size, 'oi-mesa'),
    performanceMesa: renderSvg(
      performanceMesaOption({
        curve,
        budget,
        best,
        theme,
        look: chart.look,
        overlays: overlays.map((other) => ({ ...other, curve: mesaVertices(other.curve, budget) })),
      }),
      size,
      'performance-mesa',
    ),
    tensors: renderSvg(tensorTrafficOption({ traffic: report.tensors, theme }), size, 'tensors'),
    tornado:
      report.sensitivities.length === 0
        ? null
        : renderSvg(
            tornadoOption({ sensitivities: report.sensitivities, color: chart.look.color, theme }),
            { width: 880, height: 260 },
            'tornado',
          ),
    reduction:
      curves.length < 2
        ? null
        : renderSvg(
            reductionOption({
              unfused: fusion!.strategies.unfused,
              strategies: curves.filter((other) => other.strategy !== 'unfused'),
              theme,
            }),
            size,
            'reduction',
          ),
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
