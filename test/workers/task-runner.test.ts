import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { SearchRequest } from '../../src/core/mappers/mapper'
import { mapperFor } from '../../src/core/mappers/table'
import { curveOf } from '../../src/core/explore/read'
import { Explorer } from '../../src/workers/explorer'
import { inProcessRunner } from '../support/in-process-runner'
import { taskPool } from '../../src/workers/task-pool'
import type { RunOptions, TaskRunner } from '../../src/workers/task-runner'
import { OPTIONS } from '../support/explore'
import { builtWorker } from '../support/built-worker'
import { decoder } from '../support/llm'
import { workloadOf } from '../support/truth'

const folder = mkdtempSync(join(tmpdir(), 'piste-workers-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** An exhaustive search of a GEMM, in several tasks. */
const gemm = (size: number, mapspace: 'full' | 'paper' = 'paper'): SearchRequest => ({
  workload: workloadOf('Z[m,n] = A[m,k] * B[k,n]', { M: size, K: size, N: size }),
  options: { ...OPTIONS, mapspace, factors: 'imperfect', fuse: 'never' },
})
const search = (runner: TaskRunner, request: SearchRequest, run?: RunOptions) =>
  new Explorer(runner).search(request, run)

/** A worker file in which every task runs `body`. If a file `unless` exists, it is the built worker instead. */
function workerDoing(body: string, unless = ''): string {
  const file = join(folder, `worker-${++workers}.cjs`)
  writeFileSync(
    file,
    `const { existsSync, writeFileSync } = require('node:fs')
     const { parentPort, workerData: { cancelled } } = require('node:worker_threads')
     if (existsSync(${JSON.stringify(unless)})) require(${JSON.stringify(builtWorker())})
     else {
       parentPort.on('message', (message) => {
         if (message === null) return parentPort.close()
         const { id } = message
         const say = (answer) => parentPort.postMessage({ id, ...answer })
         try { ${body} } catch (error) { say({ error }) }
       })
       parentPort.postMessage('ready')
     }`,
  )
  return file
}
let workers = 0

describe('search runners', () => {
  it('give the same bound in this thread, in one worker and in two', async () => {
    const runners = [inProcessRunner(), taskPool(builtWorker(), 1), taskPool(builtWorker(), 2)]
    const bounds = await Promise.all(runners.map((runner) => search(runner, gemm(3000))))
    await Promise.all(runners.map((runner) => runner.close()))
    const [first, ...others] = bounds.map((bound) =>
      bound.ok ? { ...bound.value, elapsedMs: 0 } : bound.error,
    )
    for (const other of others) expect(other).toEqual(first)
    expect(first).toHaveProperty('curves')
  }, 30_000)

  it('give the same fusion in this thread, in one worker and in two, and report progress', async () => {
    const request: SearchRequest = {
      workload: decoder(1, { m: 16, d: 24, h: 2, e: 4, c: 32 }),
      options: OPTIONS,
    }
    const runners = [inProcessRunner(), taskPool(builtWorker(), 1), taskPool(builtWorker(), 2)]
    const told: number[] = []
    const bounds = await Promise.all(
      runners.map((runner) => search(runner, request, { onProgress: ({ done }) => told.push(done) })),
    )
    await Promise.all(runners.map((runner) => runner.close()))
    const [first, ...others] = bounds.map((bound) =>
      bound.ok ? { ...bound.value, elapsedMs: 0 } : bound.error,
    )
    for (const other of others) expect(other).toEqual(first)
    expect(first).toMatchObject({ mapper: 'loop-trees' })
    expect(Math.max(...told)).toBeCloseTo(1)
  }, 30_000)

  it('report progress', async () => {
    const told: number[] = []
    const runner = inProcessRunner()
    await search(runner, gemm(1500), { onProgress: ({ done }) => told.push(done) })
    expect(told.length).toBeGreaterThan(2)
    expect(told).toEqual([...told].sort((a, b) => a - b))
    expect(told.at(-1)).toBeCloseTo(1)
  })

  it('end at once when cancelled, also during a task that never ends', async () => {
    const runner = taskPool(workerDoing('for (;;);'), 2)
    const controller = new AbortController()
    const running = search(runner, gemm(1500), { signal: controller.signal })
    await new Promise((resolve) => setTimeout(resolve, 300))
    controller.abort()
    expect(await running).toMatchObject({ ok: false, error: [{ code: 'cancelled' }] })
    await runner.close()
  })

  it('finish a search whose tasks waited for the threads of a cancelled one', async () => {
    const runner = taskPool(builtWorker(), 2)
    const controller = new AbortController()
    const first = search(runner, gemm(50_000), { signal: controller.signal })
    await new Promise((resolve) => setTimeout(resolve, 300))
    const second = search(runner, gemm(1500))
    await new Promise((resolve) => setTimeout(resolve, 5))
    controller.abort()
    expect(await first).toMatchObject({ ok: false })
    expect((await second).ok).toBe(true)
    await runner.close()
  })

  it('end running searches when the pool is closed', async () => {
    const runner = taskPool(workerDoing('for (;;);'), 2)
    const running = search(runner, gemm(1500))
    await new Promise((resolve) => setTimeout(resolve, 200))
    await runner.close()
    expect(await running).toMatchObject({ ok: false, error: [{ code: 'cancelled' }] })
    expect(await search(runner, gemm(1500))).toMatchObject({ ok: false, error: [{ code: 'cancelled' }] })
  })

  it.each([
    ['exits', 'process.exit(7)'],
    ['runs out of memory', 'const kept = []; for (;;) kept.push(new Array(1e6).fill(kept.length))'],
  ])(
    'report a worker that %s, replace it, and finish the search',
    async (_, death) => {
      const mark = join(folder, `died-${workers}`)
      const deadly = workerDoing(`writeFileSync(${JSON.stringify(mark)}, ''); ${death}`, mark)
      const lost: string[] = []
      const runner = taskPool(deadly, 1)
      const bound = await search(runner, gemm(1500), { onWorkerLost: (message) => lost.push(message) })
      await runner.close()
      expect(lost.length).toBe(1)
      const expected = await search(inProcessRunner(), gemm(1500))
      expect(bound.ok && curveOf(bound.value, 'unfused')).toEqual(
        expected.ok && curveOf(expected.value, 'unfused'),
      )
    },
    30_000,
  )

  it('give up a task that kills every worker, with a fault', async () => {
    const lost: string[] = []
    const runner = taskPool(workerDoing('process.exit(7)'), 1)
    const bound = await search(runner, gemm(1500), { onWorkerLost: (message) => lost.push(message) })
    expect(bound).toMatchObject({ ok: false, error: [{ code: 'workers-lost' }] })
    expect(lost.length).toBe(2)
    await runner.close()
  })

  it('run in a worker however small they look', async () => {
    const runner = taskPool(workerDoing('process.exit(7)'), 1)
    expect(await search(runner, gemm(2))).toMatchObject({ ok: false, error: [{ code: 'workers-lost' }] })
    await runner.close()
  })

  it('throw a bug in the engine without trying again', async () => {
    const lost: string[] = []
    const runner = taskPool(workerDoing("throw new Error('Invariant broken: test')"), 2)
    await expect(
      search(runner, gemm(1500), { onWorkerLost: (message) => lost.push(message) }),
    ).rejects.toThrow('Invariant broken: test')
    expect(lost).toEqual([])
    await runner.close()
  })
})

describe('searches that are too large are refused before they begin', () => {
  it.each([
    ['Z[m,n] = A[m,k] * B[k,n]', { M: 2 ** 20, K: 2 ** 20, N: 2 ** 20 }, 'too-large-to-count'],
    [
      'Z[a] = A[a,b] * B[b,c] * C[c,d] * D[d,e] * E[e,f] * F[f,g] * G[g,a]',
      { A: 2, B: 2, C: 2, D: 2, E: 2, F: 2, G: 2 },
      'search-too-large',
    ],
    ['O[p] = I[H: p + r] * F[r]', { P: 1e6, R: 1e6 }, 'search-too-large'],
  ] as const)('%s', (einsum, sizes, code) => {
    const request: SearchRequest = {
      workload: workloadOf(einsum, sizes),
      options: { ...OPTIONS, factors: 'imperfect', fuse: 'never' },
    }
    expect(mapperFor(request).plan(request, [])).toMatchObject({ ok: false, error: [{ code }] })
  })
})
