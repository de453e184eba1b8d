import type { WorkloadBound } from '../core/bound/bound'
import type { SearchPart, SearchPlan, SearchTask } from '../core/bound/search-plan'
import type { Result } from '../core/support/result'

/** Progress of one search: how much is done, of what, and what is being looked at. */
export interface SearchProgress {
  /** Share of the plan's cost, 0..1. */
  readonly done: number
  readonly label: string
}

export interface RunOptions {
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: SearchProgress) => void
  /** A worker died and its task is being run again. */
  readonly onWorkerLost?: (message: string) => void
}

/** Runs the tasks of a plan: in worker threads, or in the calling thread. Both give the same bound. */
export interface SearchRunner {
  readonly threads: number
  run(plan: SearchPlan, options?: RunOptions): Promise<Result<WorkloadBound>>
  close(): Promise<void>
}

/** Hands tasks to `runTask`, `parallel` at a time, and collects their parts; the first failure ends it. */
export async function runTasks(
  tasks: readonly SearchTask[],
  parallel: number,
  { signal, onProgress }: RunOptions,
  runTask: (task: SearchTask) => Promise<SearchPart>,
): Promise<readonly SearchPart[]> {
  const total = tasks.reduce((sum, { cost }) => sum + cost, 0) || 1
  const parts: SearchPart[] = []
  let next = 0
  let done = 0
  const lane = async (): Promise<void> => {
    while (next < tasks.length) {
      signal?.throwIfAborted()
      const task = tasks[next++]!
      try {
        parts.push(await runTask(task))
      } catch (error) {
        // The other lanes must not go on for a search that has failed.
        next = tasks.length
        throw error
      }
      done += task.cost
      onProgress?.({ done: done / total, label: task.label })
    }
  }
  await Promise.all(Array.from({ length: Math.min(parallel, tasks.length) }, lane))
  signal?.throwIfAborted()
  return parts
}
