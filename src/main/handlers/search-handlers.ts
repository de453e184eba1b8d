import { CANCELLED, SUPERSEDED, type Args, type Returns } from '../../contract/messages'
import { parseWorkloadText } from '../../contract/workload-file'
import { ok, type Result } from '../../core/support/result'
import { explore } from '../../workers/explore'
import type { Host } from './host'

/** Searches shorter than this say nothing on the way. */
const QUIET_MS = 100
const PROGRESS_EVERY_MS = 50

/** Runs searches, one a slot: a newer one supersedes the one that is running there. */
export class SearchHandlers {
  private readonly running = new Map<
    string,
    { readonly slot: string; readonly controller: AbortController }
  >()

  constructor(private readonly host: Pick<Host, 'runner' | 'emit'>) {}

  async start({
    searchId,
    slot,
    workloadText,
    options,
  }: Args<'search.start'>): Promise<Result<Returns<'search.start'>>> {
    for (const search of this.running.values()) if (search.slot === slot) search.controller.abort(SUPERSEDED)
    const workload = parseWorkloadText(workloadText)
    if (!workload.ok) return workload
    const controller = new AbortController()
    this.running.set(searchId, { slot, controller })
    try {
      return await explore(this.host.runner, workload.value, options, {
        signal: controller.signal,
        onProgress: this.reporter(searchId),
        onWorkerLost: (message) => this.host.emit('pool.workerLost', { message }),
      })
    } finally {
      if (this.running.get(searchId)?.controller === controller) this.running.delete(searchId)
    }
  }

  cancel({ searchId }: Args<'search.cancel'>): Result<Returns<'search.cancel'>> {
    this.running.get(searchId)?.controller.abort(CANCELLED)
    return ok({})
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
