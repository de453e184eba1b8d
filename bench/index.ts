import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { asArchitecture } from '../src/contract/architecture-schema'
import { parseWorkloadText } from '../src/contract/workload-file'

import { curveOf } from '../src/core/explore/read'
import type { SearchOptions } from '../src/core/mappers/mapper'
import { fusedFloor } from '../src/core/analysis/floor/floor'
import { floorSteps } from '../src/core/analysis/floor/floor-curve'
import { budgetOf } from '../src/core/analysis/performance-mesa'
import { assert } from '../src/core/support/assert'
import { runSplitTask } from '../src/core/study/three-way-split'
import { axisValues, mapTasks, runMapTask } from '../src/core/study/throughput-map'
import { bytesPerSecond } from '../src/core/units/quantity'
import type { Workload } from '../src/core/workload/einsum'
import { importFile } from '../src/files/importers'
import { readPresets } from '../src/files/presets'
import { explore } from '../test/support/explore'
import { onnxModel } from '../test/support/onnx-model'
import { resnet50 } from '../test/support/resnet-50'
import { decoder, gemmChain } from '../test/support/llm'
import { searchTrees, treeCases } from './loop-trees'

/** One JSON line for each case: the median time of the search alone, in this thread, after a warm-up. */
const CASES: readonly {
  name: string
  preset: string
  size?: number
  options: Pick<SearchOptions, 'mapspace' | 'factors'>
}[] = [
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

/** An argument runs only the cases with it in their names. */
const only = process.argv[2] ?? ''

const { workloads, architectures } = await readPresets()

function presetText(preset: string): string {
  const text = workloads.find(({ id }) => id === preset)?.text
  assert(text !== undefined, `there is a preset ${preset}`)
  return text
}

function presetWorkload(preset: string, size?: number): Workload {
  const text = presetText(preset)
  const workload = parseWorkloadText(size === undefined ? text : text.replaceAll('4096', String(size)))
  assert(workload.ok, `${preset} parses`)
  return workload.value
}

type Which = Pick<SearchOptions, 'mapspace' | 'factors'>

function searchOf(workload: Workload, options: Which) {
  const { mappingsEvaluated, ...exploration } = explore(workload, { ...options, fuse: 'never' })
  const { bufferBytes } = exploration.curves[0]!
  return { points: bufferBytes.length, mappings_evaluated: mappingsEvaluated }
}

/** Every strategy of a cascade, in this thread. */
function fuse(workload: Workload, options: Which) {
  const exploration = explore(workload, { ...options, fuse: 'always' })
  return {
    einsums: workload.einsums.length,
    points: curveOf(exploration, 'segmented').bufferBytes.length,
    mappings_evaluated: exploration.mappingsEvaluated,
  }
}

function measure(name: string, run: () => object, warmUps = WARM_UPS, runs = RUNS): void {
  if (!name.includes(only)) return
  const times: number[] = []
  let found = {}
  for (let i = 0; i < warmUps + runs; i++) {
    const started = performance.now()
    found = run()
    if (i >= warmUps) times.push(performance.now() - started)
  }
  print(name, times, found)
}

async function measureAsync(name: string, run: () => Promise<object>): Promise<void> {
  if (!name.includes(only)) return
  const times: number[] = []
  let found = {}
  for (let i = 0; i < 1 + RUNS; i++) {
    const started = performance.now()
    found = await run()
    if (i > 0) times.push(performance.now() - started)
  }
  print(name, times, found)
}

function print(name: string, times: number[], found: object): void {
  times.sort((a, b) => a - b)
  const round = (value: number) => Number(value.toFixed(3))
  const line = {
    case: name,
    median_ms: round(times[times.length >> 1]!),
    min_ms: round(times[0]!),
    max_ms: round(times.at(-1)!),
    ...found,
    rss_mib: Math.round(process.memoryUsage.rss() / 2 ** 20),
  }
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

for (const { name, preset, size, options } of CASES) {
  const workload = presetWorkload(preset, size)
  measure(name, () => searchOf(workload, options))
}
for (const one of treeCases(presetText)) {
  const isLong = one.target_ms > 1000
  measure(one.name, () => searchTrees(one), isLong ? 1 : WARM_UPS, isLong ? 3 : RUNS)
}
const block = presetWorkload('gpt3-6.7b')
measure('gpt3-6.7b-all-strategies-paper', () => fuse(block, { mapspace: 'paper', factors: 'perfect' }))
measure('gpt3-6.7b-all-strategies-full', () => fuse(block, { mapspace: 'full', factors: 'perfect' }), 1, 3)
// Growth: identical layers are searched once; a chain is searched member by member.
for (const layers of [1, 8, 32, 96]) {
  const workload = decoder(layers)
  measure(`gpt3-175b-${layers}-layers`, () => fuse(workload, { mapspace: 'paper', factors: 'perfect' }), 1, 5)
}
for (const length of [75, 150, 300, 600]) {
  const workload = gemmChain(
    1024,
    Array.from({ length: length + 1 }, () => 1024),
  )
  measure(`chain-of-${length}-gemms`, () => fuse(workload, { mapspace: 'paper', factors: 'perfect' }), 0, 1)
}

// Floors as they are drawn: eight steps for each doubling of the buffer.
for (const layers of [1, 8, 96]) {
  const { einsums } = decoder(layers)
  measure(`floor-of-${layers}-layers`, () => ({
    steps: floorSteps(fusedFloor(einsums, 'halo'), 6, 2 ** 34).bufferBytes.length,
  }))
}

// Trade-offs of the segmented block: every cell of a map over share and bandwidth, every cell of a split.
const slope = curveOf(explore(block, { mapspace: 'paper', fuse: 'always' }), 'segmented')
const chip = asArchitecture(architectures[0]!.architecture)
const axis = { parameter: 'dramBandwidth', from: 2e10, to: 1e12, rows: 100 } as const
measure('heat-map-100x100', () => {
  const parts = mapTasks(slope, chip, axis.parameter, axisValues(axis), 100).map(runMapTask)
  return { rows: parts.flatMap(({ rows }) => rows).length }
})
measure('three-way-split-64', () => {
  const budget = { ...budgetOf(chip), innerBandwidth: bytesPerSecond(1.5e12) }
  const part = runSplitTask({ kind: 'split', label: '', cost: 1, slope, budget, resolution: 64 })
  return { cells: part.grid.throughput.length }
})

// A model of ResNet-50's size on disk, with weights.
const folder = mkdtempSync(join(tmpdir(), 'piste-bench-'))
const file = join(folder, 'resnet-50.onnx')
writeFileSync(file, onnxModel(resnet50({ withWeights: true })))
await measureAsync('onnx-resnet-50', async () => {
  const found = await importFile(file, { dimensions: { N: 1 } })
  assert(found.ok, 'the model is read')
  return { file_mb: Math.round(statSync(file).size / 1e6) }
})
rmSync(folder, { recursive: true })
await import('./machine')
