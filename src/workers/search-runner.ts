import type { WorkloadBound } from '../core/mappers/each-einsum/bound'
import type { SearchPart, SearchPlan, SearchTask } from '../core/mappers/each-einsum/search-plan'
import type { ClusterResult, ClusterTask } from '../core/mappers/chain-fusion/fuse-cluster'
import type { FusionBound } from '../core/mappers/chain-fusion/fusion-bound'
import type { MapPart, MapTask } from '../core/study/throughput-map'
import type { SplitPart, SplitTask } from '../core/study/three-way-split'
import { assembleFusion, clusterTasks, type FusionPlan } from '../core/mappers/chain-fusion/plan-fusion'
import { ok, type Result } from '../core/support/result'

/** What is read off a curve that was searched before. */
export type ReadingTask = MapTask | SplitTask
export type ReadingPart<T extends ReadingTask> = T extends MapTask ? MapPart : SplitPart

export type WorkerTask = SearchTask | ClusterTask | ReadingTask
export type WorkerPart = SearchPart | ClusterResult | MapPart | SplitPart

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
  /** Every strategy of a cascade: its single Einsums first, then each distinct cluster. */
  fuse(plan: FusionPlan, options?: RunOptions): Promise<Result<FusionBound>>
  /** Reads curves, each part told of as soon as it is there. */
  read<T extends ReadingTask>(
    tasks: readonly T[],
    options: RunOptions,
    onPart: (part: ReadingPart<T>) => void,
  ): Promise<Result<true>>
  close(): Promise<void>
}

/** The part of progress that single Einsums are given; clusters follow. */
const SINGLES_SHARE = 0.7

/** Fusion on any runner: `run` for the single Einsums, `runClusters` for what depends on them. */
export async function fuseWith(
  plan: FusionPlan,
  options: RunOptions,
  run: SearchRunner['run'],
  runClusters: (
    tasks: readonly ClusterTask[],
    options: RunOptions,
  ) => Promise<Result<readonly ClusterResult[]>>,
): Promise<Result<FusionBound>> {
  const began = performance.now()
  const { onProgress } = options
  const share = plan.singles === null ? 0 : SINGLES_SHARE
  const from = (start: number, width: number): RunOptions =>
    onProgress
      ? { ...options, onProgress: ({ done, label }) => onProgress({ done: start + done * width, label }) }
      : options
  const singles = plan.singles === null ? ok(null) : await run(plan.singles, from(0, share))
  if (!singles.ok) return singles
  const clusters = await runClusters(clusterTasks(plan, singles.value), from(share, 1 - share))
  if (!clusters.ok) return clusters
  const bound = assembleFusion(plan, clusters.value, singles.value)
  return ok({ ...bound, elapsedMs: performance.now() - began })
}

/** Hands tasks to `runTask`, `parallel` at a time, and collects their parts; the first failure ends it. */
export async function runTasks<Task extends WorkerTask, Part extends WorkerPart>(
  tasks: readonly Task[],
  parallel: number,
  { signal, onProgress }: RunOptions,
  runTask: (task: Task) => Promise<Part>,
): Promise<readonly Part[]> {
  const total = tasks.reduce((sum, { cost }) => sum + cost, 0) || 1
  const parts: Part[] = []
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
