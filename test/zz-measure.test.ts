import { it } from 'vitest'
import { readPresets } from '../src/files/presets'
import { parseWorkloadText } from '../src/contract/workload-file'
import { planSearch, runSearchTask, type SearchTask } from '../src/core/bound/search-plan'
import { searchPool } from '../src/workers/search-pool'
import { builtWorker } from './support/built-worker'
import { workloadOf } from './support/truth'

it('task durations', async () => {
  const presets = await readPresets()
  for (const mapspace of ['full', 'paper'] as const) {
    let worst = { ms: 0, what: '' }
    let small = { ms: 0, what: '' }
    for (const { id, text } of presets.workloads) {
      const w = parseWorkloadText(text)
      if (!w.ok) continue
      const p = planSearch(w.value, { mapspace, factors: 'perfect' })
      if (!p.ok) continue
      const t0 = performance.now()
      for (const t of p.value.tasks.slice(0, 400)) {
        const s = performance.now()
        runSearchTask(t)
        const ms = performance.now() - s
        if (ms > worst.ms) worst = { ms, what: `${id} ${t.label} cost ${t.cost}` }
      }
      const all = performance.now() - t0
      if (p.value.totalCost < 200_000 && all > small.ms) small = { ms: all, what: `${id} ${p.value.totalCost}` }
    }
    console.log(mapspace, 'worst task', worst, 'worst small search', small)
  }
}, 600000)

it('cancel latency', async () => {
  const pool = searchPool(builtWorker(), 2)
  const planOf = (n: number) => {
    const p = planSearch(workloadOf('Z[m,n] = A[m,k] * B[k,n]', { M: n, K: n, N: n }), { mapspace: 'paper', factors: 'imperfect' })
    if (!p.ok) throw new Error()
    return p.value
  }
  const long = planOf(50000)
  console.log('tasks', long.tasks.length)
  const lat: number[] = []
  for (let i = 0; i < 15; i++) {
    const c = new AbortController()
    const r = pool.run(long, { signal: c.signal })
    await new Promise((r) => setTimeout(r, 150 + 17 * i))
    const t = performance.now()
    c.abort()
    await r
    lat.push(performance.now() - t)
  }
  console.log('cancel ms', lat.map((x) => x.toFixed(1)).join(' '))
  // hang?
  const a = new AbortController()
  const first = pool.run(long, { signal: a.signal })
  await new Promise((r) => setTimeout(r, 300))
  const second = pool.run(planOf(1500), { signal: new AbortController().signal })
  await new Promise((r) => setTimeout(r, 5))
  a.abort()
  await first
  console.log('second', await Promise.race([second.then((x) => x.ok), new Promise((r) => setTimeout(() => r('HANG'), 8000))]))
}, 60000)
