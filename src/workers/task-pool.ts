import { availableParallelism } from 'node:os'
import { Piscina } from 'piscina'
import type { Task } from '../core/mappers/mapper'
import { err, ok, type Result } from '../core/support/result'
import { cancelledFault, isAbort } from './cancelled'
import { inProcessRunner } from './in-process-runner'
import { costOf, runInLanes, type RunOptions, type TaskRunner } from './task-runner'

/** Below this many mappings a search is over before a thread has started. */
const SMALL = 200_000
/** A task whose worker dies this often takes the search down with it. */
const MOST_ATTEMPTS = 3
/** A worker that wants more heap dies alone, and early enough to leave the program its memory. */
const LARGEST_HEAP_MIB = 1024

/** A search whose workers keep dying: no one's mistake, and not to be mistaken for a bug in the engine. */
class WorkersLost extends Error {}

/**
 * A pool of worker threads over `task.worker`. Cancelling answers at once and ends the threads that are at work; a
 * worker that dies is reported, replaced, and its task run again.
 */
export function taskPool(workerFile: string, threads = availableParallelism()): TaskRunner {
  let started: Piscina | undefined
  const closing = new AbortController()
  const small = inProcessRunner()

  /** Threads are started by the first work that is worth one. */
  const pool = (): Piscina => (started ??= newPool(workerFile, threads))

  async function runInWorker<Part>(
    task: Task,
    { onWorkerLost }: RunOptions,
    signal: AbortSignal,
  ): Promise<Part> {
    for (let attempt = 1; ; attempt++) {
      try {
        return (await pool().run(task, { signal })) as Part
      } catch (error) {
        if (isAbort(error, signal) || !isWorkerDeath(error)) throw error
        if (attempt === MOST_ATTEMPTS) throw new WorkersLost(error.message, { cause: error })
        onWorkerLost?.(
          `A worker searching ${task.label} was lost (${error.message}); its part is searched again`,
        )
      }
    }
  }

  return {
    threads,
    run: <Part>(tasks: readonly Task[], options: RunOptions, onPart?: (part: Part) => void) => {
      const signal = AbortSignal.any([closing.signal, ...(options.signal ? [options.signal] : [])])
      if (costOf(tasks) < SMALL) return small.run(tasks, { ...options, signal }, onPart)
      return orFault(signal, () =>
        runInLanes<Part>(tasks, threads, { ...options, signal }, onPart, (task) =>
          runInWorker(task, options, signal),
        ),
      )
    },
    async close() {
      closing.abort()
      await started?.destroy()
    },
  }
}

/** What work comes to, or why it came to nothing: called off, or out of workers. Anything else is a bug and thrown. */
async function orFault<T>(signal: AbortSignal, work: () => Promise<T>): Promise<Result<T>> {
  try {
    return ok(await work())
  } catch (error) {
    if (isAbort(error, signal)) return cancelledFault(signal)
    if (!(error instanceof WorkersLost)) throw error
    return err([
      {
        code: 'workers-lost',
        path: '',
        message: `The search was given up: its workers kept dying (${error.message})`,
        hint: 'close other programs to free memory, or search with perfect factors',
      },
    ])
  }
}

function newPool(workerFile: string, threads: number): Piscina {
  const pool = new Piscina({
    filename: workerFile,
    // Piscina refills only to the minimum when a cancelled search takes all threads with it; at zero, the tasks of
    // another search that wait in its queue would wait for ever.
    minThreads: 1,
    maxThreads: threads,
    idleTimeout: 30_000,
    concurrentTasksPerWorker: 1,
    resourceLimits: { maxOldGenerationSizeMb: LARGEST_HEAP_MIB },
  })
  // Deaths of idle workers surface here; a task's own rejection tells of the others.
  pool.on('error', () => undefined)
  return pool
}

/** Whether a thread ended under its task, or could not get memory; any other error is the task's own, and a bug. */
function isWorkerDeath(error: unknown): error is Error {
  if (!(error instanceof Error)) return false
  const code = 'code' in error ? error.code : undefined
  return (
    code === 'ERR_WORKER_OUT_OF_MEMORY' ||
    code === 'ERR_WORKER_INIT_FAILED' ||
    error.message.startsWith('worker exited') ||
    (error.name === 'RangeError' && error.message.includes('allocation failed'))
  )
}
