import { runTask } from '../../src/core/tasks/run-task'
import { ok, type Result } from '../../src/core/support/result'
import { cancelledFault, isAbort } from '../../src/workers/cancelled'
import { runInLanes, type RunOptions, type TaskRunner } from '../../src/workers/task-runner'

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** The same as the pool, without threads: what the pool is held to. */
export const inProcessRunner = (): TaskRunner => ({
  threads: 1,
  run: <Part>(tasks: Parameters<TaskRunner['run']>[0], options: RunOptions, onPart?: (part: Part) => void) =>
    orCancelled(options, () =>
      runInLanes(tasks, 1, options, onPart, async (task) => {
        // Between tasks, cancellation and other messages are handled.
        if (tasks.length > 1) await nextTurn()
        options.signal?.throwIfAborted()
        return runTask(task) as Part
      }),
    ),
  close: () => Promise.resolve(),
})

async function orCancelled<T>({ signal }: RunOptions, work: () => Promise<T>): Promise<Result<T>> {
  try {
    return ok(await work())
  } catch (error) {
    if (isAbort(error, signal)) return cancelledFault(signal)
    throw error
  }
}
