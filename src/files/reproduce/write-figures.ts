import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import * as v from 'valibot'
import { parse, stringify } from 'yaml'
import { renderSvg } from '../../charts/render-svg'
import { parseWorkloadText } from '../../contract/workload-file'
import { curveOf } from '../../core/explore/read'
import type { SearchOptions } from '../../core/mappers/mapper'
import { assert } from '../../core/support/assert'
import { err, ok, type Fault, type Result } from '../../core/support/result'
import { tensorsOf } from '../../core/workload/cascade'
import type { Workload } from '../../core/workload/einsum'
import type { Explorer } from '../../workers/explorer'
import { writeAtomic } from '../atomic-write'
import { presetsFolder, readPresets, type Presets } from '../presets'
import { csvText, type Figure } from './figure'
import { fusedFigures } from './fused-figures'
import { measuredFigure, singleFigures, type InlineEinsum, type Measurement } from './single-figures'

const SIZE = { width: 880, height: 420 }
const MIB = 2 ** 20

const measurementsSchema = v.object({
  source: v.string(),
  points: v.array(
    v.object({ chip: v.string(), kernel: v.string(), cache_mib: v.number(), traffic_mib: v.number() }),
  ),
})

/** A cancelled search ends the figures. Any other fault of a shipped workload is a bug. */
class Stopped extends Error {
  constructor(readonly faults: readonly Fault[]) {
    super('stopped')
  }
}

/** Computes the figures of the paper, as SVG and CSV with a line each on how it agrees. */
export async function writeFigures(
  directory: string,
  explorer: Explorer,
  signal: AbortSignal | undefined,
): Promise<Result<{ files: readonly string[]; figures: readonly Figure[] }>> {
  const run = signal ? { signal } : {}
  const presets = await readPresets()
  const orStop = <T>(result: Result<T>): T => {
    if (!result.ok) throw new Stopped(result.error)
    return result.value
  }
  const explore = async (workload: Workload, fuse: SearchOptions['fuse']) =>
    orStop(
      await explorer.search(
        {
          workload,
          options: {
            mapspace: 'paper',
            factors: 'perfect',
            fuse,
            execution: 'sequential',
            along: {},
            recompute: 'halo',
            keep: [],
          },
        },
        run,
      ),
    )
  const search = async (wanted: string | InlineEinsum) =>
    curveOf(
      await explore(typeof wanted === 'string' ? presetOf(presets, wanted) : inlineOf(wanted), 'never'),
      'unfused',
    )
  const fuse = (preset: string, names?: readonly string[]) => {
    const workload = presetOf(presets, preset)
    const einsums = workload.einsums.filter(({ name }) => names?.includes(name) ?? true)
    return explore({ ...workload, einsums, tensors: tensorsOf(einsums) }, 'always')
  }
  try {
    const figures = [
      ...(await singleFigures(search)),
      ...(await fusedFigures(fuse)),
      await measuredFigure(search, await readMeasurements()),
    ]
    const files = await writeAll(directory, figures)
    return files.ok ? ok({ files: files.value, figures }) : files
  } catch (error) {
    if (error instanceof Stopped) return err(error.faults)
    throw error
  }
}

async function writeAll(directory: string, figures: readonly Figure[]): Promise<Result<readonly string[]>> {
  const index = [
    '# Figures of Orojenesis (ISCA 2024), computed again by Piste',
    '',
    ...figures.map(({ number, title, agreement }) => `- **Fig. ${number}**, ${title}. ${agreement}`),
    '',
  ].join('\n')
  const contents = [
    ...figures.flatMap(({ number, option, csv }) => [
      [`fig-${number}.svg`, renderSvg(option, SIZE)] as const,
      [`fig-${number}.csv`, csvText(csv)] as const,
    ]),
    ['figures.md', index] as const,
  ]
  const files: string[] = []
  for (const [name, content] of contents) {
    const file = resolve(directory, name)
    const written = await writeAtomic(file, content)
    if (!written.ok) return written
    files.push(file)
  }
  return ok(files)
}

function presetOf(presets: Presets, id: string): Workload {
  const workload = parseWorkloadText(presets.workloads.find((preset) => preset.id === id)?.text ?? '')
  assert(workload.ok, `preset ${id} is shipped and parses`)
  return workload.value
}

function inlineOf({ name, einsum, rankSizes, bits }: InlineEinsum): Workload {
  const workload = parseWorkloadText(
    stringify({
      workload: { name, rank_sizes: rankSizes, bits_per_value: { All: bits }, einsums: [einsum] },
    }),
  )
  assert(workload.ok, `${name} parses`)
  return workload.value
}

async function readMeasurements(): Promise<readonly Measurement[]> {
  const text = await readFile(join(presetsFolder(), 'measurements.yaml'), 'utf8')
  return v.parse(measurementsSchema, parse(text)).points.map(({ chip, kernel, cache_mib, traffic_mib }) => ({
    chip,
    kernel,
    cacheBytes: cache_mib * MIB,
    trafficBytes: traffic_mib * MIB,
  }))
}
