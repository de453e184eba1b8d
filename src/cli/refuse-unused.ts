import type { Command } from 'commander'
import { isOfPaper, type Strategy } from '../core/mappers/strategy'
import { err } from '../core/support/result'
import { optionFault, orExit } from './exit'

/** Whether an option was given, by its name in code; what has a default is not thereby given. */
export const isGiven = (command: Command, name: string): boolean =>
  command.getOptionValueSource(name) === 'cli'

/**
 * Ends the command if one of these options was given: it would have no effect beside what stands before it. `names` are
 * those of code; faults name the flag.
 */
export function refuseGiven(command: Command, names: readonly string[], why: string, hint: string): void {
  for (const option of command.options) {
    const name = option.attributeName()
    if (!names.includes(name) || !isGiven(command, name)) continue
    orExit(err([optionFault(option.long ?? name, why, String(command.getOptionValue(name)), hint)]))
  }
}

/** Options of a workload from a preset or file, which say nothing about an Einsum that is written out. */
const OF_SOURCES = ['einsum', 'phase', 'batch', 'length', 'dimension']

/** Ends the command if options contradict one another about what the workload is. */
export function refuseUnusedSource(command: Command, name: string | undefined): void {
  if (!isGiven(command, 'expr')) {
    refuseGiven(
      command,
      ['rank'],
      'Sizes of ranks are given only for an Einsum of --expr',
      'set rank_sizes in a file (piste export writes one), or write the Einsum with --expr',
    )
    return
  }
  if (name !== undefined)
    orExit(
      err([
        optionFault(
          '--expr',
          'The workload is given twice, as an Einsum and by name',
          name,
          'leave one of the two out',
        ),
      ]),
    )
  refuseGiven(
    command,
    OF_SOURCES,
    'The workload is the Einsum of --expr, to which this does not apply',
    'leave it out, or name a preset or a file instead of --expr',
  )
}

/** Ends the command if members of segments are to work at once where no segment has several. */
export function refuseIdleExecution(command: Command, strategy: Strategy): void {
  if (isOfPaper(strategy) && strategy !== 'untiled') return
  refuseGiven(
    command,
    ['execution', 'along'],
    `Under the strategy ${strategy} the paper's chains are not tiled together, so this changes nothing`,
    'leave it out, or give --strategy segmented',
  )
}
