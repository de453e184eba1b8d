import { runTask } from '../core/tasks/run-task'
import { ok, type Result } from '../core/support/result'
import { cancelledFault, isAbort } from './cancelled'
import { runInLanes, type RunOptions, type TaskRunner } from './task-runner'

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** The same as the pool, without threads: for small work, where a thread costs more than it saves, and for tests. */
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
