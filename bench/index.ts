import { parseWorkloadText } from '../src/contract/workload-file'
import type { SearchOptions } from '../src/core/bound/bound'
import { assembleBound, planSearch, runSearchTask } from '../src/core/bound/search-plan'
import { assert } from '../src/core/support/assert'
import { readPresets } from '../src/files/presets'

/** One JSON line a case: median of the search alone, in this thread, after a warm-up. */
const CASES: readonly { name: string; preset: string; size?: number; options: SearchOptions }[] = [
  { name: 'gemm-4096-paper', preset: 'gemm-4k', options: { mapspace: 'paper', factors: 'perfect' } },
  { name: 'gemm-4096-full', preset: 'gemm-4k', options: { mapspace: 'full', factors: 'perfect' } },
  { name: 'conv-3x3-paper', preset: 'conv-3x3', options: { mapspace: 'paper', factors: 'perfect' } },
  { name: 'conv-3x3-full', preset: 'conv-3x3', options: { mapspace: 'full', factors: 'perfect' } },
  { name: 'bmm-h32-paper', preset: 'bmm-h32', options: { mapspace: 'paper', factors: 'perfect' } },
  { name: 'bmm-h32-full', preset: 'bmm-h32', options: { mapspace: 'full', factors: 'perfect' } },
  {
    name: 'gemm-1000-full-imperfect',
    preset: 'gemm-4k',
    size: 1000,
    options: { mapspace: 'full', factors: 'imperfect' },
  },
  {
    name: 'gpt3-6.7b-unfused-paper',
    preset: 'gpt3-6.7b',
    options: { mapspace: 'paper', factors: 'perfect' },
  },
  { name: 'gpt3-6.7b-unfused-full', preset: 'gpt3-6.7b', options: { mapspace: 'full', factors: 'perfect' } },
]
const WARM_UPS = 5
const RUNS = 15

const { workloads } = await readPresets()
for (const { name, preset, size, options } of CASES) {
  const text = workloads.find(({ id }) => id === preset)?.text
  assert(text !== undefined, `there is a preset ${preset}`)
  const workload = parseWorkloadText(size === undefined ? text : text.replaceAll('4096', String(size)))
  assert(workload.ok, `${name} parses`)
  const run = () => {
    const plan = planSearch(workload.value, options)
    assert(plan.ok, `${name} can be searched`)
    return assembleBound(plan.value, plan.value.tasks.map(runSearchTask))
  }
  const times: number[] = []
  for (let i = 0; i < WARM_UPS + RUNS; i++) {
    const started = performance.now()
    run()
    if (i >= WARM_UPS) times.push(performance.now() - started)
  }
  times.sort((a, b) => a - b)
  const bound = run()
  const round = (value: number) => Number(value.toFixed(3))
  const line = {
    case: name,
    median_ms: round(times[RUNS >> 1]!),
    min_ms: round(times[0]!),
    max_ms: round(times[RUNS - 1]!),
    points: bound.bufferBytes.length,
    mappings_evaluated: bound.mappingsEvaluated,
    rss_mib: Math.round(process.memoryUsage.rss() / 2 ** 20),
  }
  process.stdout.write(`${JSON.stringify(line)}\n`)
}
