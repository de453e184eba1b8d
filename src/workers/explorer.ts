import { SUPERSEDED } from '../contract/messages'
import { parseWorkloadText } from '../contract/workload-file'
import type { FusionOptions } from '../core/mappers/chain-fusion/fusion-bound'
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
  /** Searches that were begun before anybody asked. */
  private readonly ahead = new Map<string, Begun>()

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
      const found = await waitFor(begun, run.signal)
      // Somebody else may have called it off; that does not bind who asks here.
      if (found.ok || run.signal?.aborted) return found
    }
    // Something else is wanted: what nobody waits for makes room.
    for (const { waiting, controller } of this.ahead.values()) if (waiting === 0) controller.abort(SUPERSEDED)
    const found = await this.search(text, options, run)
    if (found.ok && keep) this.keep(key, found.value)
    return found
  }

  /** Begins what will be asked for soon, as while a window opens. */
  begin(text: string, options: FusionOptions): void {
    const key = keyOf(text, options)
    const controller = new AbortController()
    const found = this.search(text, options, { signal: controller.signal })
      .then((result) => {
        if (result.ok) this.keep(key, result.value)
        return result
      })
      .finally(() => this.ahead.delete(key))
    this.ahead.set(key, { found, controller, waiting: 0 })
    // Whoever asks is told; a bug met ahead of time is met again.
    found.catch(() => undefined)
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

interface Begun {
  readonly found: Promise<Result<Explored>>
  readonly controller: AbortController
  /** How many have asked for it meanwhile. */
  waiting: number
}

/** What was begun, unless who asks gives up; the last one who does calls it off. */
async function waitFor(begun: Begun, signal: AbortSignal | undefined): Promise<Result<Explored>> {
  begun.waiting++
  let giveUp = (): void => undefined
  const cancelled = new Promise<Result<Explored>>((resolve) => {
    giveUp = () => {
      if (begun.waiting === 1) begun.controller.abort(signal?.reason)
      resolve(cancelledFault(signal))
    }
    if (signal?.aborted) giveUp()
    else signal?.addEventListener('abort', giveUp, { once: true })
  })
  try {
    return await Promise.race([begun.found, cancelled])
  } finally {
    begun.waiting--
    signal?.removeEventListener('abort', giveUp)
  }
}
