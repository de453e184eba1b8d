import { runMachineTask, type MachineTask } from '../machine/search/task'
import type { Task } from '../mappers/mapper'
import { MAPPERS } from '../mappers/table'
import { runSplitTask } from '../study/three-way-split'
import { runMapTask } from '../study/throughput-map'
import { assert } from '../support/assert'
import { NEVER_STOPS, type Checkpoint } from '../support/checkpoint'
import { STANDS_STILL, type Clock } from '../support/clock'

/** Runs the tasks of one kind. */
interface TaskRunner {
  run(task: Task, checkpoint: Checkpoint, now: Clock): unknown
  transferables(part: unknown): readonly ArrayBuffer[]
}

/** Tasks whose parts are small, and are copied: studies, which read curves, and mappings on machines. */
const copied = <T extends Task>(
  run: (task: T, checkpoint: Checkpoint, now: Clock) => unknown,
): TaskRunner => ({
  run: run as TaskRunner['run'],
  transferables: () => [],
})

/** Every kind of task: the mappers', the studies', and searches on machines. */
const RUNNERS: ReadonlyMap<string, TaskRunner> = new Map([
  ...MAPPERS.map((mapper) => [mapper.taskKind, mapper as TaskRunner] as const),
  ['map', copied(runMapTask)],
  ['split', copied(runSplitTask)],
  ['machine', copied<MachineTask>(runMachineTask)],
])

function runnerOf({ kind }: Task): TaskRunner {
  const runner = RUNNERS.get(kind)
  assert(runner !== undefined, `tasks of kind ${kind} have a runner`)
  return runner
}

/** Runs a task to its end, or until the checkpoint throws. Pure and synchronous: call it in a worker. */
export const runTask = (
  task: Task,
  checkpoint: Checkpoint = NEVER_STOPS,
  now: Clock = STANDS_STILL,
): unknown => runnerOf(task).run(task, checkpoint, now)

/** Buffers of a task's part that can be transferred instead of copied. */
export const transferablesOf = (task: Task, part: unknown): readonly ArrayBuffer[] =>
  runnerOf(task).transferables(part)
