import type { Command } from 'commander'
import { Argument } from 'commander'
import { formatBytes } from '../core/units/format'
import { readMachinePresets, type MachinePreset } from '../files/machine-presets'
import type { Presets } from '../files/presets'
import type { Context } from './context'
import { withOutputOptions, type Format } from './options'
import { textTable } from './table'

const KINDS = ['workloads', 'technologies', 'chips', 'architectures', 'machines'] as const
type Kind = (typeof KINDS)[number]

export function addPresetsCommand(program: Command, context: Context): void {
  const command = program
    .command('presets')
    .addArgument(new Argument('[kind]', 'which presets').choices(KINDS).default('workloads'))
    .description('what ships with Piste, with sources')
  withOutputOptions(command).action(async (kind: Kind, { format }: { format: Format }) => {
    const presets = { ...(await context.presets()), machines: await readMachinePresets() }
    if (format === 'json') return context.print(`${JSON.stringify(presets[kind])}\n`)
    const { header, rows } = listOf(kind, presets)
    const quote = (cell: string) => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)
    if (format === 'csv')
      context.print([header, ...rows].map((row) => `${row.map(quote).join(',')}\n`).join(''))
    else context.print(textTable(header, rows))
  })
}

function listOf(
  kind: Kind,
  presets: Presets & { readonly machines: readonly MachinePreset[] },
): { header: string[]; rows: string[][] } {
  switch (kind) {
    case 'workloads':
      return {
        header: ['id', 'name', 'group', 'source'],
        rows: presets.workloads.map(({ id, title, group, source }) => [id, title, group, source]),
      }
    case 'technologies':
      return {
        header: ['id', 'name', 'um2_per_mac', 'um2_per_byte', 'source'],
        rows: presets.technologies.map((t) => [
          t.id,
          t.name,
          String(t.areaUm2PerMac),
          String(t.areaUm2PerByte),
          t.source,
        ]),
      }
    case 'chips':
      return {
        header: ['id', 'name', 'node', 'die_mm2', 'sram', 'dram_b_per_s', 'source'],
        rows: presets.chips.map((c) => [
          c.id,
          c.name,
          c.node,
          String(c.die ?? ''),
          c.sram === null ? '' : formatBytes(c.sram),
          String(c.dramBandwidth ?? ''),
          c.source,
        ]),
      }
    case 'machines':
      return {
        header: ['id', 'name', 'unverified', 'source'],
        rows: presets.machines.map(({ id, title, unverified, source }) => [
          id,
          title,
          unverified.join('; '),
          source,
        ]),
      }
    case 'architectures':
      return {
        header: ['id', 'name', 'technology', 'die_mm2'],
        rows: presets.architectures.map(({ id, title, architecture }) => [
          id,
          title,
          architecture.technology.id,
          String(architecture.die),
        ]),
      }
  }
}
