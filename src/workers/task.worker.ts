import { move, transferableSymbol, valueSymbol } from 'piscina'
import { runTask, transferablesOf } from '../core/tasks/run-task'
import type { Task } from '../core/mappers/mapper'

/** Runs one task in a worker thread; large columns are transferred without copying. */
export default function run(task: Task): unknown {
  const part = runTask(task)
  const transferables = transferablesOf(task, part)
  return transferables.length === 0
    ? part
    : move({ [transferableSymbol]: transferables as ArrayBuffer[], [valueSymbol]: part as object })
}
