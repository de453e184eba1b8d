import { Option, type Command } from 'commander'
import { readBound } from '../core/analysis/reading'
import {
  bestStrategyOf,
  breaksOf,
  checkStrategy,
  curveOf,
  fusesAnything,
  reductionAt,
} from '../core/explore/read'
import { unprovenOf, unprovenText } from '../core/explore/attainable'
import type { Exploration, SearchOptions } from '../core/mappers/mapper'
import { STRATEGY_TITLES, type Strategy } from '../core/mappers/strategy'
import {
  floorValidities,
  POINT_UNITS,
  pointRows,
  pointsCsv,
  type PointRow,
} from '../core/report/tables/points'
import { err, ok, type Result } from '../core/support/result'
import { formatBytes, formatInteger, formatNumber } from '../core/units/format'
import { tensorsOf } from '../core/workload/cascade'
import type { Workload } from '../core/workload/einsum'
import { explore, type Context } from './context'
import { optionFault, orExit } from './exit'
import { parseAlong, withFusionOptions, withStrategy, type FusionFlags } from './fusion-options'
import { loadWorkload } from './load-workload'
import { withOutputOptions, withSearchOptions, type CommonOptions } from './options'
import { refuseIdleExecution } from './refuse-unused'
import { FLOOR_COLUMNS, floorCells, floorNotes } from './floor-text'
import { textTable, trafficText } from './table'

export function addFuseCommand(program: Command, context: Context): void {
  const command = program
    .command('fuse <workload>')
    .description('the ski slope of a cascade whose Einsums are fused, with its segmentation')
    .option('--einsums <names>', 'only these Einsums of the workload, such as QK,QKV')
    .option('--mappings', 'with the mapping of every segment')
    .option('--keep <tensors>', 'only trees that never write these intermediates, such as QK,Z')
    .addOption(
      new Option('--recompute <what>', 'what may be computed again: overlaps of windows, or any intermediate')
        .choices(['halo', 'any'])
        .default('halo'),
    )
  withOutputOptions(withSearchOptions(withFusionOptions(withStrategy(command)))).action(
    async (name: string, options: CommonOptions & FusionFlags & { einsums?: string }) => {
      refuseIdleExecution(command, options.strategy ?? 'segmented')
      const loaded = await loadWorkload(name, options, context)
      const workload = onlyEinsums(loaded.workload, options.einsums)
      const { mappings = false } = options
      const exploration = await exploreFused(context, workload, options, 'always')
      const strategy = options.strategy ?? bestStrategyOf(exploration)
      const rows = pointRows({ exploration, workload, strategy }, { mappings })
      if (options.format === 'csv') context.print(pointsCsv(rows))
      else if (options.format === 'json') context.print(json(workload, exploration, strategy, rows))
      else context.print(summary(exploration, strategy, rows))
    },
  )
}

/** Searches a cascade under every strategy. Refuses a strategy that does not apply. */
export async function exploreFused(
  context: Context,
  workload: Workload,
  options: CommonOptions & FusionFlags,
  fuse: SearchOptions['fuse'],
): Promise<Exploration> {
  const { mapspace, factors, execution, recompute = 'halo' } = options
  const keep = options.keep?.split(',').map((name) => name.trim()) ?? []
  const along = parseAlong(options.along ?? [])
  if (fuse === 'always' && mapspace === 'full') orExit(refusePaperOptions(options))
  if (mapspace === 'paper' && recompute === 'any') orExit(err([NO_RECOMPUTATION]))
  if (mapspace === 'paper' && keep.length > 0) orExit(err([paperKeeps(keep.join(','))]))
  const exploration = await explore(context, workload, options, {
    mapspace,
    factors,
    fuse,
    execution,
    along,
    recompute,
    keep,
  })
  if (keep.length > 0) orExit(checkStrategy(exploration, 'fused'))
  if (options.strategy !== undefined) orExit(checkStrategy(exploration, options.strategy))
  return exploration
}

const paperKeeps = (value: string) =>
  optionFault(
    '--keep',
    'In the mapspace of the paper each strategy says what it keeps',
    value,
    'use --mapspace full, or leave it out',
  )

const NO_RECOMPUTATION = optionFault(
  '--recompute',
  'The mapspace of the paper computes nothing again',
  'any',
  'use --mapspace full, or leave it out',
)

/** What only the strategies of the paper know is refused beside the general search. */
function refusePaperOptions({ along = [], execution }: FusionFlags): Result<true> {
  const hint = 'use --mapspace paper, or leave it out'
  if (along.length > 0)
    return err([optionFault('--along', 'The general search has no chains that meet', along[0]!, hint)])
  return execution === 'pipelined'
    ? err([optionFault('--execution', 'The general search runs one Einsum after the other', execution, hint)])
    : ok(true)
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

function json(
  workload: Workload,
  exploration: Exploration,
  strategy: Strategy,
  points: readonly PointRow[],
): string {
  const { mapspace, factors, execution, along, recompute, keep } = exploration.options
  return `${JSON.stringify({
    units: POINT_UNITS,
    inputs: {
      workload: workload.name,
      einsums: workload.einsums.map(({ name, text }) => ({ name, einsum: text })),
      rank_sizes: workload.rankSizes,
      row_reductions: workload.rowReductions,
      strategy,
      mapspace,
      factors,
      execution,
      along,
      recompute,
      keep,
      counting: exploration.counting,
    },
    macs: exploration.macs,
    algorithmic_minimum_bytes: exploration.algorithmicMinimum,
    maximal_effectual_bytes: readBound(curveOf(exploration, strategy)).maximalEffectualBytes,
    chains: exploration.chains,
    breaks: breaksOf(exploration, strategy),
    unproven: unprovenOf(exploration, strategy),
    floors: floorValidities(points),
    points,
    elapsed_ms: exploration.elapsedMs,
    mappings_evaluated: exploration.mappingsEvaluated,
  })}\n`
}

function summary(exploration: Exploration, strategy: Strategy, points: readonly PointRow[]): string {
  const { workload, options, counting, macs, chains, mappingsEvaluated, elapsedMs } = exploration
  const reading = readBound(curveOf(exploration, strategy))
  const unproven = unprovenOf(exploration, strategy)
  const less = (buffer: number) => formatNumber(reductionAt(exploration, 'unfused', strategy, buffer))
  const mapped = points[0]?.mapping !== undefined
  const rows = points.map((point) => [
    formatInteger(point.buffer_bytes),
    formatBytes(point.buffer_bytes),
    trafficText(point),
    less(point.buffer_bytes),
    formatNumber(point.oi_macs_per_byte),
    ...floorCells(point),
    point.segmentation!,
    ...(mapped ? [point.mapping!] : []),
  ])
  const header = ['buffer [B]', '', 'traffic [B]', 'less by', 'MAC/B', ...FLOOR_COLUMNS, 'segmentation']
  return [
    `${workload}, ${STRATEGY_TITLES[strategy]}: ${formatInteger(macs)} MACs, ${options.mapspace} mapspace (unfused by ${counting}), ${options.factors} factors\n`,
    fusesAnything(exploration)
      ? chains.map((members) => `chain: ${members.join(' -> ')}\n`).join('')
      : 'Nothing here can be fused: every Einsum runs alone.\n',
    ...breaksOf(exploration, strategy).map(({ tensor, reason }) => `${tensor} is written out: ${reason}\n`),
    `at least ${formatInteger(reading.leastTraffic)} B from ${formatInteger(reading.maximalEffectualBytes)} B (${formatBytes(reading.maximalEffectualBytes)}) on, ${less(points.at(-1)!.buffer_bytes)}x less than unfused\n\n`,
    textTable([...header, ...(mapped ? ['mapping'] : [])], rows),
    floorNotes(points),
    unproven === null ? '' : `\n${unprovenText(unproven)}\n`,
    `\n${formatInteger(mappingsEvaluated)} mappings in ${formatNumber(elapsedMs, 3)} ms\n`,
  ].join('')
}
