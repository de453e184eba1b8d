import { parseWorkloadText } from '../src/contract/workload-file'
import { cascadeProblem, type CascadeProblem } from '../src/core/mappers/loop-trees/problem'
import { searchLoopTrees } from '../src/core/mappers/loop-trees/search-loop-trees'
import { buildWorkload } from '../src/core/workload/build-workload'
import { readFileSync } from 'node:fs'

const problemOf = (rank_sizes: Record<string, unknown>, ...einsums: string[]): CascadeProblem => {
  const built = buildWorkload({ rank_sizes, einsums })
  if (!built.ok) throw new Error(JSON.stringify(built.error))
  return cascadeProblem(built.value.einsums)
}
const chain = (m: number, ...n: number[]) =>
  problemOf(
    { m, ...Object.fromEntries(n.map((size, i) => [`n${i}`, size])) },
    ...n.slice(1).map((_, i) => `T${i + 1}[m, n${i + 1}] = T${i}[m, n${i}] * W${i}[n${i}, n${i + 1}]`),
  )
const preset = (name: string, change: (text: string) => string = (t) => t) => {
  const parsed = parseWorkloadText(change(readFileSync(`resources/presets/workloads/${name}.yaml`, 'utf8')))
  if (!parsed.ok) throw new Error(name)
  return cascadeProblem(parsed.value.einsums)
}
/** Some Einsums of a preset. */
const first = (name: string, from: number, to: number) => {
  const parsed = parseWorkloadText(readFileSync(`resources/presets/workloads/${name}.yaml`, 'utf8'))
  if (!parsed.ok) throw new Error(name)
  return cascadeProblem(parsed.value.einsums.slice(from, to))
}
/** A decoder layer repeated: FC2 of one is X of the next. */
const layers = (name: string, count: number) => {
  const parsed = parseWorkloadText(readFileSync(`resources/presets/workloads/${name}.yaml`, 'utf8'))
  if (!parsed.ok) throw new Error(name)
  const { rankSizes, einsums } = parsed.value
  const text = Array.from({ length: count }, (_, layer) =>
    einsums.map(({ text: einsum }) =>
      einsum.replace(/([A-Z]\w*)\[/g, (_, tensor: string) =>
        tensor === 'X' ? (layer === 0 ? 'X[' : `FC2_${layer - 1}[`) : `${tensor}_${layer}[`,
      ),
    ),
  ).flat()
  return problemOf(rankSizes, ...text)
}
const k = 1024
const CASES: [string, () => CascadeProblem][] = [
  ['gemm-4096', () => chain(4096, 4096, 4096)],
  ['pair-1024', () => chain(k, k, k, k)],
  ['ffn-pair', () => chain(32768, 4096, 16384, 4096)],
  [
    'attention-pair',
    () =>
      problemOf(
        { h: 32, p: 2048, m: 2048, e: 128, f: 128 },
        'S[h, m, p] = Q[h, p, e] * K[h, m, e]',
        'O[h, p, f] = S[h, m, p] * V[h, m, f]',
      ),
  ],
  ['four-1024', () => chain(k, k, k, k, k, k)],
  ['eight-1024', () => chain(k, k, k, k, k, k, k, k, k, k)],
  [
    'qkv',
    () =>
      problemOf(
        { m: 32768, d: 4096, e: 4096, f: 4096, g: 4096 },
        'Q[m, e] = X[m, d] * WQ[d, e]',
        'K[m, f] = X[m, d] * WK[d, f]',
        'V[m, g] = X[m, d] * WV[d, g]',
      ),
  ],
  [
    'gated-ffn',
    () =>
      problemOf(
        { m: 8192, d: 4096, c: 14336, e: 4096 },
        'U[m, c] = X[m, d] * WU[d, c]',
        'G[m, c] = X[m, d] * WG[d, c]',
        'H[m, c] = U[m, c] * G[m, c]',
        'Y[m, e] = H[m, c] * WD[c, e]',
      ),
  ],
  ['pair-5040', () => chain(5040, 5040, 5040, 5040)],
  ['gpt3-6.7b-b1', () => preset('gpt3-6.7b', (text) => text.replace('B: 16', 'B: 1'))],
  ['gpt3-6.7b-b16', () => preset('gpt3-6.7b')],
  ['llama3-8b', () => preset('llama3-8b')],
  ['gpt3-175b-96-layers', () => layers('gpt3-175b', 96)],
  ['gpt3-175b-12-layers', () => layers('gpt3-175b', 12)],
  ['inception-3a', () => preset('inception-3a')],
  ['mobilenet-v2-block', () => preset('mobilenet-v2-block')],
  ['resnet-50-block', () => first('resnet-50', 2, 8)],
]
const only = process.argv[2] ?? ''
const runs = Number(process.argv[3] ?? 4)
for (const [name, make] of CASES) {
  if (!name.includes(only)) continue
  const problem = make()
  const times: number[] = []
  const cpus: number[] = []
  let last: ReturnType<typeof searchLoopTrees> | undefined
  for (let i = 0; i < runs; i++) {
    const started = performance.now()
    const cpu = process.cpuUsage()
    last = searchLoopTrees(problem, { factors: 'perfect', recompute: 'halo' })
    const used = process.cpuUsage(cpu)
    cpus.push(Math.round((used.user + used.system) / 100) / 10)
    times.push(Math.round((performance.now() - started) * 10) / 10)
  }
  console.log(
    JSON.stringify({
      case: name,
      cold: times[0],
      best: Math.min(...times),
      cpu: Math.min(...cpus),
      points: last!.points.length,
      proven: last!.lower === null,
      rss: Math.round(process.memoryUsage.rss() / 2 ** 20),
    }),
  )
}
