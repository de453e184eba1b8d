import type { MachineCase } from '../contract/case-file'
import { parseProject } from '../contract/parse-project'
import type { Project } from '../contract/project-file'
import { parseWorkloadText } from '../contract/workload-file'
import type { ImportedWorkload, ImportOptions } from '../core/interchange/imported'
import { err, ok, type Result } from '../core/support/result'
import type { Workload } from '../core/workload/einsum'
import { cancelledFault } from '../workers/cancelled'
import { isWorkerDeath, WorkerPool } from '../workers/worker-pool'
import { readCase, readCaseIfAny } from './case-files'
import { isBinary } from './import-workload'
import { importFile } from './importers'
import { withRegularFile } from './open-regular'
import type { Reading, ReadingJob, Readings } from './readings'

/** Characters of a text, or bytes of a file, that are read at once: sound ones take some 15 ms, and broken ones 50. */
export const SHORT_TEXT = 16_384

/** Who reads large models on a slow machine waits less. */
const LONGEST_READING_MS = 10_000
const LARGEST_HEAP_MIB = 1024
/** A reading that takes long must not delay the next one. */
const THREADS = 2

/**
 * Reads inputs. Short texts are read on the calling thread; what is longer, and every binary file, is read in a worker
 * thread with a limit of time and memory, so that it neither delays other work nor an interruption.
 */
export class Reader {
  private readonly pool: WorkerPool
  private readonly closing = new AbortController()
  private readonly limitMs: number

  constructor(workerFile: string, { limitMs = LONGEST_READING_MS } = {}) {
    this.pool = new WorkerPool({ file: workerFile, threads: THREADS, heapMiB: LARGEST_HEAP_MIB })
    this.limitMs = limitMs
  }

  /** A workload of a text; `file` is named in faults. */
  async workload(text: string, file?: string, signal?: AbortSignal): Promise<Result<Workload>> {
    return isShort(text)
      ? parseWorkloadText(text, file)
      : this.inWorker('workload', [text, file], file, signal)
  }

  /** A project of a file's text. */
  async project(text: string, file: string, signal?: AbortSignal): Promise<Result<Project>> {
    return isShort(text) ? parseProject(text, file) : this.inWorker('project', [text, file], file, signal)
  }

  /** A workload of a file that Piste or another tool wrote. */
  async import(
    file: string,
    options: ImportOptions,
    signal?: AbortSignal,
  ): Promise<Result<ImportedWorkload>> {
    return (await isShortFile(file))
      ? importFile(file, options)
      : this.inWorker('import', [file, options], file, signal)
  }

  /** A case file: a machine, a workload and a mapping, as far as it has them. */
  async case(file: string, signal?: AbortSignal): Promise<Result<MachineCase>> {
    return (await isShortFile(file)) ? readCase(file) : this.inWorker('case', [file], file, signal)
  }

  /** The case in a file; null if it holds something else. */
  async caseIfAny(file: string, signal?: AbortSignal): Promise<Result<MachineCase | null>> {
    return (await isShortFile(file)) ? readCaseIfAny(file) : this.inWorker('caseIfAny', [file], file, signal)
  }

  async close(): Promise<void> {
    this.closing.abort()
    await this.pool.close()
  }

  private async inWorker<K extends Reading>(
    kind: K,
    args: Parameters<Readings[K]>,
    file: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<Awaited<ReturnType<Readings[K]>> | Result<never>> {
    const limit = new AbortController()
    const timer = setTimeout(() => limit.abort(), this.limitMs)
    const ended = AbortSignal.any([this.closing.signal, limit.signal, ...(signal ? [signal] : [])])
    try {
      const job: ReadingJob<K> = { kind, args }
      return (await this.pool.run(job, ended)) as Awaited<ReturnType<Readings[K]>>
    } catch (error) {
      if (limit.signal.aborted) return givenUp(file, `it took over ${this.limitMs / 1000} s`)
      if (ended.aborted) return cancelledFault(ended)
      if (isWorkerDeath(error)) return givenUp(file, error.message)
      throw error
    } finally {
      clearTimeout(timer)
    }
  }
}

const isShort = (text: string): boolean => text.length <= SHORT_TEXT

/** Whether a file is a short text, or cannot be opened: why not is said by whoever reads it. */
async function isShortFile(file: string): Promise<boolean> {
  const size = await withRegularFile(file, (_, sizeBytes) => Promise.resolve(ok(sizeBytes)))
  const binary = await isBinary(file)
  return !size.ok || !binary.ok || (size.value <= SHORT_TEXT && !binary.value)
}

const givenUp = (file: string | undefined, why: string): Result<never> =>
  err([
    {
      code: 'reading-given-up',
      path: file === undefined ? 'workload' : '',
      ...(file === undefined ? {} : { file }),
      message: `Reading was given up: ${why}`,
      hint: 'split it in several files, or close other programs',
    },
  ])
