import { machineProblem, type MachineProblem } from '../src/core/machine/problem'
import { mapMachine } from '../src/core/machine/search/map-machine'
import type { Objective } from '../src/core/machine/search/objective'
import { assert } from '../src/core/support/assert'
import { NEVER_STOPS } from '../src/core/support/checkpoint'
import { buildWorkload } from '../src/core/workload/build-workload'
import { readMachinePresets } from '../src/files/machine-presets'

/** One JSON line for each search of a mapping: CPU time in this thread after a warm-up, and the mappings evaluated. */
const presets = await readMachinePresets()
const RUNS = 3

function gemmOn(id: string, size: number): MachineProblem {
  const workload = buildWorkload({
    rank_sizes: { m: size, k: size, n: size },
    einsums: ['Z[m,n] = A[m,k] * B[k,n]'],
  })
  const preset = presets.find((one) => one.id === id)
  assert(workload.ok && preset !== undefined, 'the case is right')
  const problem = machineProblem(preset.machine, workload.value.einsums[0]!)
  assert(problem.ok, 'the GEMM fits the machine')
  return problem.value
}

function measure(
  id: string,
  size: number,
  kind: 'energy' | 'latency' | 'edp',
  limitMs = Infinity,
  runs = RUNS,
): void {
  const problem = gemmOn(id, size)
  const objective: Objective = { kind }
  const search = () => {
    const cpu = process.cpuUsage()
    const began = performance.now()
    const isLate = () => performance.now() - began > limitMs
    const found = mapMachine(problem, { objective, rules: 'machine', order: 'free' }, NEVER_STOPS, isLate)
    assert(found.ok, 'there is a mapping')
    return { ms: process.cpuUsage(cpu).user / 1000, found: found.value }
  }
  const all = Array.from({ length: runs + 1 }, search)
  const times = all.slice(runs > 0 ? 1 : 0).map(({ ms }) => ms)
  const { value, gap, leaves } = all[0]!.found
  const line = {
    case: `map-${id}-${size}-${kind}`,
    median_cpu_ms: Number(times.sort((a, b) => a - b)[times.length >> 1]!.toFixed(1)),
    value,
    gap,
    mappings_evaluated: leaves,
    rss_mib: Math.round(process.memoryUsage.rss() / 2 ** 20),
  }
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

for (const id of ['tpu_v1_like', 'tpu_v4i_like', 'nvdla_like', 'simba_like', 'eyeriss_like'])
  for (const kind of ['energy', 'latency', 'edp'] as const) measure(id, 4096, kind)
// Growth with the exponent of the divisors.
for (const size of [256, 1024, 4096, 16384]) measure('tpu_v4i_like', size, 'energy')
// Too many splits and orders to be proven in this time.
measure('gpu_a100_like', 4096, 'energy', 10_000, 0)
