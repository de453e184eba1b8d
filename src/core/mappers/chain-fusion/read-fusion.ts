import type { EinsumBound, WorkloadBound } from '../each-einsum/bound'
import type { Slope } from '../../analysis/reading'
import { pointIndexAt, trafficAt } from '../../front/staircase'
import { err, ok, type Result } from '../../support/result'
import { bytes } from '../../units/quantity'
import type { Workload } from '../../workload/einsum'
import type { Chain } from './chain'
import type { ClusterResult, FusedPart } from './fuse-cluster'
import type { FusionBound } from './fusion-bound'
import { segmentView, type SegmentView } from './segment-view'
import { STRATEGIES, type Strategy } from './strategy'

/** A segment of the cascade as it runs at one buffer size, its Einsums by their names. */
export interface SegmentAt extends SegmentView {
  /** Positions in the workload of all Einsums that it covers, point-wise ones included. */
  readonly einsums: readonly number[]
  /** Positions in the workload of `members`, in their order. */
  readonly memberEinsums: readonly number[]
  readonly chain: Chain | null
}

/** The segments that a buffer of this size would run, in an order in which each finds what it reads. */
export function segmentsAt(bound: FusionBound, strategy: Strategy, buffer: number): readonly SegmentAt[] {
  const segments: SegmentAt[] = []
  for (const { cluster, einsums } of bound.instances) {
    const result = bound.clusters[cluster]!
    for (const part of result.parts[strategy])
      segments.push(...partSegments(result, part, einsums, bound, buffer))
  }
  return segments.sort((a, b) => Math.max(...a.einsums) - Math.max(...b.einsums))
}

function partSegments(
  { chains, alone }: ClusterResult,
  part: FusedPart,
  einsums: readonly number[],
  bound: FusionBound,
  buffer: number,
): readonly SegmentAt[] {
  const byItself = (at: number): SegmentAt => {
    const { bufferBytes, trafficBytes } = alone[at]!
    const point = pointIndexAt(alone[at]!, buffer)
    return {
      form: 'alone',
      names: [bound.einsums[einsums[at]!]!],
      rowBlocks: 1,
      rowsPerBlock: 1,
      members: [],
      buffer: bytes(bufferBytes[point] ?? Infinity),
      traffic: bytes(trafficBytes[point] ?? Infinity),
      einsums: [einsums[at]!],
      memberEinsums: [],
      chain: null,
    }
  }
  if (part.chain === null) return part.einsums.map(byItself)
  const chain = chains[part.chain]!
  const plan = part.plans[pointIndexAt(part, buffer)]
  if (plan === undefined) return part.einsums.map(byItself)
  const fused = plan.flatMap((segment): readonly SegmentAt[] => {
    const links = chain.links.slice(segment.from, segment.to).flatMap(({ pointwise }) => pointwise)
    // The link after a segment runs by itself.
    const after = (chain.links[segment.to]?.pointwise ?? []).map(byItself)
    const members = chain.members.slice(segment.from, segment.to + 1)
    if (segment.form === 'alone') return [byItself(members[0]!.einsum), ...after]
    const covered = [...members.map(({ einsum }) => einsum), ...links].sort((a, b) => a - b)
    const view = segmentView(chain, segment, buffer, bound.options.execution)
    return [
      {
        ...view,
        names: covered.map((at) => bound.einsums[einsums[at]!]!),
        einsums: covered.map((at) => einsums[at]!),
        memberEinsums: members.map(({ einsum }) => einsums[einsum]!),
        chain,
      },
      ...after,
    ]
  })
  return fused
}

/** What was searched for a workload: its Einsums run apart, and where any can be fused, every strategy. */
export interface Curves {
  readonly bound: WorkloadBound
  readonly fusion: FusionBound | null
}

/** The strategy that a cascade really runs by: the wanted one where it applies. */
export const strategyOf = ({ fusion }: Curves, wanted: Strategy): Strategy =>
  fusion !== null && strategiesOf(fusion).includes(wanted) ? wanted : 'unfused'

/** The curve that is meant: the whole cascade's under a strategy, or that of one of its Einsums. */
export function curveOf(curves: Curves, wanted: Strategy, einsum: string | null = null): Slope {
  const { bound, fusion } = curves
  const member = bound.members.find((candidate) => candidate.einsum === einsum)
  return member ?? (fusion === null ? bound : slopeOf(fusion, strategyOf(curves, wanted)))
}

/** The cascade with nothing fused, as the bound of its members. */
export function unfusedBoundOf(bound: FusionBound, workload: Workload): WorkloadBound {
  const members: EinsumBound[] = []
  for (const { cluster, einsums } of bound.instances)
    for (const [at, i] of einsums.entries())
      members[i] = { ...bound.clusters[cluster]!.alone[at]!, einsum: workload.einsums[i]!.name }
  const { mapspace, factors } = bound.options
  return {
    ...bound.strategies.unfused,
    workload: bound.workload,
    options: { mapspace, factors },
    macs: bound.macs,
    algorithmicMinimum: bytes(members.reduce((sum, member) => sum + member.algorithmicMinimum, 0)),
    members,
    mappingsEvaluated: bound.mappingsEvaluated,
    elapsedMs: bound.elapsedMs,
  }
}

/** A strategy's curve with the work behind it, for what section 5 reads off. */
export const slopeOf = (
  { strategies, macs, algorithmicMinimum }: FusionBound,
  strategy: Strategy,
): Slope => ({
  ...strategies[strategy],
  macs,
  algorithmicMinimum,
})

/** Traffic of a strategy to its last digit, where the sum passes what a double counts. */
export const exactTrafficAt = (bound: FusionBound, strategy: Strategy, buffer: number): bigint =>
  segmentsAt(bound, strategy, buffer).reduce((sum, { traffic }) => sum + BigInt(traffic), 0n)

/** Einsum names joined by `+` inside a segment, segments joined by ` | `. */
export const segmentationText = (segments: readonly SegmentAt[]): string =>
  segments.map(({ names }) => names.join('+')).join(' | ')

/** Whether a strategy changes anything for a cascade. */
export const fusesAnything = (bound: FusionBound): boolean =>
  bound.clusters.some(({ chains }) => chains.length > 0)

/** The strategies that a cascade can be run by. */
export const strategiesOf = (bound: FusionBound): readonly Strategy[] =>
  STRATEGIES.filter(
    (strategy) =>
      (strategy === 'unfused' || fusesAnything(bound)) &&
      checkStrategy(bound, strategy).ok &&
      bound.strategies[strategy].bufferBytes.length > 0,
  )

/** Refuses a strategy that has nothing to apply to, naming the Einsums that come nearest. */
export function checkStrategy(bound: FusionBound, strategy: Strategy): Result<true> {
  if ((strategy !== 'flat' && strategy !== 'flashattention') || bound.hasAttention) return ok(true)
  const title = strategy === 'flat' ? 'FLAT' : 'FlashAttention'
  const [instance] = bound.instances.filter(({ cluster }) => bound.clusters[cluster]!.chains.length > 0)
  const [chain] = instance ? bound.clusters[instance.cluster]!.chains : []
  const [first, second] = chain?.members ?? []
  const nameOf = (einsum: number) => bound.einsums[instance!.einsums[einsum]!]!
  return err([
    {
      code: 'strategy-does-not-apply',
      path: 'strategy',
      message:
        first && second
          ? `${title} is for the two products of attention, and ${nameOf(first.einsum)} and ${nameOf(second.einsum)} are none: no batch or head rank indexes the weights of both`
          : `${title} is for the two products of attention, and this workload has no pair of Einsums to fuse`,
      value: strategy,
      hint: 'use tiled or segmented',
    },
  ])
}

/** Traffic under a strategy over that under another at one buffer size: how many times less the other moves. */
export const reductionAt = (bound: FusionBound, of: Strategy, by: Strategy, buffer: number): number =>
  trafficAt(bound.strategies[of], buffer) / trafficAt(bound.strategies[by], buffer)
