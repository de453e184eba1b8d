import { tileSizes } from '../../model/pieces'
import { err, ok, type Fault, type Result } from '../../support/result'
import { sharedReadFaults } from '../../workload/cascade'
import type { Workload } from '../../workload/einsum'
import type { Exploration, FusionBreak, Plan, SearchRequest } from '../mapper'
import { clustersOf, clusterWorkload, signatureOf } from './clusters'
import type { ClusterTask } from './fuse-cluster'
import { fusibleEdges } from './fusible-edges'
import { mergesOf } from './paths'
import { isFusibleProduct } from './product-roles'

/** A cluster of the cascade: which distinct shape it has, and the positions of its Einsums. */
export interface ClusterInstance {
  readonly cluster: number
  readonly einsums: readonly number[]
}

export interface FusionPlan extends Plan<ClusterTask> {
  readonly instances: readonly ClusterInstance[]
  readonly breaks: readonly FusionBreak[]
}

/** Positions of the Einsums that another search has to bound, because the products' own front is not enough. */
const singleEinsums = ({ workload, options }: SearchRequest): readonly number[] => {
  const all = options.factors === 'imperfect'
  return workload.einsums.flatMap((einsum, i) => (all || !isFusibleProduct(einsum) ? [i] : []))
}

/** The search of single Einsums that a fusion search starts from, if it needs one. */
export function singlesOf(request: SearchRequest): readonly SearchRequest[] {
  const { workload, options } = request
  const positions = singleEinsums(request)
  return positions.length === 0
    ? []
    : [
        {
          workload: { ...workload, einsums: positions.map((i) => workload.einsums[i]!) },
          options: { ...options, fuse: 'never' },
        },
      ]
}

/**
 * Finds what can be fused and makes a task for each distinct cluster. Faults: an unknown merge, or too much to
 * search.
 */
export function planFusion(request: SearchRequest, [singles]: readonly Exploration[]): Result<FusionPlan> {
  const { workload, options } = request
  const faults = sharedReadFaults(workload.einsums, ['twice', 'part'])
  if (faults.length > 0) return err(faults)
  const { edges, breaks } = fusibleEdges(workload)
  const settled = settledMerges(workload, edges, options.along)
  if (!settled.ok) return settled
  const found = new Map(singleEinsums(request).map((i, at) => [i, singles!.members[at]!]))
  const tasks: ClusterTask[] = []
  const indexOf = new Map<string, number>()
  const instances = clustersOf(workload, edges).map((cluster): ClusterInstance => {
    const part = clusterWorkload(workload, cluster)
    const along = cluster.einsums.flatMap((i, at) => {
      const producer = settled.value.get(i)
      return producer === undefined ? [] : [[at, cluster.einsums.indexOf(producer)] as const]
    })
    const signature = signatureOf(cluster, part, along)
    const known = indexOf.get(signature) ?? tasks.length
    if (known === tasks.length) {
      indexOf.set(signature, known)
      tasks.push({
        kind: 'cluster',
        cluster: known,
        label: part.einsums.map(({ name }) => name).join('+'),
        cost: costOf(part),
        workload: part,
        edges: cluster.edges,
        found: cluster.einsums.map((i) => found.get(i) ?? null),
        along,
        execution: options.execution,
      })
    }
    return { cluster: known, einsums: cluster.einsums }
  })
  return ok({ tasks, totalCost: tasks.reduce((sum, { cost }) => sum + cost, 0), instances, breaks })
}

/** Rough number of tilings of a cluster's products under all strategies: the work of its search. */
const costOf = ({ einsums }: Workload): number =>
  einsums.reduce(
    (sum, { variables }) =>
      sum + variables.reduce((product, { size }) => product * tileSizes(size, 'perfect').length, 60),
    0,
  )

/** The user's merges as positions, or a fault for each wrong one. */
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
