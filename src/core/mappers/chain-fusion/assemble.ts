import { sumAtEqualSize } from '../../front/sum'
import type { Fault } from '../../support/result'
import { bytes, macs } from '../../units/quantity'
import type { Workload } from '../../workload/einsum'
import type { EinsumBound, Exploration, FusionBreak, Merge, SearchRequest, StrategyCurve } from '../mapper'
import { fullOnly, isAttentionOnly, noAttention, PAPER_STRATEGIES, type Strategy } from '../strategy'
import type { ClusterResult } from './fuse-cluster'
import { LONGEST_PIPELINE } from './pipelined'
import type { ClusterInstance, FusionPlan } from './plan'

/** What this mapper keeps of a search for `segmentsAt`. */
export interface FusionDetail {
  /** One result for each distinct shape. */
  readonly clusters: readonly ClusterResult[]
  readonly instances: readonly ClusterInstance[]
}

/** Adds the clusters up at equal buffer size. The order in which they came does not matter. */
export function assembleFusion(
  { workload, options }: SearchRequest,
  { instances, breaks }: FusionPlan,
  results: readonly ClusterResult[],
  [singles]: readonly Exploration[],
): Exploration {
  const clusters = [...results].sort((a, b) => a.cluster - b.cluster)
  const nameOf = (i: number) => workload.einsums[i]!.name
  const work = macs(workload.einsums.reduce((sum, einsum) => sum + einsum.macs, 0))
  const algorithmicMinimum = bytes(
    workload.tensors.reduce((sum, { role, size }) => sum + (role === 'intermediate' ? 0 : size), 0),
  )
  const members: EinsumBound[] = []
  for (const { cluster, einsums } of instances)
    for (const [at, i] of einsums.entries())
      members[i] = { ...clusters[cluster]!.alone[at]!, einsum: nameOf(i) }
  const chains = instances.flatMap(({ cluster, einsums }) =>
    clusters[cluster]!.chains.map((chain) => chain.members.map(({ einsum }) => nameOf(einsums[einsum]!))),
  )
  const hasAttention = clusters.some((cluster) => cluster.hasAttention)
  const curves: StrategyCurve[] = []
  const inapplicable: { strategy: Strategy; fault: Fault }[] = [{ strategy: 'fused', fault: fullOnly }]
  for (const strategy of PAPER_STRATEGIES) {
    const curve = sumAtEqualSize(instances.flatMap(({ cluster }) => clusters[cluster]!.parts[strategy]))
    if (isAttentionOnly(strategy) && !hasAttention)
      inapplicable.push({ strategy, fault: noAttention(strategy, chains[0]) })
    else if (curve.bufferBytes.length === 0)
      inapplicable.push({ strategy, fault: pipelineFault(options.execution) })
    else if (strategy === 'unfused' || chains.length > 0)
      curves.push({ strategy, ...curve, macs: work, algorithmicMinimum })
  }
  return {
    mapper: 'chain-fusion',
    workload: workload.name,
    options,
    einsums: workload.einsums.map(({ name }) => name),
    macs: work,
    algorithmicMinimum,
    members,
    counting: 'streamed weights',
    curves,
    inapplicable,
    breaks: [
      ...breaks,
      ...instances.flatMap((instance) => breaksOf(workload, clusters[instance.cluster]!, instance)),
    ],
    merges: instances.flatMap(({ cluster, einsums }) =>
      clusters[cluster]!.merges.map(({ consumer, candidates, along, settled }): Merge => ({
        consumer: nameOf(einsums[consumer]!),
        candidates: candidates.map((at) => nameOf(einsums[at]!)),
        along: nameOf(einsums[along]!),
        settled,
      })),
    ),
    chains,
    detail: { clusters, instances } satisfies FusionDetail,
    mappingsEvaluated:
      (singles?.mappingsEvaluated ?? 0) +
      clusters.reduce(
        (sum, { alone }) => sum + alone.reduce((total, bound) => total + bound.mappingsEvaluated, 0),
        0,
      ),
    elapsedMs: 0,
  }
}

/** Why intermediates of a cluster are written out, with the names of this instance. */
function breaksOf(
  workload: Workload,
  { breaks, merges }: ClusterResult,
  { einsums }: ClusterInstance,
): readonly FusionBreak[] {
  const einsumAt = (at: number) => workload.einsums[einsums[at]!]!
  return [
    ...breaks.map(({ producer, first, after, rows }): FusionBreak => ({
      tensor: einsumAt(producer).output.tensor,
      producer: einsumAt(producer).name,
      reason: `rows do not match: ${einsumAt(after).name} passes on no row of ${einsumAt(first).name}${rows.length > 0 ? ` (${rows.map(({ einsum, variable }) => einsumAt(einsum).variables[variable]!.name).join(', ')})` : ''} without indexing weights by it or reducing it`,
      ofPaper: true,
    })),
    ...merges.flatMap(({ consumer, candidates, along, settled }) =>
      candidates
        .filter((candidate) => candidate !== along)
        .map((candidate): FusionBreak => ({
          tensor: einsumAt(candidate).output.tensor,
          producer: einsumAt(candidate).name,
          reason: `${einsumAt(consumer).name} continues the chain of ${einsumAt(along).name}, and reads this operand like weights (${settled ? 'as set' : 'the choice of least traffic'})`,
          ofPaper: true,
        })),
    ),
  ]
}

const pipelineFault = (execution: string): Fault => ({
  code: 'pipeline-too-long',
  path: 'execution',
  message: `A pipeline of more than ${LONGEST_PIPELINE} members is not searched`,
  value: execution,
  hint: 'use segmented, or sequential execution',
})
