import type { Evaluation } from '../core/machine/evaluate'
import { mappingItems, type Nest } from '../core/machine/mapping'
import { areaOf } from '../core/machine/read-out'
import { formatBytes, formatNumber, formatShare, formatSi } from '../core/units/format'
import { textTable } from './table'

/** A mapping and what it costs, for people: loop nest, counts, components, and what limits it. */
export function machineText(nest: Nest, found: Evaluation): string {
  return [
    nestText(nest),
    countsText(nest, found),
    componentsText(nest, found),
    summaryText(nest, found),
  ].join('\n')
}

function nestText(nest: Nest): string {
  let depth = 0
  return mappingItems(nest)
    .map((item) => {
      const indent = '  '.repeat(depth)
      if ('keep' in item) return `${indent}[${item.keep} in ${item.in}]\n`
      depth++
      const where = item.at === undefined ? 'for' : 'at once'
      return `${indent}${where} ${item.loop} in tiles of ${item.tile}${item.at === undefined ? '' : ` on ${item.at.join('.')}`}\n`
    })
    .join('')
}

const digits = (value: bigint): string => value.toLocaleString('en-US')

function countsText({ problem }: Nest, { counts }: Evaluation): string {
  const header = ['tensor', 'memory', 'tile', 'instances', 'fills', 'drains', 'reads', 'writes']
  const rows = counts
    .flat()
    .map(({ holder, tile, instances, fills, drains, reads, writes }) => [
      problem.tensors[holder.tensor]!.name,
      problem.memories[holder.memory]!.name,
      ...[tile, instances, fills, drains, reads, writes].map(digits),
    ])
  return textTable(header, rows)
}

function componentsText({ problem }: Nest, found: Evaluation): string {
  const { memories, compute } = problem
  const header = [
    'component',
    'occupancy',
    'capacity',
    'bytes read',
    'bytes written',
    'time',
    'energy',
    'leakage',
    'share',
  ]
  const row = (name: string, at: number, cells: readonly string[]) => [
    name,
    ...cells,
    formatSi(found.seconds[at]!, 's'),
    energyText(found.energies[at]!),
    energyText(found.leakages[at]!),
    formatShare((found.energies[at]! + found.leakages[at]!) / (found.totalEnergy || 1)),
  ]
  const rows = memories.map(({ name, capacity }, at) =>
    row(name, at, [
      formatBytes(found.occupancyBytes[at]!),
      capacity === null ? 'unbounded' : formatBytes(capacity),
      formatBytes(found.traffic[at]!.read),
      formatBytes(found.traffic[at]!.written),
    ]),
  )
  rows.push(row(compute.name, memories.length, ['', '', '', '']))
  for (const { array, energy } of found.links)
    rows.push([
      array,
      '',
      '',
      '',
      '',
      '',
      energyText(energy),
      '',
      formatShare(energy / (found.totalEnergy || 1)),
    ])
  return textTable(header, rows)
}

const energyText = (pj: number): string => formatSi(pj / 1e12, 'J')

function summaryText(nest: Nest, found: Evaluation): string {
  const { memories, compute } = nest.problem
  const limiter = [...memories, compute][found.limiter]!.name
  const area = areaOf(nest)
  return [
    `energy ${energyText(found.totalEnergy)}, latency ${formatSi(found.latency, 's')}, limited by ${limiter}\n`,
    `utilisation ${formatShare(found.utilisation)}: ${formatShare(found.spatialUse)} of the MACs are used, ${formatShare(found.utilisation / found.spatialUse)} of their steps\n`,
    `area ${area.complete ? '' : 'unknown, above '}${formatNumber(area.known)} mm²\n`,
  ].join('')
}

/** JSON in which counts have all their digits. */
export function exactJson(value: unknown): string {
  const marked = JSON.stringify(value, (_, one: unknown) => (typeof one === 'bigint' ? `\u0000${one}` : one))
  return `${marked.replaceAll(/"\\u0000(-?\d+)"/g, '$1')}\n`
}
