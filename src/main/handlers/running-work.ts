import { CANCELLED, SUPERSEDED } from '../../contract/messages'
import type { Result } from '../../core/support/result'
import type { RunOptions } from '../../workers/task-runner'
import type { Host } from './host'

/** Work shorter than this says nothing on the way. */
const QUIET_MS = 100
const PROGRESS_EVERY_MS = 50

/** Long work of a window, one piece a slot: a newer one supersedes the one that is running there. */
export class RunningWork {
  private readonly running = new Map<
    string,
    { readonly slot: string; readonly controller: AbortController }
  >()

  constructor(private readonly host: Pick<Host, 'emit'>) {}

  async run<T>(
    id: string,
    slot: string,
    work: (run: Required<RunOptions>) => Promise<Result<T>>,
  ): Promise<Result<T>> {
    for (const other of this.running.values()) if (other.slot === slot) other.controller.abort(SUPERSEDED)
    const controller = new AbortController()
    this.running.set(id, { slot, controller })
    try {
      return await work({
        signal: controller.signal,
        onProgress: this.reporter(id),
        onWorkerLost: (message) => this.host.emit('pool.workerLost', { message }),
      })
    } finally {
      if (this.running.get(id)?.controller === controller) this.running.delete(id)
    }
  }

  cancel(id: string): void {
    this.running.get(id)?.controller.abort(CANCELLED)
  }

  /** Called when the window has gone: nobody waits for what still runs. */
  cancelAll(): void {
    for (const { controller } of this.running.values()) controller.abort(CANCELLED)
  }

  /** Progress, throttled, with the time that is left if the rest goes as the part done went. */
  private reporter(searchId: string): (progress: { done: number; label: string }) => void {
    const started = performance.now()
    let told = 0
    return ({ done, label }) => {
      const now = performance.now()
      if (now - started < QUIET_MS || now - told < PROGRESS_EVERY_MS) return
      told = now
      const etaMs = done > 0.02 ? ((now - started) * (1 - done)) / done : null
      this.host.emit('search.progress', { searchId, done, label, etaMs })
    }
  }
}
