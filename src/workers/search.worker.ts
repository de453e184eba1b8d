import { move, transferableSymbol, valueSymbol } from 'piscina'
import { runSearchTask, transferablesOf } from '../core/bound/search-plan'
import { fuseCluster } from '../core/fusion/fuse-cluster'
import type { WorkerTask } from './search-runner'

/** Runs one task in a worker thread; columns of a search are handed over without copying. */
export default function run(task: WorkerTask): unknown {
  if (task.kind === 'cluster') return fuseCluster(task)
  const part = runSearchTask(task)
  return move({ [transferableSymbol]: transferablesOf(part), [valueSymbol]: part })
}
