import { breaksOf } from '../../explore/read'
import type { MesaPoint } from '../../analysis/performance-mesa'
import type { Plateaus } from '../../analysis/plateau'
import type { Report } from '../report'
import { POINT_UNITS, pointRows } from '../tables/points'

export const MESA_UNITS = {
  buffer_share: '1',
  buffer_bytes: 'B',
  macs: 'MAC',
  memory_bound_macs_per_s: 'MAC/s',
  compute_bound_macs_per_s: 'MAC/s',
  macs_per_s: 'MAC/s',
} as const

/** A point of the mesa, in the columns of the CSV. */
export const mesaRow = (point: MesaPoint) => ({
  buffer_share: point.share,
  buffer_bytes: point.buffer,
  macs: Math.floor(point.macs),
  memory_bound_macs_per_s: point.memoryBound,
  compute_bound_macs_per_s: point.computeBound,
  macs_per_s: point.throughput,
})

/** The shares within a loss of the best throughput, with the smallest SRAM. */
export const plateauRows = ({ flat, sparing }: Plateaus) =>
  [flat, ...sparing].map(({ loss, least, greatest }) => ({
    loss,
    least: mesaRow(least),
    greatest_share: greatest,
  }))

/** The whole report for other programs: inputs with their units, what was read off, and every point. */
export function reportJson(report: Report): string {
  const { architecture, exploration, slope, strategy, reading, best, current, workload } = report
  const fused = report.comparison.length > 0
  return `${JSON.stringify(
    {
      title: report.title,
      answer: report.answer,
      units: { ...POINT_UNITS, ...MESA_UNITS, die: 'mm2', area: 'um2', clock: 'Hz', dram_bandwidth: 'B/s' },
      inputs: {
        workload: {
          name: workload.name,
          source: workload.source,
          einsums: workload.einsums.map(({ name, text }) => ({ name, text })),
          rank_sizes: workload.rankSizes,
        },
        architecture,
        ...exploration.options,
        strategy,
        counting: exploration.counting,
      },
      readings: {
        macs: slope.macs,
        algorithmic_minimum_bytes: reading.algorithmicMinimum,
        maximal_effectual_bytes: reading.maximalEffectualBytes,
        gap1: reading.gap1,
        gap0_at_current: report.gap0AtCurrent,
        floor_at_current_bytes: report.floorAtCurrent.bytes,
        floor_at_current_validity: report.floorAtCurrent.holdsFor,
        peak_oi_macs_per_byte: reading.peakOperationalIntensity,
        levels: report.probes,
      },
      best: best && mesaRow(best),
      plateau: report.plateaus && plateauRows(report.plateaus),
      current: mesaRow(current),
      ...(!fused
        ? {}
        : {
            segmentation: report.segmentation,
            strategies: report.comparison.map(({ strategy: name, best: bestOf, ...figures }) => ({
              strategy: name,
              least_backing_store_bytes: figures.leastTraffic,
              maximal_effectual_bytes: figures.maximalEffectualBytes,
              reduction_at_current: figures.reduction,
              best: bestOf && mesaRow(bestOf),
            })),
            breaks: breaksOf(exploration, report.strategy),
          }),
      designs: report.designs.map(({ name, exploration: own, strategy: by, current: at }) => ({
        name,
        workload: own.workload,
        strategy: by,
        ...mesaRow(at),
      })),
      points: pointRows({ exploration, workload, strategy }),
      mappings_evaluated: exploration.mappingsEvaluated,
    },
    null,
    2,
  )}\n`
}
