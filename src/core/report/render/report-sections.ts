import { STRATEGY_TITLES } from '../../mappers/strategy'
import { LIMITER_TITLES } from '../../analysis/performance-mesa'
import type { Plateaus } from '../../analysis/plateau'
import { bestMixShare, type MixPoint } from '../../analysis/mix-mesa'
import { PARAMETER_TITLES } from '../../study/parameters'
import { SWING } from '../../study/sensitivity'

import { formatInteger, formatNumber, formatShare, formatSi } from '../../units/format'
import type { Units } from '../../units/units'
import { anchor, escape, heading, table, type Cell } from './html'
import type { Report } from '../report'

/** Shares that are as good as the best, and the smallest SRAM at some loss. */
export function plateauHtml({ flat, sparing }: Plateaus, units: Units): string {
  const percent = (share: number) => formatShare(share)
  return `<p>Shares from ${percent(flat.least.share)} to ${percent(flat.greatest)} are within ${percent(flat.loss)} of the best throughput.</p>
${table(
  ['Throughput', 'Smallest SRAM', 'Share of the area'],
  sparing.map(({ loss, least }) => [
    `within ${percent(loss)} of the best: ${units.rate(least.throughput)}`,
    units.data(least.buffer),
    percent(least.share),
  ]),
  [1, 2],
)}`
}

/** The answer first: one sentence and five figures. */
export function titlePage(report: Report, date: string, contents: readonly string[]): string {
  const { current, best, workload, workloadTitle, architecture, units } = report
  const figures: readonly (readonly [string, string])[] = [
    ['Buffer share', formatShare(current.share)],
    ['SRAM', units.data(current.buffer)],
    ['MACs', formatInteger(Math.floor(current.macs))],
    ['Throughput', `at most ${units.rate(current.throughput)}`],
    ['Limited by', LIMITER_TITLES[current.limiter]],
  ]
  const off =
    best && current.throughput < best.throughput
      ? `<p class="muted">The share is set at ${escape(formatShare(current.share))}; ${escape(formatShare(current.throughput / best.throughput))} of what the best one attains.</p>`
      : ''
  return `<section class="title-page">
<p class="muted">Piste report, ${escape(date)}</p>
<h1>${escape(report.title)}</h1>
<p class="answer">${escape(report.answer)}</p>
<dl class="figures">${figures.map(([name, value]) => `<div><dt>${name}</dt><dd>${escape(value)}</dd></div>`).join('')}</dl>
${off}
<p>${escape(workloadTitle)} on ${escape(architecture.name)}. ${escape(workload.description)}</p>
<nav aria-label="Contents"><ol>${contents.map((title) => `<li><a href="#${anchor(title)}">${escape(title)}</a></li>`).join('')}</ol></nav>
</section>`
}

/** How much each parameter changes the best throughput. */
export function sensitivityHtml({ sensitivities }: Report, tornado: string): string {
  const percent = (change: number) => `${change > 0 ? '+' : ''}${formatNumber(change * 100, 3)} %`
  return `${heading('What moves the throughput')}
<figure>${tornado}<figcaption>Change of the best throughput with each parameter ${formatNumber(SWING * 100)} % less and more; the share follows the best one.</figcaption></figure>
${table(
  ['Parameter', `${formatNumber(SWING * 100)} % less`, `${formatNumber(SWING * 100)} % more`],
  sensitivities.map(({ parameter, lowChange, highChange }) => [
    PARAMETER_TITLES[parameter],
    percent(lowChange),
    percent(highChange),
  ]),
  [1, 2],
)}`
}

type DesignFiguresShown = Pick<Report, 'workloadTitle' | 'strategy' | 'architecture' | 'current'>

const DESIGN_COLUMNS: readonly {
  readonly title: string
  readonly numeric?: boolean
  readonly cell: (design: DesignFiguresShown, units: Units) => string
}[] = [
  { title: 'Workload', cell: ({ workloadTitle }) => workloadTitle },
  { title: 'Strategy', cell: ({ strategy }) => STRATEGY_TITLES[strategy] },
  { title: 'Die', numeric: true, cell: ({ architecture }) => `${formatNumber(architecture.die)} mm²` },
  { title: 'Technology', cell: ({ architecture }) => architecture.technology.name },
  { title: 'Clock', numeric: true, cell: ({ architecture }) => formatSi(architecture.clock, 'Hz') },
  { title: 'DRAM', numeric: true, cell: ({ architecture }) => formatSi(architecture.dramBandwidth, 'B/s') },
  { title: 'Share', numeric: true, cell: ({ current }) => formatShare(current.share) },
  { title: 'SRAM', numeric: true, cell: ({ current }, units) => units.data(current.buffer) },
  { title: 'MACs', numeric: true, cell: ({ current }) => formatInteger(Math.floor(current.macs)) },
  { title: 'Throughput', numeric: true, cell: ({ current }, units) => units.rate(current.throughput) },
  { title: 'Limited by', cell: ({ current }) => LIMITER_TITLES[current.limiter] },
]

/**
 * The design of the report, the pinned designs beside it, and their mix. What all have in common is shown once above
 * the table; what differs from the first is marked.
 */
export function designsHtml(report: Report): string {
  const { units } = report
  const designs = [{ name: report.title, ...report }, ...report.designs]
  const columns = DESIGN_COLUMNS.map(({ title, numeric, cell }) => ({
    title,
    numeric,
    texts: designs.map((design) => cell(design, units)),
  }))
  const same = columns.filter(({ texts }) => texts.every((text) => text === texts[0]))
  const different = columns.filter((column) => !same.includes(column))
  const rows = designs.map(({ name }, row): Cell[] => [
    name,
    ...different.map(({ texts }) => (texts[row] === texts[0] ? texts[row]! : `${texts[row]!}\u00a0*`)),
  ])
  return `${heading('Designs')}
${same.length === 0 ? '' : `<p>Common to all: ${escape(same.map(({ title, texts }) => `${title} ${texts[0]!}`).join('; '))}.</p>`}
<div class="dense">${table(
    ['Design', ...different.map(({ title }) => title)],
    rows,
    different.flatMap(({ numeric }, at) => (numeric ? [at + 1] : [])),
  )}</div>
<p class="muted">* differs from the design that this report is about.</p>
${mixHtml(report)}`
}

function mixHtml({ designs, budget, title, units }: Report): string {
  const mixed = designs.filter(({ weight }) => weight > 0)
  if (mixed.length === 0) return ''
  const total = mixed.reduce((sum, { weight }) => sum + weight, 0)
  const best: MixPoint | null = bestMixShare(mixed, budget)
  if (best === null)
    return `<p>The mix of ${mixed.length} workloads does not fit the die of ${escape(title)}.</p>`
  return `<h3>Mix of workloads</h3>
<p>Run in turn on the die of ${escape(title)}, the best share is ${escape(formatShare(best.share))} (${escape(units.data(best.buffer))}): at most ${escape(units.rate(best.throughput))} over the whole mix.</p>
${table(
  ['Member', 'Part of the MACs', 'By itself at that share', 'Limited by'],
  mixed.map(({ name, weight }, at) => [
    name,
    formatShare(weight / total),
    units.rate(best.members[at]!.throughput),
    LIMITER_TITLES[best.members[at]!.limiter],
  ]),
  [1, 2],
)}`
}
