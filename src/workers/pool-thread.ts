import type { Worker } from 'node:worker_threads'
import { READY, type JobAnswer, type WorkerData } from './worker-protocol'

/** Work for a thread, and who waits for it. Settling it a second time does nothing. */
export interface Job {
  readonly work: unknown
  resolve(value: unknown): void
  reject(error: unknown): void
}

interface Watcher {
  /** The thread waits for a job. */
  onIdle(): void
  /** The thread ended; `reason` is null if it was meant to. `job` is what it was running. */
  onDeath(reason: string | null, job: Job | undefined): void
}

/**
 * One thread of a pool. It is never terminated while it loads: Node may abort the whole process when a thread ends in
 * the middle of loading a module.
 */
export class PoolThread {
  private readonly cancelled: WorkerData['cancelled'] = new Int32Array(new SharedArrayBuffer(4))
  private readonly worker: Worker
  private readonly exited: Promise<void>
  private state: 'loading' | 'idle' | 'busy' | 'ending' = 'loading'
  private job: Job | undefined
  private jobId = 0
  private timer: NodeJS.Timeout | undefined
  private endsWhenLoaded = false
  private failure: string | undefined

  constructor(
    start: (cancelled: WorkerData['cancelled']) => Worker,
    watcher: Watcher,
    private readonly graceMs: number,
  ) {
    this.worker = start(this.cancelled)
    this.worker.on('message', (message: typeof READY | JobAnswer) => {
      if (message !== READY) this.settle(message)
      if (this.state === 'ending') return
      this.state = 'idle'
      if (this.endsWhenLoaded) return this.terminate()
      this.worker.unref()
      watcher.onIdle()
    })
    this.worker.on('error', (error) => {
      this.failure = error instanceof Error ? error.message : String(error)
    })
    this.exited = new Promise((resolve) =>
      this.worker.once('exit', (code) => {
        clearTimeout(this.timer)
        const meant = this.state === 'ending' && this.failure === undefined
        this.state = 'ending'
        watcher.onDeath(meant ? null : (this.failure ?? `worker exited with code ${code}`), this.job)
        resolve()
      }),
    )
  }

  get isLoading(): boolean {
    return this.state === 'loading'
  }

  get isIdle(): boolean {
    return this.state === 'idle'
  }

  give(job: Job): void {
    clearTimeout(this.timer)
    this.state = 'busy'
    this.job = job
    // Ids are never zero, which is what the memory holds at first.
    this.jobId = (this.jobId % 0x7fffffff) + 1
    this.worker.ref()
    this.worker.postMessage({ id: this.jobId, job: job.work })
  }

  /** Asks the thread to stop a job, if it is running it, and ends the thread if it does not answer in time. */
  cancel(job: Job): void {
    if (this.job !== job || this.state !== 'busy') return
    Atomics.store(this.cancelled, 0, this.jobId)
    this.timer = setTimeout(() => this.terminate(), this.graceMs)
  }

  /** Whether the thread keeps the process alive. One that loads does only if there is work for it. */
  holdsProcess(hasWork: boolean): void {
    if (this.state !== 'loading') return
    if (hasWork) this.worker.ref()
    else this.worker.unref()
  }

  /** Ends the thread if it has nothing to do for some time, and may end then. */
  endAfter(ms: number, mayEnd: () => boolean): void {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => {
      if (this.state !== 'idle' || !mayEnd()) return
      this.state = 'ending'
      this.worker.postMessage(null)
    }, ms).unref()
  }

  /** Ends the thread, once it has loaded. */
  async end(): Promise<void> {
    if (this.state === 'loading') this.endsWhenLoaded = true
    else this.terminate()
    this.worker.ref()
    await this.exited
  }

  private terminate(): void {
    this.state = 'ending'
    void this.worker.terminate()
  }

  private settle(answer: JobAnswer): void {
    clearTimeout(this.timer)
    const { job } = this
    if (answer.id !== this.jobId || job === undefined) return
    this.job = undefined
    if ('value' in answer) job.resolve(answer.value)
    else if ('error' in answer) job.reject(answer.error)
  }
}
