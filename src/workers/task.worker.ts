import type { Task } from '../core/mappers/mapper'
import { runTask, transferablesOf } from '../core/tasks/run-task'
import { serveJobs } from './serve-jobs'

/** Runs tasks in a worker thread; large columns are transferred without copying. */
serveJobs((task: Task, checkpoint) => {
  const value = runTask(task, checkpoint, () => performance.now())
  return { value, transfer: transferablesOf(task, value) }
})
