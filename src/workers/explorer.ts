import { createHash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { SUPERSEDED } from '../contract/messages'
import { parseWorkloadText } from '../contract/workload-file'
import type { Exploration, SearchOptions, SearchRequest } from '../core/mappers/mapper'
import { mapperFor } from '../core/mappers/table'
import { ok, type Result } from '../core/support/result'
import type { Workload } from '../core/workload/einsum'
import { cancelledFault } from './cancelled'
import type { RunOptions, TaskRunner } from './task-runner'

/** A workload's text as a workload, and the result of its search. */
export interface Explored {
  readonly workload: Workload
  readonly exploration: Exploration
}

export interface ExploreOptions extends RunOptions {
  /** Gets the Einsums each by itself, where the search of the cascade goes on. */
  readonly onFirst?: (exploration: Exploration) => void
}

/** Reads the text of a workload. */
export interface WorkloadReader {
  workload(text: string, file?: string, signal?: AbortSignal): Promise<Result<Workload>>
}

/** Reads on the calling thread: for texts that are known to be short. */
const READ_HERE: WorkloadReader = { workload: (text) => Promise.resolve(parseWorkloadText(text)) }

/** Bytes of results that are kept: undo, designs and trade-offs use earlier searches again. */
const LARGEST_CACHE_BYTES = 256 * 2 ** 20

/** The share of progress of the searches from which another one starts. */
const FIRST_STEPS = 0.5

/** Searches workloads with one runner. Results are kept by the content on which they depend. */
export class Explorer {
  private readonly kept: LRUCache<string, Explored>
  /** Searches that were begun before they were asked for. */
  private readonly ahead = new Map<string, Begun>()

  private readonly reader: WorkloadReader

  constructor(
    readonly runner: TaskRunner,
    { reader = READ_HERE, maxSize = LARGEST_CACHE_BYTES } = {},
  ) {
    this.reader = reader
    this.kept = new LRUCache({ maxSize, sizeCalculation: ({ exploration }) => 1 + sizeOf(exploration) })
  }

  /** Searches the workload of a text, unless the result is kept. */
  async explore(text: string, options: SearchOptions, run: ExploreOptions = {}): Promise<Result<Explored>> {
    const key = keyOf(text, options)
    const known = this.kept.get(key)
    if (known !== undefined) return ok(known)
    const begun = this.ahead.get(key)
    if (begun !== undefined) {
      const found = await waitFor(begun, run)
      // Another caller may have cancelled it; this call starts it again.
      if (found.ok || run.signal?.aborted) return found
    }
    // Another search is wanted: searches that nobody waits for are cancelled.
    for (const { waiting, controller } of this.ahead.values()) if (waiting === 0) controller.abort(SUPERSEDED)
    return this.find(key, text, options, run)
  }

  /** Begins a search that will be asked for soon, as while a window opens. */
  begin(text: string, options: SearchOptions): void {
    const key = keyOf(text, options)
    const controller = new AbortController()
    let onFirst: (exploration: Exploration) => void = () => undefined
    const first = new Promise<Exploration>((resolve) => (onFirst = resolve))
    const run: ExploreOptions = { signal: controller.signal, onFirst: (exploration) => onFirst(exploration) }
    const found = this.find(key, text, options, run).finally(() => this.ahead.delete(key))
    this.ahead.set(key, { found, first, controller, waiting: 0 })
    // An error is reported to the caller who asks later, so it is ignored here.
    found.catch(() => undefined)
  }

  /** Searches a workload with its mapper, after the search from which that mapper starts. */
  async search(request: SearchRequest, run: ExploreOptions = {}): Promise<Result<Exploration>> {
    const began = performance.now()
    const found = await this.searchSteps(request, run)
    return found.ok ? ok({ ...found.value, elapsedMs: performance.now() - began }) : found
  }

  private async searchSteps(request: SearchRequest, run: ExploreOptions): Promise<Result<Exploration>> {
    const mapper = mapperFor(request)
    const needs = mapper.needs(request)
    const share = needs.length === 0 ? 0 : FIRST_STEPS
    const found: Exploration[] = []
    for (const [i, first] of needs.entries()) {
      const each = share / needs.length
      const result = await this.searchSteps(first, partOf(run, i * each, each))
      if (!result.ok) return result
      found.push(result.value)
      if (result.value.members.length === request.workload.einsums.length) run.onFirst?.(result.value)
    }
    const plan = mapper.plan(request, found)
    if (!plan.ok) return plan
    const parts = await this.runner.run<unknown>(plan.value.tasks, partOf(run, share, 1 - share))
    return parts.ok ? ok(mapper.assemble(request, plan.value, parts.value, found)) : parts
  }

  private async find(
    key: string,
    text: string,
    options: SearchOptions,
    run: ExploreOptions,
  ): Promise<Result<Explored>> {
    const workload = await this.reader.workload(text, undefined, run.signal)
    if (!workload.ok) return workload
    if (run.signal?.aborted) return cancelledFault(run.signal)
    const found = await this.search({ workload: workload.value, options }, run)
    if (!found.ok) return found
    const explored = { workload: workload.value, exploration: found.value }
    this.kept.set(key, explored)
    return ok(explored)
  }
}

/** A hash of all that an exploration depends on. */
function keyOf(
  text: string,
  { mapspace, factors, fuse, execution, along, recompute, keep }: SearchOptions,
): string {
  const settled = Object.entries(along).sort(([a], [b]) => (a < b ? -1 : 1))
  return createHash('sha256')
    .update(JSON.stringify([text, mapspace, factors, fuse, execution, recompute, settled, [...keep].sort()]))
    .digest('base64')
}

/** Rough number of bytes of plain data: columns exactly, everything else by its number of entries. */
function sizeOf(value: unknown): number {
  if (ArrayBuffer.isView(value)) return value.byteLength
  if (typeof value === 'string') return 2 * value.length
  if (typeof value !== 'object' || value === null) return 8
  return Object.values(value).reduce<number>((sum, entry) => sum + 16 + sizeOf(entry), 16)
}

/** Options of a step whose progress is a part of the whole. */
const partOf = (
  { signal, onProgress, onWorkerLost }: ExploreOptions,
  start: number,
  width: number,
): RunOptions => ({
  ...(signal ? { signal } : {}),
  ...(onWorkerLost ? { onWorkerLost } : {}),
  ...(onProgress
    ? { onProgress: ({ done, label }) => onProgress({ done: start + done * width, label }) }
    : {}),
})

interface Begun {
  readonly found: Promise<Result<Explored>>
  /** Never settles where no cascade is searched. */
  readonly first: Promise<Exploration>
  readonly controller: AbortController
  /** Number of callers that wait for it. */
  waiting: number
}

/** The result of the search, unless this caller cancels. When the last caller cancels, the search is cancelled. */
async function waitFor(begun: Begun, { signal, onFirst }: ExploreOptions): Promise<Result<Explored>> {
  begun.waiting++
  void begun.first.then((exploration) => signal?.aborted || onFirst?.(exploration))
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
