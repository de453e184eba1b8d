import { parseWorkloadText } from '../src/contract/workload-file'
import { cascadeProblem, type CascadeProblem } from '../src/core/mappers/loop-trees/problem'
import { searchTask } from '../src/core/mappers/loop-trees/task'
import { assert } from '../src/core/support/assert'
import { buildWorkload } from '../src/core/workload/build-workload'
import type { Workload } from '../src/core/workload/einsum'

interface TreeCase {
  readonly name: string
  /** What the search should stay below, warm and in one thread, trees written out. */
  readonly target_ms: number
  readonly problem: CascadeProblem
}

const problemOf = (rank_sizes: Record<string, unknown>, ...einsums: string[]): CascadeProblem => {
  const built = buildWorkload({ rank_sizes, einsums })
  assert(built.ok, 'a case of the bench is a cascade')
  return cascadeProblem(built.value.einsums)
}

/** Products of m rows, one after the other. */
const chain = (m: number, ...n: number[]): CascadeProblem =>
  problemOf(
    { m, ...Object.fromEntries(n.map((size, i) => [`n${i}`, size])) },
    ...n.slice(1).map((_, i) => `T${i + 1}[m, n${i + 1}] = T${i}[m, n${i}] * W${i}[n${i}, n${i + 1}]`),
  )

const cube = (count: number): CascadeProblem => chain(1024, ...Array.from({ length: count + 1 }, () => 1024))

/** A decoder layer repeated: FC2 of one is X of the next. */
function layers({ rankSizes, einsums }: Workload, count: number): CascadeProblem {
  const renamed = (layer: number) => (_: string, tensor: string) =>
    tensor === 'X' ? (layer === 0 ? 'X[' : `FC2_${layer - 1}[`) : `${tensor}_${layer}[`
  const text = Array.from({ length: count }, (_, layer) =>
    einsums.map(({ text: einsum }) => einsum.replace(/([A-Z]\w*)\[/g, renamed(layer))),
  )
  return problemOf(rankSizes, ...text.flat())
}

/** Searches over loop trees; `textOf`: a preset's text. */
export function treeCases(textOf: (preset: string) => string): TreeCase[] {
  const workload = (preset: string, change = (text: string) => text): Workload => {
    const parsed = parseWorkloadText(change(textOf(preset)))
    assert(parsed.ok, `${preset} parses`)
    return parsed.value
  }
  const problem = (preset: string, from = 0, to?: number) =>
    cascadeProblem(workload(preset).einsums.slice(from, to))
  const one = cascadeProblem(workload('gpt3-6.7b', (text) => text.replace('B: 16', 'B: 1')).einsums)
  const found: [name: string, target_ms: number, problem: CascadeProblem][] = [
    ['pair-1024', 15, cube(2)],
    ['four-1024', 20, cube(4)],
    ['eight-1024', 40, cube(8)],
    ['pair-5040', 1500, chain(5040, 5040, 5040, 5040)],
    ['ffn-pair', 50, chain(32768, 4096, 16384, 4096)],
    [
      'attention-pair',
      20,
      problemOf(
        { h: 32, p: 2048, m: 2048, e: 128, f: 128 },
        'S[h, m, p] = Q[h, p, e] * K[h, m, e]',
        'O[h, p, f] = S[h, m, p] * V[h, m, f]',
      ),
    ],
    [
      'qkv',
      30,
      problemOf(
        { m: 32768, d: 4096, e: 4096, f: 4096, g: 4096 },
        'Q[m, e] = X[m, d] * WQ[d, e]',
        'K[m, f] = X[m, d] * WK[d, f]',
        'V[m, g] = X[m, d] * WV[d, g]',
      ),
    ],
    [
      'gated-ffn',
      150,
      problemOf(
        { m: 8192, d: 4096, c: 14336, e: 4096 },
        'U[m, c] = X[m, d] * WU[d, c]',
        'G[m, c] = X[m, d] * WG[d, c]',
        'H[m, c] = U[m, c] * G[m, c]',
        'Y[m, e] = H[m, c] * WD[c, e]',
      ),
    ],
    ['gpt3-6.7b-batch-1', 600, one],
    ['gpt3-6.7b-batch-16', 1500, problem('gpt3-6.7b')],
    ['llama3-8b', 1500, problem('llama3-8b')],
    // Growth in depth: repeated layers are searched once.
    ...[12, 24, 48, 96].map((count): [string, number, CascadeProblem] => [
      `gpt3-175b-${count}-layers`,
      10_000,
      layers(workload('gpt3-175b'), count),
    ]),
    ['resnet-50-block', 10_000, problem('resnet-50', 2, 8)],
    ['inception-3a', 10_000, problem('inception-3a')],
  ]
  return found.map(([name, target_ms, own]) => ({ name: `loop-trees-${name}`, target_ms, problem: own }))
}

/** Searches a case as a worker does. */
export function searchTrees({ problem, target_ms }: TreeCase) {
  const { peaks, lower } = searchTask({
    kind: 'loop-trees',
    label: '',
    cost: 1,
    problem,
    alone: [],
    factors: 'perfect',
    recompute: 'halo',
  })
  return { target_ms, einsums: problem.einsums.length, points: peaks.length, proven: lower === null }
}
