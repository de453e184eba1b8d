import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { planSearch, type SearchPlan } from '../../src/core/bound/search-plan'
import { inProcessRunner } from '../../src/workers/in-process-runner'
import { searchPool } from '../../src/workers/search-pool'
import { builtWorker } from '../support/built-worker'
import { workloadOf } from '../support/truth'

const folder = mkdtempSync(join(tmpdir(), 'piste-workers-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function plan(size: number, mapspace: 'full' | 'paper' = 'paper'): SearchPlan {
  const workload = workloadOf('Z[m,n] = A[m,k] * B[k,n]', { M: size, K: size, N: size })
  const planned = planSearch(workload, { mapspace, factors: 'imperfect' })
  if (!planned.ok) throw new Error(JSON.stringify(planned.error))
  return planned.value
}

describe('search runners', () => {
  it('give the same bound in this thread, in one worker and in two', async () => {
    const searched = plan(3000)
    expect(searched.tasks.length).toBeGreaterThan(3)
    const runners = [inProcessRunner(), searchPool(builtWorker(), 1), searchPool(builtWorker(), 2)]
    const bounds = await Promise.all(runners.map((runner) => runner.run(searched)))
    await Promise.all(runners.map((runner) => runner.close()))
    const [first, ...others] = bounds.map((bound) =>
      bound.ok ? { ...bound.value, elapsedMs: 0 } : bound.error,
    )
    for (const other of others) expect(other).toEqual(first)
    expect(first).toHaveProperty('bufferBytes')
  })

  it('tell how far they are', async () => {
    const told: number[] = []
    const runner = inProcessRunner()
    await runner.run(plan(1500), { onProgress: ({ done }) => told.push(done) })
    expect(told.length).toBeGreaterThan(2)
    expect(told).toEqual([...told].sort((a, b) => a - b))
    expect(told.at(-1)).toBeCloseTo(1)
  })

  it('stop in the middle of a search when they are told to, long before it would have ended', async () => {
    const runner = searchPool(builtWorker(), 2)
    const controller = new AbortController()
    const began = performance.now()
    let cancelledAt = 0
    const result = await runner.run(plan(50_000), {
      signal: controller.signal,
      onProgress: ({ done }) => {
        if (cancelledAt > 0) return
        expect(done).toBeLessThan(0.2)
        cancelledAt = performance.now()
        controller.abort()
      },
    })
    const stopping = performance.now() - cancelledAt
    expect(result).toMatchObject({ ok: false, error: [{ code: 'cancelled' }] })
    // At this pace all of it would have taken many times what stopping took.
    expect(stopping).toBeLessThan((cancelledAt - began) * 20 + 2000)
    await runner.close()
  })

  it('report a worker that dies, replace it, and finish the search', async () => {
    const mark = join(folder, 'died')
    const deadly = join(folder, 'deadly.mjs')
    writeFileSync(
      deadly,
      `import { existsSync, writeFileSync } from 'node:fs'
       import search from ${JSON.stringify(builtWorker())}
       export default (task) => {
         if (!existsSync(${JSON.stringify(mark)})) { writeFileSync(${JSON.stringify(mark)}, ''); process.exit(7) }
         return search(task)
       }`,
    )
    const lost: string[] = []
    const runner = searchPool(deadly, 1)
    const searched = plan(1500)
    const bound = await runner.run(searched, { onWorkerLost: (message) => lost.push(message) })
    await runner.close()
    expect(lost.length).toBe(1)
    const expected = await inProcessRunner().run(searched)
    expect(bound.ok && [...bound.value.trafficBytes]).toEqual(expected.ok && [...expected.value.trafficBytes])
  })

  it('give up, as a fault, on a task that kills every worker', async () => {
    const deadly = join(folder, 'always.mjs')
    writeFileSync(deadly, 'export default () => process.exit(7)')
    const runner = searchPool(deadly, 1)
    expect(await runner.run(plan(1500))).toMatchObject({ ok: false, error: [{ code: 'workers-lost' }] })
    await runner.close()
  })
})

describe('searches that would explode are refused before they begin', () => {
  it.each([
    ['Z[m,n] = A[m,k] * B[k,n]', { M: 1e8, K: 1e8, N: 1e8 }, 'too-large-to-count'],
    [
      'Z[a] = A[a,b] * B[b,c] * C[c,d] * D[d,e] * E[e,f] * F[f,g] * G[g,a]',
      { A: 2, B: 2, C: 2, D: 2, E: 2, F: 2, G: 2 },
      'search-too-large',
    ],
    ['O[p] = I[H: p + r] * F[r]', { P: 1e6, R: 1e6 }, 'search-too-large'],
  ] as const)('%s', (einsum, sizes, code) => {
    expect(planSearch(workloadOf(einsum, sizes), { mapspace: 'full', factors: 'imperfect' })).toMatchObject({
      ok: false,
      error: [{ code }],
    })
  })
})
