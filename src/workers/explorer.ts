import { parseWorkloadText } from '../contract/workload-file'
import type { FusionOptions } from '../core/fusion/fusion-bound'
import { ok, type Result } from '../core/support/result'
import type { Workload } from '../core/workload/einsum'
import { cancelledFault } from './cancelled'
import { explore, type Exploration } from './explore'
import type { RunOptions, SearchRunner } from './search-runner'

/** What a workload's text is, and what was found for it. */
export type Explored = Exploration & { readonly workload: Workload }

/** Undo, designs and trade-offs come back to what was searched before. */
const MOST_KEPT = 32

/** Explorations by one runner: the last ones are kept, so that the same question is not searched twice. */
export class Explorer {
  /** Least lately asked for first. */
  private readonly kept = new Map<string, Explored>()
  /** Searches that nobody waits for yet. */
  private readonly ahead = new Map<string, Promise<Result<Explored>>>()

  constructor(readonly runner: SearchRunner) {}

  /** Searches a workload, unless it was lately. `keep` is false for one of many that are asked for once. */
  async explore(
    text: string,
    options: FusionOptions,
    run: RunOptions = {},
    keep = true,
  ): Promise<Result<Explored>> {
    const key = keyOf(text, options)
    const known = this.kept.get(key)
    if (known !== undefined) {
      this.keep(key, known)
      return ok(known)
    }
    const begun = this.ahead.get(key)
    if (begun !== undefined) {
      const found = await unlessCancelled(begun, run.signal)
      // What became of the other search does not bind this one.
      if (found.ok || run.signal?.aborted) return found
    }
    const found = await this.search(text, options, run)
    if (found.ok && keep) this.keep(key, found.value)
    return found
  }

  /** Begins what will be asked for soon, as while a window opens. */
  begin(text: string, options: FusionOptions): void {
    const key = keyOf(text, options)
    const begun = this.search(text, options, {})
      .then((found) => {
        if (found.ok) this.keep(key, found.value)
        return found
      })
      .finally(() => this.ahead.delete(key))
    this.ahead.set(key, begun)
    // Whoever asks is told; a bug met ahead of time is met again.
    begun.catch(() => undefined)
  }

  private async search(text: string, options: FusionOptions, run: RunOptions): Promise<Result<Explored>> {
    const workload = parseWorkloadText(text)
    if (!workload.ok) return workload
    const found = await explore(this.runner, workload.value, options, run)
    return found.ok ? ok({ ...found.value, workload: workload.value }) : found
  }

  private keep(key: string, found: Explored): void {
    this.kept.delete(key)
    this.kept.set(key, found)
    if (this.kept.size > MOST_KEPT) this.kept.delete(this.kept.keys().next().value!)
  }
}

/** All that an exploration depends on. */
const keyOf = (text: string, { mapspace, factors, execution, along }: FusionOptions): string =>
  JSON.stringify([text, mapspace, factors, execution, along])

async function unlessCancelled<T>(
  work: Promise<Result<T>>,
  signal: AbortSignal | undefined,
): Promise<Result<T>> {
  if (signal === undefined) return work
  let stop: (() => void) | undefined
  const cancelled = new Promise<Result<T>>((resolve) => {
    stop = () => resolve(cancelledFault(signal))
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })
  try {
    return await Promise.race([work, cancelled])
  } finally {
    if (stop) signal.removeEventListener('abort', stop)
  }
}
