import { parentPort, workerData } from 'node:worker_threads'
import type { Checkpoint } from '../core/support/checkpoint'
import { assert } from '../core/support/assert'
import { isWorkerData, READY, type JobAnswer, type JobRequest } from './worker-protocol'

/** What a job gives, and what of it is moved to the other thread instead of copied. */
export interface Outcome {
  readonly value: unknown
  readonly transfer: readonly ArrayBuffer[]
}

/** Thrown at a checkpoint when the job was cancelled. It never leaves this thread. */
class Stopped extends Error {}

/**
 * Answers the jobs that the pool sends to this thread, one at a time. A synchronous job hears that it was cancelled at
 * its checkpoints, from memory that both threads see; messages would come only after it.
 */
export function serveJobs<Job>(run: (job: Job, checkpoint: Checkpoint) => Outcome | Promise<Outcome>): void {
  const port = parentPort
  assert(port !== null && isWorkerData(workerData), 'jobs are served in a thread that the pool started')
  const { cancelled } = workerData
  const answer = async ({ id, job }: JobRequest<Job>): Promise<void> => {
    try {
      const { value, transfer } = await run(job, () => {
        if (Atomics.load(cancelled, 0) === id) throw new Stopped()
      })
      port.postMessage({ id, value } satisfies JobAnswer, transfer)
    } catch (error) {
      port.postMessage((error instanceof Stopped ? { id, stopped: true } : { id, error }) satisfies JobAnswer)
    }
  }
  port.on('message', (request: JobRequest<Job> | null) => {
    // No more jobs: without its port the thread ends by itself.
    if (request === null) port.close()
    else void answer(request)
  })
  port.postMessage(READY)
}
