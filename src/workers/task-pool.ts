import { availableParallelism } from 'node:os'
import type { Task } from '../core/mappers/mapper'
import { err, ok, type Result } from '../core/support/result'
import { cancelledFault, isAbort } from './cancelled'
import { runInLanes, type RunOptions, type TaskRunner } from './task-runner'
import { isWorkerDeath, WorkerPool, type PoolOptions } from './worker-pool'

/** If a task's worker dies this often, the search is given up. */
const MOST_ATTEMPTS = 3
const LARGEST_HEAP_MIB = 1024

/** A search whose workers keep dying. It is neither the user's mistake nor a bug in the engine. */
class WorkersLost extends Error {}

/** A runner whose threads can be started before the first search is asked for. */
export interface TaskPool extends TaskRunner {
  warm(): void
  /** Number of threads that are there now. */
  readonly size: number
}

/**
 * A pool of worker threads for `task.worker`. Every search runs there, however small: nobody knows for certain how long
 * one takes. Cancelling returns at once. A worker that dies is reported and replaced, and its task is run again.
 */
export function taskPool(
  workerFile: string,
  threads = availableParallelism(),
  options: Pick<PoolOptions, 'graceMs'> = {},
): TaskPool {
  const closing = new AbortController()
  const pool = new WorkerPool({ file: workerFile, threads, heapMiB: LARGEST_HEAP_MIB, ...options })

  async function runInWorker<Part>(
    task: Task,
    { onWorkerLost }: RunOptions,
    signal: AbortSignal,
  ): Promise<Part> {
    for (let attempt = 1; ; attempt++) {
      try {
        return (await pool.run(task, signal)) as Part
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
    warm: () => pool.warm(),
    get size() {
      return pool.size
    },
    run: <Part>(tasks: readonly Task[], options: RunOptions, onPart?: (part: Part) => void) => {
      const signal = AbortSignal.any([closing.signal, ...(options.signal ? [options.signal] : [])])
      return orFault(signal, () =>
        runInLanes<Part>(tasks, threads, { ...options, signal }, onPart, (task) =>
          runInWorker(task, options, signal),
        ),
      )
    },
    async close() {
      closing.abort()
      await pool.close()
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
