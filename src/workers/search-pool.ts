import { availableParallelism } from 'node:os'
import { Piscina } from 'piscina'
import { assembleBound, type SearchPart, type SearchTask } from '../core/bound/search-plan'
import { err, ok } from '../core/support/result'
import { cancelledFault, isAbort } from './cancelled'
import { inProcessRunner } from './in-process-runner'
import { runTasks, type RunOptions, type SearchRunner } from './search-runner'

/** Below this many mappings a search is over before a thread has started. */
const SMALL_SEARCH = 200_000
/** A task whose worker dies this often takes the search down with it. */
const MOST_ATTEMPTS = 3

/** A search whose workers keep dying: no one's mistake, and not to be mistaken for a bug in the window. */
class WorkersLost extends Error {}

/**
 * A pool of worker threads over `search.worker`. Cancelling ends the threads that are at work; a worker that dies is
 * reported, replaced, and its task run again.
 */
export function searchPool(workerFile: string, threads = availableParallelism()): SearchRunner {
  const pool = new Piscina({
    filename: workerFile,
    minThreads: 0,
    maxThreads: threads,
    idleTimeout: 30_000,
    concurrentTasksPerWorker: 1,
  })
  // Deaths of idle workers surface here; a task's own rejection tells of the others.
  pool.on('error', () => undefined)
  const small = inProcessRunner()

  const runTask = async (task: SearchTask, { signal, onWorkerLost }: RunOptions): Promise<SearchPart> => {
    for (let attempt = 1; ; attempt++) {
      try {
        return (await pool.run(task, signal ? { signal } : {})) as SearchPart
      } catch (error) {
        if (isAbort(error, signal)) throw error
        const message = error instanceof Error ? error.message : String(error)
        onWorkerLost?.(`A worker searching ${task.label} was lost (${message}); its part is searched again`)
        if (attempt === MOST_ATTEMPTS) throw new WorkersLost(message)
      }
    }
  }

  return {
    threads,
    async run(plan, options = {}) {
      if (plan.totalCost < SMALL_SEARCH) return small.run(plan, options)
      const started = performance.now()
      try {
        const parts = await runTasks(plan.tasks, threads, options, (task) => runTask(task, options))
        return ok({ ...assembleBound(plan, parts), elapsedMs: performance.now() - started })
      } catch (error) {
        if (isAbort(error, options.signal)) return cancelledFault(options.signal)
        if (!(error instanceof WorkersLost)) throw error
        return err([
          {
            code: 'workers-lost',
            path: '',
            message: `The search was given up: its workers kept dying (${error.message})`,
            mend: 'close other programs to free memory, or search with perfect factors',
          },
        ])
      }
    },
    close: () => pool.close({ force: true }),
  }
}
