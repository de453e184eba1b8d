import { Worker } from 'node:worker_threads'
import { PoolThread, type Job } from './pool-thread'

export interface PoolOptions {
  readonly file: string
  readonly threads: number
  /** A thread that needs more heap dies alone, and the rest of the program keeps its memory. */
  readonly heapMiB: number
  /** How long a cancelled job may take to stop by itself before its thread is ended. */
  readonly graceMs?: number
}

/** An idle thread ends after this time, but for one. */
const IDLE_MS = 30_000
const GRACE_MS = 250

/** A job's thread died before it answered: it ended, or had not enough memory. */
export class WorkerDied extends Error {}

/** Whether a thread ended during its job, or could not get memory. Any other error is the job's own, and a bug. */
export const isWorkerDeath = (error: unknown): error is Error =>
  error instanceof WorkerDied ||
  (error instanceof Error && error.name === 'RangeError' && error.message.includes('allocation failed'))

/**
 * Threads that run the jobs of one worker file, each one job at a time, first come first served. Threads start with
 * the work, and those that die or are ended are replaced while there is work.
 *
 * A cancelled job's promise is rejected at once. Its thread is asked to stop (`PoolThread.cancel`), and is ended only
 * if it does not.
 */
export class WorkerPool {
  private readonly threads = new Set<PoolThread>()
  private readonly queue: Job[] = []
  private closed = false

  constructor(private readonly options: PoolOptions) {}

  /** Starts a thread, so that the first job need not wait for it. */
  warm(): void {
    if (this.threads.size === 0 && !this.closed) this.start()
  }

  /** The value of a job. Rejects with the signal's reason, `WorkerDied`, or whatever the job threw. */
  async run(work: unknown, signal: AbortSignal): Promise<unknown> {
    signal.throwIfAborted()
    let cancel = (): void => undefined
    try {
      return await new Promise<unknown>((resolve, reject) => {
        const job: Job = { work, resolve, reject }
        cancel = () => {
          const at = this.queue.indexOf(job)
          if (at >= 0) this.queue.splice(at, 1)
          for (const thread of this.threads) thread.cancel(job)
          reject(signal.reason as Error)
        }
        signal.addEventListener('abort', cancel, { once: true })
        this.queue.push(job)
        this.dispatch()
      })
    } finally {
      signal.removeEventListener('abort', cancel)
    }
  }

  /** Ends all threads, each as soon as it has loaded. Jobs must have been cancelled before. */
  async close(): Promise<void> {
    this.closed = true
    await Promise.all([...this.threads].map((thread) => thread.end()))
  }

  /** Number of threads: those that load, work, idle or end. */
  get size(): number {
    return this.threads.size
  }

  private dispatch(): void {
    if (this.closed) return
    for (const thread of this.threads) {
      if (this.queue.length === 0) return
      if (thread.isIdle) thread.give(this.queue.shift()!)
    }
    const coming = [...this.threads].filter((thread) => thread.isLoading).length
    const wanted = Math.min(this.queue.length - coming, this.options.threads - this.threads.size)
    for (let i = 0; i < wanted; i++) this.start()
    for (const thread of this.threads) thread.holdsProcess(this.queue.length > 0)
  }

  private start(): void {
    const { file, heapMiB, graceMs = GRACE_MS } = this.options
    const thread = new PoolThread(
      (cancelled) =>
        new Worker(file, { workerData: { cancelled }, resourceLimits: { maxOldGenerationSizeMb: heapMiB } }),
      {
        onIdle: () => {
          this.dispatch()
          if (thread.isIdle) thread.endAfter(IDLE_MS, () => this.threads.size > 1)
        },
        onDeath: (reason, job) => {
          this.threads.delete(thread)
          // A thread that dies while it loads leaves a job without one.
          const left = job ?? (reason !== null ? this.queue.shift() : undefined)
          left?.reject(new WorkerDied(reason ?? 'it was ended'))
          this.dispatch()
        },
      },
      graceMs,
    )
    this.threads.add(thread)
  }
}
