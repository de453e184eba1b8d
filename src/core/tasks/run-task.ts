import type { Task } from '../mappers/mapper'
import { MAPPERS } from '../mappers/table'
import { runSplitTask } from '../study/three-way-split'
import { runMapTask } from '../study/throughput-map'
import { assert } from '../support/assert'
import { NEVER_STOPS, type Checkpoint } from '../support/checkpoint'

/** Runs the tasks of one kind. */
interface TaskRunner {
  run(task: Task, checkpoint: Checkpoint): unknown
  transferables(part: unknown): readonly ArrayBuffer[]
}

/** Tasks of a study read curves. Their parts are small, and are copied. */
const study = <T extends Task>(run: (task: T) => unknown): TaskRunner => ({
  run: run as (task: Task) => unknown,
  transferables: () => [],
})

/** Every kind of task: the mappers' and the studies'. */
const RUNNERS: ReadonlyMap<string, TaskRunner> = new Map([
  ...MAPPERS.map((mapper) => [mapper.taskKind, mapper as TaskRunner] as const),
  ['map', study(runMapTask)],
  ['split', study(runSplitTask)],
])

function runnerOf({ kind }: Task): TaskRunner {
  const runner = RUNNERS.get(kind)
  assert(runner !== undefined, `tasks of kind ${kind} have a runner`)
  return runner
}

/** Runs a task to its end, or until the checkpoint throws. Pure and synchronous: call it in a worker. */
export const runTask = (task: Task, checkpoint: Checkpoint = NEVER_STOPS): unknown =>
  runnerOf(task).run(task, checkpoint)

/** Buffers of a task's part that can be transferred instead of copied. */
export const transferablesOf = (task: Task, part: unknown): readonly ArrayBuffer[] =>
  runnerOf(task).transferables(part)
