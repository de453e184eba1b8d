/** What a pool and its threads say to each other. */

/** The first message of a thread: its code is loaded, and it may be terminated from now on. */
export const READY = 'ready'

export interface WorkerData {
  /** Its only entry is the id of the job that was cancelled last. */
  readonly cancelled: Int32Array<SharedArrayBuffer>
}

export const isWorkerData = (data: unknown): data is WorkerData =>
  typeof data === 'object' && data !== null && 'cancelled' in data && data.cancelled instanceof Int32Array

export interface JobRequest<Job> {
  readonly id: number
  readonly job: Job
}

/** The answer to a job: its value, that it stopped at a checkpoint, or what it threw. */
export type JobAnswer = { readonly id: number } & (
  { readonly value: unknown } | { readonly stopped: true } | { readonly error: unknown }
)
