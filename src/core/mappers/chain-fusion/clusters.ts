import type { Einsum, Workload } from '../../workload/einsum'
import type { FusibleEdge } from './fusible-edges'

/**
 * Einsums that fusible intermediates connect; they are searched together. Edges count Einsums from the cluster's
 * first.
 */
export interface Cluster {
  /** Positions in the workload, ascending. */
  readonly einsums: readonly number[]
  readonly edges: readonly FusibleEdge[]
}

/** The cascade as clusters in order of their first Einsums; an Einsum that nothing connects is one by itself. */
export function clustersOf(workload: Workload, edges: readonly FusibleEdge[]): readonly Cluster[] {
  const group = workload.einsums.map((_, i) => i)
  const root = (i: number): number => (group[i] === i ? i : (group[i] = root(group[i]!)))
  for (const { producer, consumer, pointwise } of edges)
    for (const i of [consumer, ...pointwise]) {
      const [a, b] = [root(producer), root(i)]
      group[Math.max(a, b)] = Math.min(a, b)
    }
  const members = new Map<number, number[]>()
  for (const i of workload.einsums.keys()) members.set(root(i), [...(members.get(root(i)) ?? []), i])
  const byRoot = new Map<number, FusibleEdge[]>()
  for (const edge of edges)
    byRoot.set(root(edge.producer), [...(byRoot.get(root(edge.producer)) ?? []), edge])
  return [...members].map(([first, einsums]) => {
    const at = new Map(einsums.map((i, position) => [i, position]))
    return { einsums, edges: (byRoot.get(first) ?? []).map((edge) => moved(edge, (i) => at.get(i)!)) }
  })
}

const moved = (edge: FusibleEdge, to: (einsum: number) => number): FusibleEdge => ({
  ...edge,
  producer: to(edge.producer),
  consumer: to(edge.consumer),
  pointwise: edge.pointwise.map(to),
  sides: edge.sides.map((side) => ({ ...side, einsum: to(side.einsum) })),
  reducedVariables: edge.reducedVariables.map((reduced) => ({ ...reduced, einsum: to(reduced.einsum) })),
})

/** The part of a workload that a cluster is about. */
export function clusterWorkload(workload: Workload, cluster: Cluster): Workload {
  const einsums = cluster.einsums.map((i) => workload.einsums[i]!)
  const names = new Set(
    einsums.flatMap(({ inputs, output }) => [...inputs, output].map(({ tensor }) => tensor)),
  )
  return { ...workload, einsums, tensors: workload.tensors.filter(({ name }) => names.has(name)) }
}

/**
 * Clusters of one signature have the same result. It has everything that matters; names are replaced by order of
 * appearance.
 */
export function signatureOf(
  cluster: Cluster,
  workload: Workload,
  along: readonly (readonly [consumer: number, producer: number])[],
): string {
  const tensors = new Map<string, number>()
  const tensorId = (name: string) => {
    if (!tensors.has(name)) tensors.set(name, tensors.size)
    return tensors.get(name)
  }
  const produced = new Set(
    workload.tensors.filter(({ producer }) => producer !== null).map(({ name }) => name),
  )
  const shape = (einsum: Einsum) => {
    const variables = new Map(einsum.variables.map(({ name }, i) => [name, i]))
    return [
      einsum.kind,
      einsum.variables.map(({ size }) => size),
      [...einsum.inputs, einsum.output].map(({ tensor, bitsPerValue, ranks }) => [
        tensorId(tensor),
        bitsPerValue,
        produced.has(tensor),
        Object.hasOwn(workload.rowReductions, tensor),
        ranks.map(({ terms, offset }) => [
          offset,
          terms.map(({ variable, coefficient }) => [variables.get(variable), coefficient]),
        ]),
      ]),
    ]
  }
  const shapes = workload.einsums.map(shape)
  return JSON.stringify([
    shapes,
    cluster.edges.map(({ producer, consumer, pointwise }) => [producer, consumer, pointwise]),
    along,
  ])
}
