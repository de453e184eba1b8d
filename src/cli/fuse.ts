import type { Command } from 'commander'
import { LONGEST_PIPELINE } from '../core/mappers/chain-fusion/pipelined'
import type { FusionBound } from '../core/mappers/chain-fusion/fusion-bound'
import { planFusion } from '../core/mappers/chain-fusion/plan-fusion'
import {
  checkStrategy,
  exactTrafficAt,
  fusesAnything,
  reductionAt,
  segmentationText,
  segmentsAt,
  slopeOf,
} from '../core/mappers/chain-fusion/read-fusion'
import { segmentLine } from '../core/mappers/chain-fusion/segment-text'
import { STRATEGY_TITLES, type Strategy } from '../core/mappers/chain-fusion/strategy'
import { readBound } from '../core/analysis/reading'
import { fusionCsv } from '../core/report/tables/csv'
import { BOUND_UNITS, boundPoints } from '../core/report/render/report-json'
import { err } from '../core/support/result'
import { formatBytes, formatInteger, formatNumber } from '../core/units/format'
import { tensorsOf } from '../core/workload/cascade'
import type { Workload } from '../core/workload/einsum'
import type { Context } from './context'
import { optionFault, orExit } from './exit'
import { parseAlong, withFusionOptions, withStrategy, type FusionFlags } from './fusion-options'
import { loadWorkload } from './load-workload'
import { withOutputOptions, withSearchOptions, type CommonOptions } from './options'
import { textTable } from './table'

export function addFuseCommand(program: Command, context: Context): void {
  const command = program
    .command('fuse <workload>')
    .description('the ski slope of a cascade whose Einsums are fused, with its segmentation')
    .option('--einsums <names>', 'only these Einsums of the workload, such as QK,QKV')
    .option('--mappings', 'with the tiling of every segment')
  withOutputOptions(withSearchOptions(withFusionOptions(withStrategy(command, 'segmented')))).action(
    async (name: string, options: CommonOptions & FusionFlags & { strategy: Strategy; einsums?: string }) => {
      const loaded = await loadWorkload(name, options, context)
      const workload = onlyEinsums(loaded.workload, options.einsums)
      const bound = await searchFusion(context, workload, options, options.strategy)
      const slope = slopeOf(bound, options.strategy)
      const segmentation = (buffer: number) => segmentationText(segmentsAt(bound, options.strategy, buffer))
      const mapping = options.mappings
        ? (buffer: number) => segmentsAt(bound, options.strategy, buffer).map(segmentLine).join(' | ')
        : undefined
      const exact = (buffer: number) => exactTrafficAt(bound, options.strategy, buffer)
      if (options.format === 'csv') return context.print(fusionCsv(slope, { segmentation, mapping, exact }))
      if (options.format === 'json') {
        return context.print(
          `${JSON.stringify({
            units: BOUND_UNITS,
            inputs: inputsOf(workload, bound, options.strategy),
            macs: bound.macs,
            algorithmic_minimum_bytes: bound.algorithmicMinimum,
            maximal_effectual_bytes: readBound(slope).maximalEffectualBytes,
            chains: chainsOf(bound),
            breaks: bound.breaks,
            points: boundPoints(slope, exact).map((point) => ({
              ...point,
              segmentation: segmentation(point.buffer_bytes),
              ...(mapping ? { mapping: mapping(point.buffer_bytes) } : {}),
            })),
            elapsed_ms: bound.elapsedMs,
            mappings_evaluated: bound.mappingsEvaluated,
          })}\n`,
        )
      }
      context.print(summary(bound, options.strategy, segmentation))
    },
  )
}

/** Searches a cascade under every strategy, and refuses one that does not apply. */
export async function searchFusion(
  context: Context,
  workload: Workload,
  { mapspace, factors, threads, execution, along }: CommonOptions & FusionFlags,
  strategy: Strategy,
): Promise<FusionBound> {
  const plan = orExit(planFusion(workload, { mapspace, factors, execution, along: parseAlong(along ?? []) }))
  const bound = orExit(
    await context.runner(threads).fuse(plan, {
      signal: context.signal,
      onWorkerLost: (message) => context.say(`piste: ${message}`),
    }),
  )
  orExit(checkStrategy(bound, strategy))
  if (bound.strategies[strategy].bufferBytes.length === 0)
    orExit(
      err([
        optionFault(
          '--execution',
          `A pipeline of more than ${LONGEST_PIPELINE} members is not searched`,
          execution,
          'use segmented, or sequential execution',
        ),
      ]),
    )
  return bound
}

function onlyEinsums(workload: Workload, names: string | undefined): Workload {
  if (names === undefined) return workload
  const wanted = names.split(',').map((name) => name.trim())
  const unknown = wanted.find((name) => !workload.einsums.some((einsum) => einsum.name === name))
  if (unknown !== undefined)
    orExit(
      err([
        optionFault(
          '--einsums',
          'There is no such Einsum',
          unknown,
          `choose from ${workload.einsums.map(({ name }) => name).join(', ')}`,
        ),
      ]),
    )
  const einsums = workload.einsums.filter(({ name }) => wanted.includes(name))
  return { ...workload, name: `${workload.name} ${wanted.join('+')}`, einsums, tensors: tensorsOf(einsums) }
}

const inputsOf = (workload: Workload, { options }: FusionBound, strategy: Strategy) => ({
  workload: workload.name,
  einsums: workload.einsums.map(({ name, text }) => ({ name, einsum: text })),
  rank_sizes: workload.rankSizes,
  row_reductions: Object.fromEntries(workload.rowReductions),
  strategy,
  ...options,
})

/** Chains by the names of their members. */
const chainsOf = ({ clusters, instances, einsums }: FusionBound): readonly (readonly string[])[] =>
  instances.flatMap(({ cluster, einsums: positions }) =>
    clusters[cluster]!.chains.map(({ members }) => members.map(({ einsum }) => einsums[positions[einsum]!]!)),
  )

function summary(bound: FusionBound, strategy: Strategy, segmentation: (buffer: number) => string): string {
  const slope = slopeOf(bound, strategy)
  const reading = readBound(slope)
  const points = boundPoints(slope)
  const last = points.at(-1)!.buffer_bytes
  const rows = points.map((point) => [
    formatInteger(point.buffer_bytes),
    formatBytes(point.buffer_bytes),
    exactTrafficAt(bound, strategy, point.buffer_bytes).toLocaleString('en-US'),
    formatNumber(reductionAt(bound, 'unfused', strategy, point.buffer_bytes)),
    formatNumber(point.oi_macs_per_byte),
    segmentation(point.buffer_bytes),
  ])
  const chains = chainsOf(bound)
  return [
    `${bound.workload}, ${STRATEGY_TITLES[strategy]}: ${formatInteger(bound.macs)} MACs, ${bound.options.mapspace} mapspace, ${bound.options.factors} factors\n`,
    fusesAnything(bound)
      ? chains.map((members) => `chain: ${members.join(' -> ')}\n`).join('')
      : 'Nothing here can be fused: every Einsum runs by itself.\n',
    ...bound.breaks.map(({ tensor, reason }) => `${tensor} is written out: ${reason}\n`),
    `at least ${formatInteger(reading.leastTraffic)} B from ${formatInteger(reading.maximalEffectualBytes)} B (${formatBytes(reading.maximalEffectualBytes)}) on, ${formatNumber(reductionAt(bound, 'unfused', strategy, last))}x less than unfused\n\n`,
    textTable(['buffer [B]', '', 'traffic [B]', 'less by', 'MAC/B', 'segmentation'], rows),
    `\n${formatInteger(bound.mappingsEvaluated)} mappings in ${formatNumber(bound.elapsedMs, 3)} ms\n`,
  ].join('')
}
