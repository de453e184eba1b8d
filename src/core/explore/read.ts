import type { Slope } from '../front/columns'
import { trafficAt } from '../front/read'
import type { MappingView } from '../mapping/mapping-view'
import type { Exploration, FusionBreak, Segment } from '../mappers/mapper'
import { isOfPaper, type Strategy } from '../mappers/strategy'
import { mapperNamed } from '../mappers/table'
import { err, ok, type Result } from '../support/result'
import type { Workload } from '../workload/einsum'

/** The strategies that apply to a cascade, `unfused` first. */
export const strategiesOf = ({ curves }: Exploration): readonly Strategy[] =>
  curves.map(({ strategy }) => strategy)

/**
 * The strategy in force: the wanted one where it applies. Where another fused one was wanted, the general search stands
 * in for the paper's strategies, and the paper's segmentation for the general search; else unfused.
 */
export function strategyOf(exploration: Exploration, wanted: Strategy): Strategy {
  const applying = strategiesOf(exploration)
  if (applying.includes(wanted) || wanted === 'unfused') return applying.includes(wanted) ? wanted : 'unfused'
  return (['fused', 'segmented'] as const).find((one) => applying.includes(one)) ?? 'unfused'
}

/** The strategy of least traffic, which all that fuses is shown by unless another is wanted. */
export const bestStrategyOf = (exploration: Exploration): Strategy => strategyOf(exploration, 'fused')

/** A curve: the whole cascade's under a strategy, or that of one of its Einsums. */
export function curveOf(exploration: Exploration, wanted: Strategy, einsum: string | null = null): Slope {
  const { members, curves } = exploration
  const strategy = strategyOf(exploration, wanted)
  return (
    members.find((member) => member.einsum === einsum) ?? curves.find((curve) => curve.strategy === strategy)!
  )
}

/** Refuses a strategy that does not apply, with the reason. If nothing can be fused, every strategy is unfused. */
export function checkStrategy({ curves, inapplicable }: Exploration, wanted: Strategy): Result<true> {
  if (curves.length === 1 && inapplicable.length === 0) return ok(true)
  const refused = inapplicable.find(({ strategy }) => strategy === wanted)
  return refused === undefined ? ok(true) : err([refused.fault])
}

/** Whether any strategy changes anything. */
export const fusesAnything = ({ curves }: Exploration): boolean => curves.length > 1

/** Why intermediates are always written out: by the general search, or as the paper fuses. */
export const breaksOf = ({ breaks }: Exploration, strategy: Strategy): readonly FusionBreak[] =>
  breaks.filter(({ ofPaper }) => ofPaper === isOfPaper(strategy))

/** What runs together at a buffer size. Each segment comes after those whose outputs it reads. */
export const segmentsAt = (exploration: Exploration, wanted: Strategy, buffer: number): readonly Segment[] =>
  mapperNamed(exploration.mapper).segmentsAt(exploration, strategyOf(exploration, wanted), buffer)

/** How a segment runs at a buffer size that is large enough for it. */
export const viewOf = (
  exploration: Exploration,
  workload: Workload,
  segment: Segment,
  buffer: number,
): MappingView => mapperNamed(exploration.mapper).viewOf(exploration, workload, segment, buffer)

/** Names of the Einsums of a segment. */
export const namesOf = ({ einsums }: Exploration, segment: Segment): readonly string[] =>
  segment.einsums.map((i) => einsums[i]!)

/** Einsum names joined by `+` inside a segment, segments joined by ` | `. */
export const segmentationText = (exploration: Exploration, segments: readonly Segment[]): string =>
  segments.map((segment) => namesOf(exploration, segment).join('+')).join(' | ')

/** Traffic of a strategy in all digits, also where the sum exceeds what a double can count. */
export const exactTrafficAt = (exploration: Exploration, wanted: Strategy, buffer: number): bigint =>
  segmentsAt(exploration, wanted, buffer).reduce((sum, { traffic }) => sum + BigInt(traffic), 0n)

/** Traffic under the strategy `of` over that under `by`, at one buffer size. */
export const reductionAt = (exploration: Exploration, of: Strategy, by: Strategy, buffer: number): number =>
  trafficAt(curveOf(exploration, of), buffer) / trafficAt(curveOf(exploration, by), buffer)
