import type { Command } from 'commander'
import { err } from '../core/support/result'
import { formatNumber } from '../core/units/format'
import type { Context } from './context'
import { optionFault, orExit } from './exit'

export function addReproduceCommand(program: Command, context: Context): void {
  program
    .command('reproduce')
    .description('the figures of the paper, computed again: SVG and CSV, each with a line on how it agrees')
    .option('-o, --output <folder>', 'where to write them', 'reproduced')
    .action(async ({ output }: { output: string }) => {
      if (output.trim() === '')
        orExit(
          err([
            optionFault('--output', 'No folder is named', '', 'name a folder to write to, or leave it out'),
          ]),
        )
      // The drawing library is loaded only by the commands that draw.
      const { writeFigures } = await import('../files/reproduce/write-figures')
      const began = performance.now()
      const { figures, files } = orExit(
        await writeFigures(output, context.explorer(undefined), context.signal),
      )
      for (const { number, title, agreement } of figures)
        context.print(`Fig. ${number}: ${title}\n  ${agreement}\n`)
      const seconds = formatNumber((performance.now() - began) / 1000, 3)
      context.print(`${figures.length} figures, ${files.length} files in ${output}, ${seconds} s\n`)
    })
}
