import { Option, type Command } from 'commander'
import { exportAccelForge } from '../contract/exchange/accelforge'
import { exportTimeloopProblem } from '../contract/exchange/timeloop-problem'
import { err } from '../core/support/result'
import type { Context } from './context'
import { optionFault, orExit } from './exit'
import { loadWorkload } from './load-workload'
import { refuseGiven, refuseUnusedSource } from './refuse-unused'
import { withExpression, withLlmShapeOptions, type WorkloadOptions } from './options'

interface ExportOptions extends WorkloadOptions {
  readonly to: 'piste' | 'accelforge' | 'timeloop'
}

/** Writes a workload from any source in the dialect of Piste or another tool. */
export function addExportCommand(program: Command, context: Context): void {
  const command = program
    .command('export [workload]')
    .description(
      'a workload as YAML for Piste, AccelForge or Timeloop, from a preset or any file that Piste reads',
    )
    .addOption(
      new Option('--to <tool>', 'whose dialect to write')
        .choices(['piste', 'accelforge', 'timeloop'])
        .default('piste'),
    )
    .option('--bits <bits>', 'bits per value: 8, or A=8,Z=16')
  withLlmShapeOptions(withExpression(command)).action(
    async (name: string | undefined, options: ExportOptions) => {
      refuseUnusedSource(command, name)
      if (options.to === 'piste')
        refuseGiven(
          command,
          ['einsum'],
          'A workload in Piste’s own dialect is written whole',
          'leave it out, or write for another tool with --to',
        )
      const { workload, text } = await loadWorkload(name, options, context)
      if (options.to === 'piste') context.print(text)
      else if (options.to === 'accelforge') context.print(exportAccelForge(workload))
      else {
        const [einsum, ...others] = workload.einsums
        if (others.length > 0)
          orExit(
            err([
              optionFault(
                '--einsum',
                'A Timeloop problem is one Einsum, and the workload has several',
                workload.name,
                `choose one of ${workload.einsums.map((one) => one.name).join(', ')}`,
              ),
            ]),
          )
        context.print(orExit(exportTimeloopProblem(einsum!)))
      }
    },
  )
}
