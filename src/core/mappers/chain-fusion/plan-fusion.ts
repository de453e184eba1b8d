import type { EinsumBound, WorkloadBound } from '../each-einsum/bound'
import { planSearch, type SearchPlan } from '../each-einsum/search-plan'
import { sumStaircases } from '../../front/staircase'
import { tileSizes } from '../../model/pieces'
import { err, ok, type Fault, type Result } from '../../support/result'
import { bytes, macs } from '../../units/quantity'
import type { Workload } from '../../workload/einsum'
import { clustersOf, clusterWorkload, signatureOf } from './clusters'
import type { ClusterResult, ClusterTask } from './fuse-cluster'
import type { FusionBound, FusionInstance, FusionOptions } from './fusion-bound'
import { fusibleEdges, type FusionBreak } from './fusible-edges'
import { mergesOf } from './paths'
import { isFusibleProduct } from './product-roles'
import { STRATEGIES, type Strategy } from './strategy'

/** A fusion search: single Einsums first, then each distinct cluster. */
export interface FusionPlan {
  readonly workload: Workload
  readonly options: FusionOptions
  /** Single searches that are needed besides the products' own; null where there is none. */
  readonly singles: SearchPlan | null
  /** Positions of the Einsums that `singles` is about. */
  readonly singleEinsums: readonly number[]
  /** One of each signature, without the singles' bounds. */
  readonly clusters: readonly Omit<ClusterTask, 'found'>[]
  /** Clusters of the cascade: which distinct one, and where its Einsums are. */
  readonly instances: readonly FusionInstance[]
  readonly breaks: readonly FusionBreak[]
}

/** Finds what can be fused and what has to be searched for it, or says why it cannot be done. */
export function planFusion(workload: Workload, options: FusionOptions): Result<FusionPlan> {
  const { edges, breaks } = fusibleEdges(workload)
  const settled = settledMerges(workload, edges, options.along)
  if (!settled.ok) return settled
  const all = options.mapspace === 'full' || options.factors === 'imperfect'
  const singleEinsums = workload.einsums.flatMap((einsum, i) => (all || !isFusibleProduct(einsum) ? [i] : []))
  const singles =
    singleEinsums.length > 0
      ? planSearch({ ...workload, einsums: singleEinsums.map((i) => workload.einsums[i]!) }, options)
      : ok(null)
  if (!singles.ok) return singles
  const clusters: Omit<ClusterTask, 'found'>[] = []
  const indexOf = new Map<string, number>()
  const instances = clustersOf(workload, edges).map((cluster) => {
    const part = clusterWorkload(workload, cluster)
    const along = new Map(
      cluster.einsums.flatMap((i, at) => {
        const producer = settled.value.get(i)
        return producer === undefined ? [] : [[at, cluster.einsums.indexOf(producer)] as const]
      }),
    )
    const signature = signatureOf(cluster, part, along)
    const known = indexOf.get(signature) ?? clusters.length
    if (known === clusters.length) {
      indexOf.set(signature, known)
      const label = part.einsums.map(({ name }) => name).join('+')
      clusters.push({
        kind: 'cluster',
        cluster: known,
        label,
        cost: costOf(part),
        workload: part,
        edges: cluster.edges,
        along,
        execution: options.execution,
        mapspace: options.mapspace,
      })
    }
    return { cluster: known, einsums: cluster.einsums }
  })
  return ok({ workload, options, singles: singles.value, singleEinsums, clusters, instances, breaks })
}

/** Tilings of a cluster's products, about: what its search spends its time on. */
const costOf = ({ einsums }: Workload): number =>
  einsums.reduce(
    (sum, { variables }) =>
      sum + variables.reduce((product, { size }) => product * tileSizes(size, 'perfect').length, 6),
    0,
  )

/** The user's choices as positions, or what is wrong with them. */
function settledMerges(
  workload: Workload,
  edges: ReturnType<typeof fusibleEdges>['edges'],
  along: Readonly<Record<string, string>>,
): Result<ReadonlyMap<number, number>> {
  const nameOf = (i: number) => workload.einsums[i]!.name
  const merges = mergesOf(edges)
  const faults: Fault[] = []
  const settled = new Map<number, number>()
  for (const [consumer, producer] of Object.entries(along)) {
    const merge = merges.find((candidate) => nameOf(candidate.consumer) === consumer)
    const edge = merge?.candidates.find((candidate) => nameOf(candidate.producer) === producer)
    if (edge) settled.set(edge.consumer, edge.producer)
    else
      faults.push({
        code: 'no-such-merge',
        path: 'along',
        message: merge ? `${producer} does not lead to ${consumer}` : `No two chains meet at ${consumer}`,
        value: `${consumer}=${producer}`,
        hint: merge
          ? `choose one of ${merge.candidates.map((c) => nameOf(c.producer)).join(', ')}`
          : merges.length > 0
            ? `chains meet at ${merges.map((m) => nameOf(m.consumer)).join(', ')}`
            : 'leave it out: no chains meet in this workload',
      })
  }
  return faults.length > 0 ? err(faults) : ok(settled)
}

/** The clusters' tasks once the single Einsums have been searched. */
export function clusterTasks(plan: FusionPlan, singles: WorkloadBound | null): readonly ClusterTask[] {
  const found = new Map<number, EinsumBound>()
  for (const [at, i] of plan.singleEinsums.entries()) {
    const bound = singles?.members[at]
    if (bound) found.set(i, bound)
  }
  return plan.clusters.map((task) => {
    const { einsums } = plan.instances.find(({ cluster }) => cluster === task.cluster)!
    return { ...task, found: einsums.map((i) => found.get(i) ?? null) }
  })
}

/** Adds the clusters up at equal buffer size, whatever order they came in. */
export function assembleFusion(
  plan: FusionPlan,
  results: readonly ClusterResult[],
  singles: WorkloadBound | null,
): FusionBound {
  const { workload, instances } = plan
  const clusters = [...results].sort((a, b) => a.cluster - b.cluster)
  const nameOf = (i: number) => workload.einsums[i]!.name
  const totalOf = (strategy: Strategy) =>
    sumStaircases(instances.flatMap(({ cluster }) => clusters[cluster]!.parts[strategy]))
  return {
    workload: workload.name,
    options: plan.options,
    macs: macs(workload.einsums.reduce((sum, einsum) => sum + einsum.macs, 0)),
    algorithmicMinimum: bytes(
      workload.tensors.reduce((sum, { role, size }) => sum + (role === 'intermediate' ? 0 : size), 0),
    ),
    strategies: Object.fromEntries(
      STRATEGIES.map((strategy) => [strategy, totalOf(strategy)]),
    ) as unknown as FusionBound['strategies'],
    clusters,
    instances,
    einsums: workload.einsums.map(({ name }) => name),
    breaks: [
      ...plan.breaks,
      ...instances.flatMap(({ cluster, einsums }) => [
        ...clusters[cluster]!.breaks.map((found) => found),
        ...clusters[cluster]!.merges.flatMap(({ consumer, candidates, along, settled }) =>
          candidates
            .filter((candidate) => candidate !== along)
            .map((candidate): FusionBreak => {
              const [reader, kept, left] = [consumer, along, candidate].map((at) => nameOf(einsums[at]!))
              return {
                tensor: workload.einsums[einsums[candidate]!]!.output.tensor,
                producer: left!,
                reason: `${reader} continues the chain of ${kept}, and reads this like weights (${settled ? 'as set' : 'the choice of least traffic'})`,
              }
            }),
        ),
      ]),
    ],
    hasAttention: clusters.some((cluster) => cluster.hasAttention),
    mappingsEvaluated:
      (singles?.mappingsEvaluated ?? 0) +
      clusters.reduce(
        (sum, { alone }) => sum + alone.reduce((total, bound) => total + bound.mappingsEvaluated, 0),
        0,
      ),
    elapsedMs: 0,
  }
}
