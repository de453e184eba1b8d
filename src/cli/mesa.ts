import type { Command } from 'commander'
import {
  bestShare,
  budgetOf,
  LIMITER_TITLES,
  mesaVertices,
  type MesaCurve,
} from '../core/analysis/performance-mesa'
import { mesaCsv } from '../core/report/tables/csv'
import { plateausOf } from '../core/analysis/plateau'
import { MESA_UNITS, mesaRow, plateauRows } from '../core/report/render/report-json'
import { formatBytes, formatInteger, formatShare, formatSi } from '../core/units/format'

import { curveOf } from '../core/explore/read'
import type { Context } from './context'
import { orExit } from './exit'
import { exploreFused } from './fuse'
import { withFusionOptions, withStrategy, type FusionFlags } from './fusion-options'
import { loadWorkload } from './load-workload'
import {
  architectureOf,
  withArchitecture,
  withExpression,
  withOutputOptions,
  withSearchOptions,
  type ArchitectureOptions,
  type CommonOptions,
  type WorkloadOptions,
} from './options'
import { refuseIdleExecution, refuseUnusedSource } from './refuse-unused'
import { textTable } from './table'

export function addMesaCommand(program: Command, context: Context): void {
  const command = program
    .command('mesa [workload]')
    .description("throughput against the buffer's share of the area, and the best share")
  withOutputOptions(
    withSearchOptions(withArchitecture(withFusionOptions(withStrategy(withExpression(command))))),
  ).action(
    async (
      name: string | undefined,
      options: CommonOptions & WorkloadOptions & ArchitectureOptions & FusionFlags,
    ) => {
      refuseUnusedSource(command, name)
      refuseIdleExecution(command, options.strategy ?? 'unfused')
      const presets = await context.presets()
      const architecture = await architectureOf(options, presets)
      const { workload } = await loadWorkload(name, options, context)
      const strategy = options.strategy ?? 'unfused'
      const fuse = strategy === 'unfused' ? 'never' : 'if-possible'
      const exploration = await exploreFused(context, workload, options, fuse)
      const slope = curveOf(exploration, strategy)
      const budget = budgetOf(architecture)
      const best = orExit(bestShare(slope, budget))
      const curve = mesaVertices(slope, budget)
      if (options.format === 'csv') return context.print(mesaCsv(curve))
      if (options.format === 'json') {
        const { mapspace, factors } = options
        return context.print(
          `${JSON.stringify({
            units: { ...MESA_UNITS, die: 'mm2', area: 'um2', clock: 'Hz', dram_bandwidth: 'B/s' },
            inputs: {
              workload: workload.name,
              strategy,
              mapspace,
              factors,
              counting: exploration.counting,
              architecture,
            },
            best: mesaRow(best),
            plateau: plateauRows(plateausOf(slope, budget, best)),
            points: rows(curve),
            elapsed_ms: exploration.elapsedMs,
            mappings_evaluated: exploration.mappingsEvaluated,
          })}\n`,
        )
      }
      context.print(
        `${workload.name} on ${architecture.name}: best share ${formatShare(best.share)}, ${formatBytes(best.buffer)} (${formatInteger(best.buffer)} B) of SRAM, ${formatInteger(Math.floor(best.macs))} MACs, ${formatSi(best.throughput, 'MAC/s')}, limited by ${LIMITER_TITLES[best.limiter]}\n\n`,
      )
      context.print(
        textTable(
          ['share', 'buffer', 'MACs', 'memory bound', 'compute bound', 'throughput'],
          rows(curve).map((row) => [
            formatShare(row.buffer_share, 4),
            formatBytes(row.buffer_bytes),
            formatInteger(row.macs),
            formatSi(row.memory_bound_macs_per_s, 'MAC/s'),
            formatSi(row.compute_bound_macs_per_s, 'MAC/s'),
            formatSi(row.macs_per_s, 'MAC/s'),
          ]),
        ),
      )
    },
  )
}

const rows = (curve: MesaCurve) =>
  Array.from(curve.share, (buffer_share, i) => ({
    buffer_share,
    buffer_bytes: curve.bufferBytes[i]!,
    macs: Math.floor(curve.macs[i]!),
    memory_bound_macs_per_s: curve.memoryBound[i]!,
    compute_bound_macs_per_s: curve.computeBound[i]!,
    macs_per_s: curve.throughput[i]!,
  }))
