import type { Command } from 'commander'
import { newProject } from '../contract/new-project'
import type { Project } from '../contract/project-file'
import { reportFormats } from '../contract/messages'

import { fullOnly } from '../core/mappers/strategy'
import { err } from '../core/support/result'
import { readText } from '../files/read-text'
import type { ReportFormat } from '../files/write-report'
import { systemPdfPrinter } from '../files/system-pdf-printer'
import { exploreProject } from '../workers/explore-project'
import type { Context } from './context'
import { optionFault, orExit } from './exit'
import { parseAlong, withFusionOptions, withStrategy, type FusionFlags } from './fusion-options'
import { loadWorkload } from './load-workload'
import { refuseGiven } from './refuse-unused'
import {
  architectureOf,
  withArchitecture,
  withSearchOptions,
  type ArchitectureOptions,
  type CommonOptions,
} from './options'

interface ReportOptions extends CommonOptions, ArchitectureOptions, FusionFlags {
  readonly output: string
  readonly format: never
  readonly formats: string
}

export function addReportCommand(program: Command, context: Context): void {
  const command = program
    .command('report <workload-or-project>')
    .description('a report that anyone can open: HTML, PDF, CSV, JSON, SVG')
    .requiredOption('-o, --output <folder>', 'where to write it')
    .option('--format <formats>', 'which of html,pdf,csv,json,svg', reportFormats.join(','))
  withSearchOptions(withArchitecture(withFusionOptions(withStrategy(command)))).action(
    async (name: string, options: Omit<ReportOptions, 'format'> & { format: string }) => {
      const formats = orExit(parseFormats(options.format))
      if (options.output.trim() === '') orExit(err([noFolder]))
      if (name.endsWith('.piste'))
        refuseGiven(
          command,
          command.options
            .map((option) => option.attributeName())
            .filter((option) => !OF_REPORTS.includes(option)),
          'A project has its own workload, architecture and search, so this has no effect',
          'leave it out, or change it in the project',
        )
      const project = name.endsWith('.piste')
        ? orExit(await context.reader.project(orExit(await readText(name)), name, context.signal))
        : await projectOf(name, options, context)
      const inputs = orExit(await exploreProject(context.explorer(options.threads), project, context.signal))
      // The drawing library is loaded only by the commands that draw.
      const { writeReport } = await import('../files/write-report')
      const { files, notes } = orExit(
        await writeReport({
          inputs,
          directory: options.output,
          formats,
          printPdf: systemPdfPrinter,
        }),
      )
      for (const note of notes) context.say(`piste: ${note}`)
      for (const file of files) context.print(`${file}\n`)
    },
  )
}

/** Options that say how a report is made, not what is in it. */
const OF_REPORTS = ['output', 'format', 'threads']

const noFolder = optionFault(
  '--output',
  'No folder is named',
  '',
  'name a folder to write to, such as -o report',
)

function parseFormats(text: string) {
  const names = text.split(',').map((name) => name.trim())
  const wrong = names.find((name) => !reportFormats.some((format) => format === name))
  return wrong === undefined
    ? ({ ok: true, value: names as ReportFormat[] } as const)
    : err([
        optionFault('--format', 'There is no such format', wrong, `choose from ${reportFormats.join(', ')}`),
      ])
}

/** A workload as a project: the default architecture with the command line's parameters, at the best share. */
async function projectOf(
  name: string,
  options: Omit<ReportOptions, 'format' | 'output'>,
  context: Context,
): Promise<Project> {
  if (options.strategy === 'fused' && options.mapspace === 'paper') orExit(err([fullOnly]))
  const presets = await context.presets()
  const { workload, text, preset } = await loadWorkload(name, options, context)
  const architecture = await architectureOf(options, presets)
  return {
    ...newProject(presets),
    name: workload.name,
    workload: { preset, text },
    architecture: { ...architecture, levels: [...architecture.levels] },
    search: { mapspace: options.mapspace, factors: options.factors },
    fusion: {
      strategy: options.strategy ?? 'fused',
      execution: options.execution,
      along: parseAlong(options.along ?? []),
      recompute: 'halo',
    },
  }
}
