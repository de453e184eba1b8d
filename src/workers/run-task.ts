import { runSearchTask } from '../core/mappers/each-einsum/search-plan'
import { fuseCluster } from '../core/mappers/chain-fusion/fuse-cluster'
import { runSplitTask } from '../core/study/three-way-split'
import { runMapTask } from '../core/study/throughput-map'
import type { ReadingPart, ReadingTask, WorkerPart, WorkerTask } from './search-runner'

/** Reads a curve. */
export function runReadingTask<T extends ReadingTask>(task: T): ReadingPart<T> {
  const part = task.kind === 'map' ? runMapTask(task) : runSplitTask(task)
  // The compiler does not follow a conditional type through a test of the kind.
  return part as ReadingPart<T>
}

/** Any task, in whichever thread. */
export function runTask(task: WorkerTask): WorkerPart {
  switch (task.kind) {
    case 'cluster':
      return fuseCluster(task)
    case 'map':
    case 'split':
      return runReadingTask(task)
    default:
      return runSearchTask(task)
  }
}
