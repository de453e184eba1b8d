import taskWorker from '../../src/workers/task.worker?modulePath'
import { soakCancels } from './cancels'

/** Cancels searches by the thousand, and ends with one line of figures; status 1 if anything went wrong. */
const cancels = Number(process.argv[2] ?? 5000)
const began = performance.now()
const { cancelled, finished, lost, wrong, mostThreads, heapMiB } = await soakCancels(taskWorker, cancels)
const seconds = ((performance.now() - began) / 1000).toFixed(1)
process.stdout.write(
  `${cancelled} cancels, ${lost} workers lost, ${finished} searches between them finished, ${wrong} wrong, at most ${mostThreads} threads, ${heapMiB} MiB resident, ${seconds} s\n`,
)
process.exitCode = lost === 0 && wrong === 0 ? 0 : 1
