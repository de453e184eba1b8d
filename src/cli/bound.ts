import type { Command } from 'commander'
import type { WorkloadBound } from '../core/mappers/each-einsum/bound'
import { exactTrafficOf, readBound } from '../core/analysis/reading'
import { pointIndexAt } from '../core/front/staircase'
import { viewMapping } from '../core/mapping/view-mapping'
import { boundCsv } from '../core/report/tables/csv'
import { mappingLine } from '../core/mapping/mapping-text'
import { BOUND_UNITS, boundPoints } from '../core/report/render/report-json'
import { formatBytes, formatInteger, formatNumber } from '../core/units/format'
import type { Workload } from '../core/workload/einsum'
import { searchBound, type Context } from './context'
import { loadWorkload } from './load-workload'
import {
  withExpression,
  withOutputOptions,
  withSearchOptions,
  type CommonOptions,
  type WorkloadOptions,
} from './options'
import { textTable } from './table'

export function addBoundCommand(program: Command, context: Context): void {
  const command = program
    .command('bound [workload]')
    .description('least backing-store traffic against buffer size: the ski slope')
    .option('--mappings', 'with the mapping that attains each point')
  withOutputOptions(withSearchOptions(withExpression(command))).action(
    async (name: string | undefined, options: CommonOptions & WorkloadOptions) => {
      const { workload } = await loadWorkload(name, options, context)
      const bound = await searchBound(context, workload, options)
      const mappingOf = options.mappings ? mappingsOf(workload, bound) : undefined
      if (options.format === 'csv')
        context.print(boundCsv(bound, mappingOf, (buffer) => exactTrafficOf(bound, buffer)))
      else if (options.format === 'json') context.print(json(workload, bound, mappingOf))
      else context.print(summary(bound, mappingOf))
    },
  )
}

/** The mapping of each Einsum at a point of the sum, Einsums joined by ` ; `. */
function mappingsOf(workload: Workload, bound: WorkloadBound): (point: number) => string {
  return (point) =>
    workload.einsums
      .map((einsum, i) => {
        const member = bound.members[i]!
        const at = pointIndexAt(member, bound.bufferBytes[point]!)
        const line = mappingLine(viewMapping(einsum, member, at, bound.options))
        return workload.einsums.length > 1 ? `${einsum.name}: ${line}` : line
      })
      .join(' ; ')
}

function json(workload: Workload, bound: WorkloadBound, mappingOf?: (point: number) => string): string {
  const reading = readBound(bound)
  return `${JSON.stringify({
    units: BOUND_UNITS,
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
      ...bound.options,
    },
    macs: bound.macs,
    algorithmic_minimum_bytes: bound.algorithmicMinimum,
    maximal_effectual_bytes: reading.maximalEffectualBytes,
    gap1: reading.gap1,
    points: boundPoints(bound, (buffer) => exactTrafficOf(bound, buffer)).map((point, i) =>
      mappingOf ? { ...point, mapping: mappingOf(i) } : point,
    ),
    elapsed_ms: bound.elapsedMs,
    mappings_evaluated: bound.mappingsEvaluated,
  })}\n`
}

function summary(bound: WorkloadBound, mappingOf?: (point: number) => string): string {
  const reading = readBound(bound)
  const rows = boundPoints(bound).map((point, i) => [
    formatInteger(point.buffer_bytes),
    formatBytes(point.buffer_bytes),
    exactTrafficOf(bound, point.buffer_bytes).toLocaleString('en-US'),
    formatNumber(point.backing_store_bytes / bound.algorithmicMinimum),
    formatNumber(point.oi_macs_per_byte),
    ...(mappingOf ? [mappingOf(i)] : []),
  ])
  const header = ['buffer [B]', '', 'traffic [B]', 'Gap 0', 'MAC/B', ...(mappingOf ? ['mapping'] : [])]
  return [
    `${bound.workload}: ${formatInteger(bound.macs)} MACs, ${bound.options.mapspace} mapspace, ${bound.options.factors} factors\n`,
    `minimum ${formatInteger(reading.algorithmicMinimum)} B, maximal effectual size ${formatInteger(reading.maximalEffectualBytes)} B (${formatBytes(reading.maximalEffectualBytes)}), Gap 1 ${formatNumber(reading.gap1)}x\n\n`,
    textTable(header, rows),
    `\n${formatInteger(bound.mappingsEvaluated)} mappings in ${formatNumber(bound.elapsedMs, 3)} ms\n`,
  ].join('')
}
