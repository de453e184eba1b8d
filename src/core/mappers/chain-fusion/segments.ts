import { pointIndexAt } from '../../front/read'
import { aloneAt } from '../each-einsum/alone'
import type { Exploration, Segment } from '../mapper'
import type { PaperStrategy, Strategy } from '../strategy'
import type { FusionDetail } from './assemble'
import type { Chain } from './chain'
import type { ClusterResult, FusedPart } from './fuse-cluster'
import { costOfSegment, type SegmentCost } from './segment-cost'
import type { PlannedSegment } from './trail'

/** A fused segment with all that its view needs; Einsums of `chain` are positions in `cluster`. */
export interface FusedSegment extends Segment {
  readonly chain: Chain
  readonly planned: PlannedSegment
  readonly cost: SegmentCost
  /** Positions in the workload of the cluster's Einsums. */
  readonly cluster: readonly number[]
}

export const isFused = (segment: Segment): segment is FusedSegment => 'planned' in segment

/** The segments at a buffer size. Each comes after those whose outputs it reads. */
export function segmentsAt(
  { detail, members, options }: Exploration,
  strategy: Strategy,
  buffer: number,
): readonly Segment[] {
  const { clusters, instances } = detail as FusionDetail
  const alone = (i: number): Segment => aloneAt(members, i, buffer)
  const partSegments = (
    { chains }: ClusterResult,
    part: FusedPart,
    einsums: readonly number[],
  ): readonly Segment[] => {
    const plan = part.chain === null ? undefined : part.plans[pointIndexAt(part, buffer)]
    if (part.chain === null || plan === undefined) return part.einsums.map((at) => alone(einsums[at]!))
    const chain = chains[part.chain]!
    return plan.flatMap((planned): readonly Segment[] => {
      const links = chain.links.slice(planned.from, planned.to).flatMap(({ pointwise }) => pointwise)
      // The point-wise Einsums of the link after a segment run alone.
      const after = (chain.links[planned.to]?.pointwise ?? []).map((at) => alone(einsums[at]!))
      const covered = chain.members.slice(planned.from, planned.to + 1).map(({ einsum }) => einsum)
      if (planned.form === 'alone') return [alone(einsums[covered[0]!]!), ...after]
      const cost = costOfSegment(chain, planned, buffer, options.execution)
      const fused: FusedSegment = {
        form: planned.form,
        einsums: [...covered, ...links].sort((a, b) => a - b).map((at) => einsums[at]!),
        buffer: cost.buffer,
        traffic: cost.traffic,
        chain,
        planned,
        cost,
        cluster: einsums,
      }
      return [fused, ...after]
    })
  }
  return instances
    .flatMap(({ cluster, einsums }) =>
      clusters[cluster]!.parts[strategy as PaperStrategy].flatMap((part) =>
        partSegments(clusters[cluster]!, part, einsums),
      ),
    )
    .sort((a, b) => Math.max(...a.einsums) - Math.max(...b.einsums))
}
