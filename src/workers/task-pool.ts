import { availableParallelism } from 'node:os'
import { Piscina } from 'piscina'
import type { Task } from '../core/mappers/mapper'
import { err, ok, type Result } from '../core/support/result'
import { cancelledFault, isAbort } from './cancelled'
import { inProcessRunner } from './in-process-runner'
import { costOf, runInLanes, type RunOptions, type TaskRunner } from './task-runner'

/** A search of fewer mappings ends before a thread has started. */
const SMALL = 200_000
/** If a task's worker dies this often, the search is given up. */
const MOST_ATTEMPTS = 3
/** A worker that needs more heap dies alone, and the rest of the program keeps its memory. */
const LARGEST_HEAP_MIB = 1024

/** A search whose workers keep dying. It is neither the user's mistake nor a bug in the engine. */
class WorkersLost extends Error {}

/**
 * A pool of worker threads for `task.worker`. Cancelling returns at once and ends the busy threads. A worker that
 * dies is reported and replaced, and its task is run again.
 */
export function taskPool(workerFile: string, threads = availableParallelism()): TaskRunner {
  let started: Piscina | undefined
  const closing = new AbortController()
  const small = inProcessRunner()

  /** Threads start with the first work that is large enough. */
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

/**
 * The result of the work, or a fault if it was cancelled or ran out of workers. Any other error is a bug and is
 * thrown.
 */
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
    // Piscina starts only the minimum again when a cancelled search ends all threads. With a minimum of zero, queued
    // tasks of another search would wait forever.
    minThreads: 1,
    maxThreads: threads,
    idleTimeout: 30_000,
    concurrentTasksPerWorker: 1,
    resourceLimits: { maxOldGenerationSizeMb: LARGEST_HEAP_MIB },
  })
  // Deaths of idle workers are reported here; a task's own rejection reports the others.
  pool.on('error', () => undefined)
  return pool
}

/** Whether a thread ended during its task, or could not get memory. Any other error is the task's own, and a bug. */
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
