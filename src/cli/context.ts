import type { Exploration, SearchOptions } from '../core/mappers/mapper'
import type { Workload } from '../core/workload/einsum'
import { dataFolder } from '../files/data-folder'
import { Library } from '../files/library'
import { Reader } from '../files/reader'
import { readPresets, type Presets } from '../files/presets'
import { Explorer } from '../workers/explorer'
import { taskPool, type TaskPool } from '../workers/task-pool'
import { orExit } from './exit'
import type { CommonOptions } from './options'

/** What commands share: the presets with the user's own, the pool, and the signal to stop. */
export interface Context {
  readonly presets: () => Promise<Presets>
  readonly explorer: (threads: number | undefined) => Explorer
  /** Starts a worker while the command still reads its input. */
  readonly warm: (threads: number | undefined) => void
  /** Reads what may be large. */
  readonly reader: Reader
  readonly signal: AbortSignal
  readonly print: (text: string) => void
  readonly say: (message: string) => void
}

export function createContext(
  workers: { readonly tasks: string; readonly reading: string },
  signal: AbortSignal,
): Context & { close(): Promise<void> } {
  const reader = new Reader(workers.reading)
  let pool: TaskPool | undefined
  const poolOf = (threads: number | undefined) => (pool ??= taskPool(workers.tasks, threads))
  let presets: Promise<Presets> | undefined
  return {
    presets: () => (presets ??= readPresets().then((shipped) => new Library(dataFolder()).beside(shipped))),
    explorer: (threads) => new Explorer(poolOf(threads), { reader }),
    warm: (threads) => poolOf(threads).warm(),
    reader,
    signal,
    print: (text) => process.stdout.write(text),
    say: (message) => process.stderr.write(`${message}\n`),
    close: async () => {
      await Promise.all([pool?.close(), reader.close()])
    },
  }
}

/** Searches a workload with the mapper for the options, or ends the command with the reason. */
export async function explore(
  { explorer, signal, say }: Context,
  workload: Workload,
  { threads }: Pick<CommonOptions, 'threads'>,
  options: SearchOptions,
): Promise<Exploration> {
  const onWorkerLost = (message: string) => say(`piste: ${message}`)
  return orExit(await explorer(threads).search({ workload, options }, { signal, onWorkerLost }))
}
