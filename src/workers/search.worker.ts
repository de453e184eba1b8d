import { move, transferableSymbol, valueSymbol } from 'piscina'
import { runSearchTask, transferablesOf } from '../core/mappers/each-einsum/search-plan'
import { runTask } from './run-task'
import type { WorkerTask } from './search-runner'

/** Runs one task in a worker thread; columns of a search are handed over without copying. */
export default function run(task: WorkerTask): unknown {
  if (task.kind !== 'search') return runTask(task)
  const part = runSearchTask(task)
  return move({ [transferableSymbol]: transferablesOf(part), [valueSymbol]: part })
}
