import type { Command } from 'commander'
import { readBound } from '../core/analysis/reading'
import { curveOf } from '../core/explore/read'
import type { Exploration } from '../core/mappers/mapper'
import {
  floorValidities,
  POINT_UNITS,
  pointRows,
  pointsCsv,
  type PointRow,
} from '../core/report/tables/points'
import { formatBytes, formatInteger, formatNumber } from '../core/units/format'
import type { Workload } from '../core/workload/einsum'
import { explore, type Context } from './context'
import { loadWorkload } from './load-workload'
import {
  withExpression,
  withOutputOptions,
  withSearchOptions,
  type CommonOptions,
  type WorkloadOptions,
} from './options'
import { refuseUnusedSource } from './refuse-unused'
import { FLOOR_COLUMNS, floorCells, floorNotes } from './floor-text'
import { textTable, trafficText } from './table'

export function addBoundCommand(program: Command, context: Context): void {
  const command = program
    .command('bound [workload]')
    .description('least backing-store traffic against buffer size: the ski slope')
    .option('--mappings', 'with the mapping that attains each point')
  withOutputOptions(withSearchOptions(withExpression(command))).action(
    async (name: string | undefined, options: CommonOptions & WorkloadOptions) => {
      refuseUnusedSource(command, name)
      const { workload } = await loadWorkload(name, options, context)
      const { mapspace, factors, mappings = false } = options
      const exploration = await explore(context, workload, options, {
        mapspace,
        factors,
        fuse: 'never',
        execution: 'sequential',
        along: {},
        recompute: 'halo',
        keep: [],
      })
      const rows = pointRows({ exploration, workload, strategy: 'unfused' }, { mappings })
      if (options.format === 'csv') context.print(pointsCsv(rows))
      else if (options.format === 'json') context.print(json(workload, exploration, rows))
      else context.print(summary(exploration, rows))
    },
  )
}

function json(workload: Workload, exploration: Exploration, points: readonly PointRow[]): string {
  const reading = readBound(curveOf(exploration, 'unfused'))
  const { mapspace, factors } = exploration.options
  return `${JSON.stringify({
    units: POINT_UNITS,
    inputs: {
      workload: workload.name,
      einsums: workload.einsums.map(({ name, text, variables, inputs, output }) => ({
        name,
        einsum: text,
        rank_sizes: Object.fromEntries(variables.map(({ name: variable, size }) => [variable, size])),
        bits_per_value: Object.fromEntries(
          [...inputs, output].map(({ tensor, bitsPerValue }) => [tensor, bitsPerValue]),
        ),
      })),
      mapspace,
      factors,
      counting: exploration.counting,
    },
    macs: exploration.macs,
    algorithmic_minimum_bytes: exploration.algorithmicMinimum,
    maximal_effectual_bytes: reading.maximalEffectualBytes,
    gap1: reading.gap1,
    floors: floorValidities(points),
    points,
    elapsed_ms: exploration.elapsedMs,
    mappings_evaluated: exploration.mappingsEvaluated,
  })}\n`
}

function summary(exploration: Exploration, points: readonly PointRow[]): string {
  const { workload, options, counting, macs, algorithmicMinimum, mappingsEvaluated, elapsedMs } = exploration
  const reading = readBound(curveOf(exploration, 'unfused'))
  const mapped = points[0]?.mapping !== undefined
  const rows = points.map((point) => [
    formatInteger(point.buffer_bytes),
    formatBytes(point.buffer_bytes),
    trafficText(point),
    formatNumber(point.backing_store_bytes / algorithmicMinimum),
    formatNumber(point.oi_macs_per_byte),
    ...floorCells(point),
    ...(mapped ? [point.mapping!] : []),
  ])
  const header = [
    'buffer [B]',
    '',
    'traffic [B]',
    'Gap 0',
    'MAC/B',
    ...FLOOR_COLUMNS,
    ...(mapped ? ['mapping'] : []),
  ]
  return [
    `${workload}: ${formatInteger(macs)} MACs, ${options.mapspace} mapspace (${counting}), ${options.factors} factors\n`,
    `minimum ${formatInteger(reading.algorithmicMinimum)} B, maximal effectual size ${formatInteger(reading.maximalEffectualBytes)} B (${formatBytes(reading.maximalEffectualBytes)}), Gap 1 ${formatNumber(reading.gap1)}x\n\n`,
    textTable(header, rows),
    floorNotes(points),
    `\n${formatInteger(mappingsEvaluated)} mappings in ${formatNumber(elapsedMs, 3)} ms\n`,
  ].join('')
}
