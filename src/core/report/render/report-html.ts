import { LIMITER_TITLES, type MesaPoint } from '../../analysis/performance-mesa'
import { mappingLines } from '../../mapping/mapping-text'
import type { Exploration } from '../../mappers/mapper'
import { STRATEGY_TITLES, type Strategy } from '../../mappers/strategy'
import { trafficAt } from '../../front/read'
import { floorNote, overFloor } from '../floor-text'
import { formatInteger, formatNumber, formatShare } from '../../units/format'
import type { Units } from '../../units/units'
import type { MappedSegment, Report } from '../report'
import { pointRows } from '../tables/points'
import { breaksOf } from '../../explore/read'
import { leastExecutable, unprovenOf, unprovenText } from '../../explore/attainable'
import { escape, heading, STYLE, table, type Cell } from './html'
import { designsHtml, plateauHtml, sensitivityHtml, titlePage } from './report-sections'

/** The report's charts as SVG text. */
export interface ReportCharts {
  readonly skiSlope: string
  readonly oiMesa: string
  readonly performanceMesa: string
  /** Reduction of traffic by each strategy; null if nothing can be fused. */
  readonly reduction: string | null
  readonly tensors: string
  /** How much each parameter changes the best throughput; null if nothing fits the die. */
  readonly tornado: string | null
  /** For each mapping its loop tree and what lies in the buffer; null for an Einsum that runs alone. */
  readonly mappings: readonly ({ readonly tree: string; readonly buffer: string } | null)[]
}

/** Sections at the end of every report. */
const SECTIONS = [
  'Parameters and their sources',
  'Mappings',
  'Method and its limits',
  'Appendix: points of the ski slope',
]

/** A self-contained page without scripts and without external files. Only `date` does not follow from the inputs. */
export function reportHtml(report: Report, charts: ReportCharts, date: string): string {
  const { reading, best, current, exploration, slope, units } = report
  const { mapspace, factors } = exploration.options
  const fused = report.comparison.length > 0
  const rate = (value: number) => units.rate(value)
  const points = pointRows(report).map((row): Cell[] => [
    formatInteger(row.buffer_bytes),
    row.backing_store_bytes_exact === undefined
      ? formatInteger(row.backing_store_bytes)
      : BigInt(row.backing_store_bytes_exact).toLocaleString('en-US'),
    formatNumber(row.backing_store_bytes / reading.algorithmicMinimum),
    formatNumber(row.oi_macs_per_byte),
    formatInteger(row.floor_bytes),
    overFloor(row.backing_store_bytes, row.floor_bytes),
  ])
  const contents = [
    'Results',
    ...(report.designs.length > 0 ? ['Designs'] : []),
    ...(charts.tornado === null ? [] : ['What moves the throughput']),
    'Data movement',
    ...(fused ? ['Fusion'] : []),
    'Einsums',
    ...SECTIONS,
  ]
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escape(report.title)} - Piste</title><style>${STYLE}</style></head><body>
${titlePage(report, date, contents)}
${heading('Results')}
${table(
  ['', 'At the chosen share', 'At the best share'],
  [
    ['Buffer share', formatShare(current.share), best ? formatShare(best.share) : 'none fits'],
    ['SRAM', units.data(current.buffer), best ? units.data(best.buffer) : ''],
    ['MACs', formatInteger(Math.floor(current.macs)), best ? formatInteger(Math.floor(best.macs)) : ''],
    ['Memory bound', rate(current.memoryBound), best ? rate(best.memoryBound) : ''],
    ['Compute bound', rate(current.computeBound), best ? rate(best.computeBound) : ''],
    ['Throughput', rate(current.throughput), best ? rate(best.throughput) : ''],
    ['Limited by', LIMITER_TITLES[current.limiter], best ? LIMITER_TITLES[best.limiter] : ''],
  ],
  [1, 2],
)}
${report.plateaus === null ? '' : plateauHtml(report.plateaus, units)}
<figure>${charts.performanceMesa}<figcaption>Performance mesa: throughput against the buffer's share of the area, the lesser of the memory and the compute bound.</figcaption></figure>
${report.designs.length === 0 ? '' : designsHtml(report)}
${charts.tornado === null ? '' : sensitivityHtml(report, charts.tornado)}
${heading('Data movement')}
<figure>${charts.skiSlope}<figcaption>Ski slope: least backing-store traffic against buffer size. No mapping in the ${escape(mapspace)} mapspace (${escape(factors)} factors) moves less. Dotted: the floor, which no schedule at all goes below; in the band between the two the least is unknown.</figcaption></figure>
${floorHtml(report)}
<figure>${charts.tensors}<figcaption>Traffic by tensor: each one's share of the least traffic, against buffer size.</figcaption></figure>
<figure>${charts.oiMesa}<figcaption>OI mesa: the most MACs per byte of backing-store traffic that a buffer can buy.</figcaption></figure>
${table(
  ['Quantity', 'Value', 'Meaning'],
  [
    [`${units.workUnit}s`, units.work(slope.macs), 'multiply-accumulates of the whole workload'],
    [
      'Algorithmic minimum',
      `${formatInteger(reading.algorithmicMinimum)} B`,
      fused ? 'inputs and outputs of the cascade, each moved once' : 'sum of operand sizes, each moved once',
    ],
    [
      'Maximal effectual size',
      `${formatInteger(reading.maximalEffectualBytes)} B`,
      'past it SRAM saves no traffic',
    ],
    ['Gap 0', `${formatNumber(report.gap0AtCurrent)}x`, 'traffic over the minimum, at the chosen buffer'],
    [
      'Floor',
      `${formatInteger(report.floorAtCurrent.bytes)} B`,
      'no schedule moves less, at the chosen buffer',
    ],
    ['Gap 1', `${formatNumber(reading.gap1)}x`, 'sum of operand sizes over the maximal effectual size'],
    ['Peak intensity', units.intensity(reading.peakOperationalIntensity), 'MACs over the least traffic'],
    ...report.probes.map((probe): Cell[] => [
      `${probe.name}, ${units.memory(probe.capacity)}`,
      Number.isFinite(probe.traffic) ? `${formatInteger(probe.traffic)} B` : 'nothing fits',
      'bound on traffic between this level and the next outer one',
    ]),
  ],
  [1],
)}
${fused ? fusionHtml(report, charts) : ''}
${heading('Einsums')}
${table(
  ['Einsum', 'Definition', `${units.workUnit}s`, 'Minimum', 'Maximal effectual'],
  report.workload.einsums.map((einsum, i): Cell[] => {
    const member = exploration.members[i]!
    return [
      einsum.name,
      einsum.text,
      units.work(einsum.macs),
      units.data(member.algorithmicMinimum),
      units.data(member.bufferBytes.at(-1) ?? 0),
    ]
  }),
  [2, 3, 4],
)}
${heading('Parameters and their sources')}
${table(
  ['Parameter', 'Value', 'Source'],
  report.parameters.map(({ name, value, source }) => [name, value, source]),
)}
${heading('Mappings')}
<p class="muted">At ${escape(units.data(current.buffer))}.</p>
${report.mappings.map((mapped, at) => mappingHtml(mapped, charts.mappings[at]!, units)).join('\n') || '<p>No mapping fits.</p>'}
${heading('Method and its limits')}
<p>The bounds follow Orojenesis (Huang, Tsai, Emer, Parashar, ISCA 2024): a backing store, one buffer, one MAC, every mapping searched. They depend on the workload alone, and hold for any machine whose on-chip memory is at most the buffer. The <em>full</em> mapspace keeps each tensor at its own depth of the loop nest, which the paper's does not; it is tighter at every size. ${escape(methodOf(report))} Traffic is counted exactly; latency, energy, interconnect and double buffering are not. Throughput is the lesser of clock times MACs and bandwidth times intensity: an upper bound, not a promise.</p>
${heading('Appendix: points of the ski slope')}
${table(
  ['Buffer [B]', 'Backing-store traffic [B]', 'Gap 0', 'Intensity [MAC/B]', 'Floor [B]', 'Over its floor'],
  points,
  [0, 1, 2, 3, 4, 5],
)}
</body></html>
`
}

/** How tight the curve is at the chosen buffer, and for which schedules its floors hold. */
function floorHtml({ floorAtCurrent, slope, current, units }: Report): string {
  const traffic = trafficAt(slope, current.buffer)
  if (!Number.isFinite(traffic)) return ''
  return `<p>At ${escape(units.data(current.buffer))} the curve is at ${escape(units.data(traffic))} (${overFloor(traffic, floorAtCurrent.bytes)}). ${escape(floorNote(floorAtCurrent, traffic))}.</p>`
}

function methodOf({ exploration, strategy }: Report): string {
  const unproven = unprovenOf(exploration, strategy)
  if (strategy === 'unfused') return 'Einsums run one after the other at the same buffer size (unfused).'
  if (strategy === 'fused')
    return `Fused segments are loop trees that an explicit buffer executes (docs/model.md, section 8); segments follow each other at the same buffer size.${unproven === null ? '' : ` ${unprovenText(unproven)}`}`
  return `Fused segments run row block by row block with their intermediates in the buffer, ${exploration.options.execution === 'sequential' ? 'one member after the other' : 'all members at once'}; segments follow each other at the same buffer size. Heads and batch are counted as the paper's artifact counts them.`
}

/** Whether a strategy's best throughput rests on a row that no loop tree attains. */
const isCounted = (exploration: Exploration, strategy: Strategy, { buffer }: MesaPoint): boolean =>
  leastExecutable(exploration, strategy, buffer) !== null

/** Strategies side by side, and what runs together at the chosen buffer. */
function fusionHtml(report: Report, charts: ReportCharts): string {
  const { comparison, segmentation, exploration, current, units } = report
  const rows = comparison.map(
    ({ strategy, leastTraffic, maximalEffectualBytes, reduction, best }): Cell[] => [
      STRATEGY_TITLES[strategy],
      units.data(leastTraffic),
      units.data(maximalEffectualBytes),
      Number.isFinite(reduction) && reduction > 0 ? `${formatNumber(reduction)}x` : 'does not fit',
      best ? formatShare(best.share) : 'none fits',
      best ? units.data(best.buffer) : '',
      best ? `${units.rate(best.throughput)}${isCounted(exploration, strategy, best) ? ' *' : ''}` : '',
    ],
  )
  const isMarked = comparison.some(({ strategy, best }) => best && isCounted(exploration, strategy, best))
  return `${heading('Fusion')}
${table(['Strategy', 'Least traffic', 'Maximal effectual', `Less traffic at ${units.data(current.buffer)}`, 'Best share', 'SRAM', 'Throughput'], rows, [1, 2, 3, 4, 5, 6])}
${isMarked ? '<p class="muted">* Counted as the paper does, and not attained: every loop tree of this size moves more.</p>' : ''}
${charts.reduction === null ? '' : `<figure>${charts.reduction}<figcaption>Reduction: traffic unfused over traffic under each strategy, at the same buffer size.</figcaption></figure>`}
<p>At ${escape(units.data(current.buffer))} the cascade runs as <code>${escape(segmentation)}</code>.</p>
${breaksOf(exploration, report.strategy)
  .map(({ tensor, reason }) => `<p class="muted">${escape(tensor)} is written out: ${escape(reason)}.</p>`)
  .join('\n')}`
}

function mappingHtml(
  { einsums, view }: MappedSegment,
  drawn: ReportCharts['mappings'][number],
  units: Units,
): string {
  const several = einsums.length > 1
  const title = several
    ? escape(einsums.map(({ name }) => name).join(' + '))
    : `${escape(einsums[0]!.name)}: <code>${escape(einsums[0]!.text)}</code>`
  const shown =
    drawn === null
      ? `<pre>${escape(mappingLines(view).join('\n'))}</pre>`
      : `<figure>${drawn.tree}<figcaption>The loop tree. A bar is a tensor held in the buffer along the lines that run meanwhile: inputs blue, outputs yellow, what never leaves the buffer green.</figcaption></figure><figure>${drawn.buffer}<figcaption>What lies in the buffer while one iteration of each loop runs. It runs ${formatInteger(view.operations)} operations.</figcaption></figure>`
  return `<h3>${title}</h3>${shown}${table(
    [...(several ? ['Einsum'] : []), 'Tensor', 'Tile', 'Occupancy', 'Traffic', 'Moved'],
    view.tensors.map(({ tensor, einsum, tile, occupancy, traffic, fetches }) => [
      ...(several ? [einsum] : []),
      tensor,
      tile.map(({ name, value }) => `${name} ${formatNumber(value, 9)}`).join(', ') || '1',
      units.data(occupancy),
      traffic === 0 ? 'stays' : units.data(traffic),
      traffic === 0 ? '' : `${formatNumber(fetches)}x`,
    ]),
    several ? [3, 4, 5] : [2, 3, 4],
  )}`
}
