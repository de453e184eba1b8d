import type { WorkloadBound } from '../core/mappers/each-einsum/bound'
import { planSearch } from '../core/mappers/each-einsum/search-plan'
import type { Workload } from '../core/workload/einsum'
import { dataFolder } from '../files/data-folder'
import { Library } from '../files/library'
import { readPresets, type Presets } from '../files/presets'
import { searchPool } from '../workers/search-pool'
import type { SearchRunner } from '../workers/search-runner'
import { orExit } from './exit'
import type { CommonOptions } from './options'

/** What commands share: the presets with the user's own, the pool, and the word to stop. */
export interface Context {
  readonly presets: () => Promise<Presets>
  readonly runner: (threads: number | undefined) => SearchRunner
  readonly signal: AbortSignal
  readonly print: (text: string) => void
  readonly say: (message: string) => void
}

export function createContext(workerFile: string, signal: AbortSignal): Context & { close(): Promise<void> } {
  let pool: SearchRunner | undefined
  let presets: Promise<Presets> | undefined
  return {
    presets: () => (presets ??= readPresets().then((shipped) => new Library(dataFolder()).beside(shipped))),
    runner: (threads) => (pool ??= searchPool(workerFile, threads)),
    signal,
    print: (text) => process.stdout.write(text),
    say: (message) => process.stderr.write(`${message}\n`),
    close: async () => pool?.close(),
  }
}

export async function searchBound(
  context: Context,
  workload: Workload,
  { mapspace, factors, threads }: CommonOptions,
): Promise<WorkloadBound> {
  const plan = orExit(planSearch(workload, { mapspace, factors }))
  return orExit(
    await context.runner(threads).run(plan, {
      signal: context.signal,
      onWorkerLost: (message) => context.say(`piste: ${message}`),
    }),
  )
}
