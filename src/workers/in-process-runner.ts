import { assembleBound, runSearchTask } from '../core/mappers/each-einsum/search-plan'
import { fuseCluster } from '../core/mappers/chain-fusion/fuse-cluster'
import { ok, type Result } from '../core/support/result'
import { cancelledFault, isAbort } from './cancelled'
import { runReadingTask } from './run-task'
import { fuseWith, runTasks, type RunOptions, type SearchRunner } from './search-runner'

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** The pool's twin without threads: for small searches, where a thread costs more than it saves, and for tests. */
export function inProcessRunner(): SearchRunner {
  /** Lets cancellation and other messages in between tasks. */
  const between = async (tasks: readonly unknown[], { signal }: RunOptions) => {
    if (tasks.length > 1) await nextTurn()
    signal?.throwIfAborted()
  }
  const run: SearchRunner['run'] = async (plan, options = {}) => {
    const started = performance.now()
    return orCancelled(options, async () => {
      const parts = await runTasks(plan.tasks, 1, options, async (task) => {
        await between(plan.tasks, options)
        return runSearchTask(task)
      })
      return { ...assembleBound(plan, parts), elapsedMs: performance.now() - started }
    })
  }
  return {
    threads: 1,
    run,
    fuse: (plan, options = {}) =>
      fuseWith(plan, options, run, (tasks, clusterOptions) =>
        orCancelled(clusterOptions, () =>
          runTasks(tasks, 1, clusterOptions, async (task) => {
            await between(tasks, clusterOptions)
            return fuseCluster(task)
          }),
        ),
      ),
    read: (tasks, options, onPart) =>
      orCancelled(options, async () => {
        await runTasks(tasks, 1, options, async (task) => {
          await between(tasks, options)
          const part = runReadingTask(task)
          onPart(part)
          return part
        })
        return true as const
      }),
    close: () => Promise.resolve(),
  }
}

async function orCancelled<T>({ signal }: RunOptions, work: () => Promise<T>): Promise<Result<T>> {
  try {
    return ok(await work())
  } catch (error) {
    if (isAbort(error, signal)) return cancelledFault(signal)
    throw error
  }
}
