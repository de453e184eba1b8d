import type { MesaPoint } from '../../analysis/performance-mesa'
import { exactTrafficAt, segmentationText } from '../../mappers/chain-fusion/read-fusion'
import { isExact } from '../../front/staircase'
import { exactTrafficOf, type Slope } from '../../analysis/reading'
import type { Report } from '../report'

export const BOUND_UNITS = { buffer_bytes: 'B', backing_store_bytes: 'B', oi_macs_per_byte: 'MAC/B' } as const
export const MESA_UNITS = {
  buffer_share: '1',
  buffer_bytes: 'B',
  macs: 'MAC',
  memory_bound_macs_per_s: 'MAC/s',
  compute_bound_macs_per_s: 'MAC/s',
  macs_per_s: 'MAC/s',
} as const

/** Points of a bound as objects, in the columns of the CSV. */
export const boundPoints = (slope: Slope, exact?: (buffer: number) => bigint) =>
  Array.from(slope.bufferBytes, (buffer_bytes, i) => {
    const traffic = slope.trafficBytes[i]!
    return {
      buffer_bytes,
      backing_store_bytes: traffic,
      // A double has rounded it: all its digits, as text.
      ...(isExact(traffic) || exact === undefined
        ? {}
        : { backing_store_bytes_exact: exact(buffer_bytes).toString() }),
      oi_macs_per_byte: slope.macs / traffic,
    }
  })

/** A point of the mesa, in the columns of the CSV. */
export const mesaRow = (point: MesaPoint) => ({
  buffer_share: point.share,
  buffer_bytes: point.buffer,
  macs: Math.floor(point.macs),
  memory_bound_macs_per_s: point.memoryBound,
  compute_bound_macs_per_s: point.computeBound,
  macs_per_s: point.throughput,
})

/** Traffic of the report's curve to its last digit. */
export const exactTrafficOfReport =
  ({ fusion, bound, strategy }: Report) =>
  (buffer: number): bigint =>
    fusion === null ? exactTrafficOf(bound, buffer) : exactTrafficAt(fusion, strategy, buffer)

/** The whole report for other programs: inputs with their units, what was read off, and every point. */
export function reportJson(report: Report): string {
  const { architecture, bound, slope, fusion, strategy, reading, best, current, workload } = report
  return `${JSON.stringify(
    {
      title: report.title,
      answer: report.answer,
      units: { ...BOUND_UNITS, ...MESA_UNITS, die: 'mm2', area: 'um2', clock: 'Hz', dram_bandwidth: 'B/s' },
      inputs: {
        workload: {
          name: workload.name,
          source: workload.source,
          einsums: workload.einsums.map(({ name, text }) => ({ name, text })),
          rank_sizes: workload.rankSizes,
        },
        architecture,
        ...bound.options,
        ...(fusion === null
          ? {}
          : { strategy, execution: fusion.options.execution, along: fusion.options.along }),
      },
      readings: {
        macs: slope.macs,
        algorithmic_minimum_bytes: reading.algorithmicMinimum,
        maximal_effectual_bytes: reading.maximalEffectualBytes,
        gap1: reading.gap1,
        gap0_at_current: report.gap0AtCurrent,
        peak_oi_macs_per_byte: reading.peakOperationalIntensity,
        levels: report.probes,
      },
      best: best && mesaRow(best),
      current: mesaRow(current),
      ...(fusion === null
        ? {}
        : {
            segmentation: segmentationText(report.segments),
            strategies: report.comparison.map(({ strategy: name, best: bestOf, ...figures }) => ({
              strategy: name,
              least_backing_store_bytes: figures.leastTraffic,
              maximal_effectual_bytes: figures.maximalEffectualBytes,
              reduction_at_current: figures.reduction,
              best: bestOf && mesaRow(bestOf),
            })),
            breaks: fusion.breaks,
          }),
      designs: report.designs.map(({ name, bound: own, strategy: by, current: at }) => ({
        name,
        workload: own.workload,
        strategy: by,
        ...mesaRow(at),
      })),
      points: boundPoints(slope, exactTrafficOfReport(report)),
      mappings_evaluated: bound.mappingsEvaluated,
    },
    null,
    2,
  )}\n`
}
