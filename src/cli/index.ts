import { CommanderError, Command } from 'commander'
import taskWorker from '../workers/task.worker?modulePath'
import { describeFault } from '../core/support/result'
import readingWorker from '../files/reading.worker?modulePath'
import { fileFault } from '../files/file-faults'
import { addBoundCommand } from './bound'
import { createContext } from './context'
import { Exit, EXIT } from './exit'
import { addEvaluateCommand } from './evaluate'
import { addExportCommand } from './export'
import { addFuseCommand } from './fuse'
import { addMapCommand } from './map'
import { addMesaCommand } from './mesa'
import { addPresetsCommand } from './presets'
import { addReportCommand } from './report'
import { addReproduceCommand } from './reproduce'

/** After this time an interrupted command ends without waiting for the rest. */
const PATIENCE_MS = 800

async function main(): Promise<number> {
  const interruption = new AbortController()
  const interrupt = () => {
    interruption.abort()
    setTimeout(() => process.exit(EXIT.interrupted), PATIENCE_MS).unref()
  }
  process.once('SIGINT', interrupt)
  process.once('SIGTERM', interrupt)
  // A reader that has seen enough (`| head`) is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXIT.done)
    const [fault] = fileFault(error, 'standard output').error
    const hint = 'free some space, or send the output elsewhere'
    process.stderr.write(`piste: ${describeFault({ ...fault!, hint })}\n`)
    process.exit(EXIT.failed)
  })
  // Whoever does not hear what is said still gets the status.
  process.stderr.on('error', () => undefined)

  const context = createContext({ tasks: taskWorker, reading: readingWorker }, interruption.signal)
  const program = new Command('piste')
    .description('Data-movement bounds of tensor algorithms, and the SRAM-to-MAC trade-off they imply')
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(`piste: ${text.replace(/^error: /, '')}`) })
    .showHelpAfterError('(piste --help lists what there is)')
  for (const add of [
    addBoundCommand,
    addFuseCommand,
    addMapCommand,
    addMesaCommand,
    addReportCommand,
    addReproduceCommand,
  ])
    add(program, context)
  for (const command of program.commands)
    command.hook('preAction', () => context.warm(command.opts<{ threads?: number }>().threads))
  for (const add of [addEvaluateCommand, addExportCommand, addPresetsCommand]) add(program, context)
  for (const command of program.commands) command.exitOverride().showHelpAfterError(false)
  program.showHelpAfterError(false)
  try {
    await program.parseAsync()
    return EXIT.done
  } catch (error) {
    if (interruption.signal.aborted) return EXIT.interrupted
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.wrongInput
    if (!(error instanceof Exit)) throw error
    context.say(error.message)
    return error.status
  } finally {
    await context.close()
  }
}

main().then(
  (status) => {
    process.exitCode = status
  },
  (error: unknown) => {
    process.stderr.write(
      `piste: internal error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    )
    process.exitCode = EXIT.failed
  },
)
