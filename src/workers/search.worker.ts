import { move, transferableSymbol, valueSymbol } from 'piscina'
import { runSearchTask, transferablesOf, type SearchTask } from '../core/bound/search-plan'

/** Runs one task in a worker thread and hands its columns over without copying. */
export default function search(task: SearchTask): unknown {
  const part = runSearchTask(task)
  return move({ [transferableSymbol]: transferablesOf(part), [valueSymbol]: part })
}
