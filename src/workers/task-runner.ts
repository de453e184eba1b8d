import type { Task } from '../core/mappers/mapper'
import type { Result } from '../core/support/result'

/** Progress of work: how much is done, and what is being searched. */
export interface Progress {
  /** Share of the cost, 0..1. */
  readonly done: number
  readonly label: string
}

export interface RunOptions {
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: Progress) => void
  /** A worker died and its task is being run again. */
  readonly onWorkerLost?: (message: string) => void
}

/** Runs tasks of any kind, in worker threads; tests also have one for the calling thread, which gives the same parts. */
export interface TaskRunner {
  readonly threads: number
  /** The parts of all tasks, in the order in which they came. `onPart` gets each one as soon as it is there. */
  run<Part>(
    tasks: readonly Task[],
    options: RunOptions,
    onPart?: (part: Part) => void,
  ): Promise<Result<readonly Part[]>>
  close(): Promise<void>
}

export const costOf = (tasks: readonly Task[]): number => tasks.reduce((sum, { cost }) => sum + cost, 0)

/** Gives tasks to `runTask`, `parallel` at a time, and collects their parts. The first failure ends it. */
export async function runInLanes<Part>(
  tasks: readonly Task[],
  parallel: number,
  { signal, onProgress }: RunOptions,
  onPart: ((part: Part) => void) | undefined,
  runTask: (task: Task) => Promise<Part>,
): Promise<readonly Part[]> {
  const total = costOf(tasks) || 1
  const parts: Part[] = []
  let next = 0
  let done = 0
  const lane = async (): Promise<void> => {
    while (next < tasks.length) {
      signal?.throwIfAborted()
      const task = tasks[next++]!
      try {
        const part = await runTask(task)
        parts.push(part)
        onPart?.(part)
      } catch (error) {
        // The other lanes must stop when a search has failed.
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
