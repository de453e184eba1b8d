import { curveOf } from '../../src/core/explore/read'
import type { SearchRequest } from '../../src/core/mappers/mapper'
import { assert } from '../../src/core/support/assert'
import { buildWorkload } from '../../src/core/workload/build-workload'
import { Explorer } from '../../src/workers/explorer'
import { taskPool } from '../../src/workers/task-pool'

export interface SoakFigures {
  readonly cancelled: number
  readonly finished: number
  readonly lost: number
  /** Searches that ended otherwise than they should: not cancelled, or with another curve. */
  readonly wrong: number
  readonly mostThreads: number
  readonly heapMiB: number
}

const THREADS = 2
/** One more than threads: one search waits. */
const AT_ONCE = 3
/** Pools in turn: their threads are cancelled and closed while they load, work and idle. */
const CANCELS_PER_POOL = 50
const LATEST_CANCEL_MS = 65

/** Cancels searches after 0 to 65 ms, a few at a time. Every second pool ends its threads without a time of grace. */
export async function soakCancels(workerFile: string, cancels: number): Promise<SoakFigures> {
  const figures = { cancelled: 0, finished: 0, lost: 0, wrong: 0, mostThreads: 0, heapMiB: 0 }
  const small = gemm(64)
  let expected: string | undefined
  for (let pools = 0; figures.cancelled < cancels; pools++) {
    const pool = taskPool(workerFile, THREADS, pools % 2 === 0 ? {} : { graceMs: 0 })
    const explorer = new Explorer(pool)
    const onWorkerLost = () => void figures.lost++
    const share = Math.min(CANCELS_PER_POOL, cancels - figures.cancelled)
    let begun = 0
    const lane = async (): Promise<void> => {
      while (begun < share) {
        const i = begun++
        const controller = new AbortController()
        const ms = (i * 37 + pools * 11) % (LATEST_CANCEL_MS + 1)
        setTimeout(() => controller.abort('cancelled'), ms)
        const found = await explorer.search(gemm(40_000 + i), { signal: controller.signal, onWorkerLost })
        figures.cancelled++
        if (found.ok || found.error[0]?.code !== 'cancelled') figures.wrong++
        figures.mostThreads = Math.max(figures.mostThreads, pool.size)
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, lane))
    // What is asked for after all that is found, and every third pool is closed before it is.
    const after = explorer.search(small, { onWorkerLost })
    if (pools % 3 !== 2) {
      const found = await after
      const curve = found.ok ? JSON.stringify([...curveOf(found.value, 'unfused').trafficBytes]) : 'none'
      expected ??= curve
      if (curve === expected && found.ok) figures.finished++
      else figures.wrong++
    }
    await pool.close()
    await after
  }
  figures.heapMiB = Math.round(process.memoryUsage.rss() / 2 ** 20)
  return figures
}

/** A matrix product with so many tile sizes that its search lasts, unless it is small. */
function gemm(size: number): SearchRequest {
  const workload = buildWorkload({
    rank_sizes: { M: size, K: size, N: size },
    bits_per_value: { All: 8 },
    einsums: ['Z[m,n] = A[m,k] * B[k,n]'],
  })
  assert(workload.ok, 'the workload of the soak is one')
  return {
    workload: workload.value,
    options: {
      mapspace: 'paper',
      factors: 'imperfect',
      fuse: 'never',
      execution: 'sequential',
      along: {},
      recompute: 'halo',
      keep: [],
    },
  }
}
