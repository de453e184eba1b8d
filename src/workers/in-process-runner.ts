import { assembleBound, runSearchTask } from '../core/bound/search-plan'
import { ok } from '../core/support/result'
import { cancelledFault, isAbort } from './cancelled'
import { runTasks, type SearchRunner } from './search-runner'

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** The pool's twin without threads: for small searches, where a thread costs more than it saves, and for tests. */
export function inProcessRunner(): SearchRunner {
  return {
    threads: 1,
    async run(plan, options = {}) {
      const started = performance.now()
      try {
        const parts = await runTasks(plan.tasks, 1, options, async (task) => {
          // Lets cancellation and other messages in between tasks.
          if (plan.tasks.length > 1) await nextTurn()
          options.signal?.throwIfAborted()
          return runSearchTask(task)
        })
        return ok({ ...assembleBound(plan, parts), elapsedMs: performance.now() - started })
      } catch (error) {
        if (isAbort(error, options.signal)) return cancelledFault(options.signal)
        throw error
      }
    },
    close: () => Promise.resolve(),
  }
}
