import type { TensorAccess, Workload } from '../../workload/einsum'
import type { FusibleEdge } from './fusible-edges'

/**
 * Which rank variables of different Einsums are the same along a path: those that index the same position of a tensor
 * that one writes and the other reads. Weights do not link variables: the keys' m is not the queries' m.
 */
export class RankClasses {
  private readonly parent = new Map<string, string>()

  constructor(workload: Workload, path: readonly FusibleEdge[]) {
    for (const { producer, consumer, pointwise, written } of path) {
      const writers = new Map([[written, producer]])
      for (const i of pointwise) writers.set(workload.einsums[i]!.output.tensor, i)
      for (const reader of [...pointwise, consumer])
        for (const access of workload.einsums[reader]!.inputs) {
          const writer = writers.get(access.tensor)
          if (writer === undefined || writer === reader) continue
          this.link(workload.einsums[writer]!.output, writer, access, reader)
        }
    }
  }

  of(einsum: number, variable: string): string {
    let at = `${einsum}:${variable}`
    for (let next = this.parent.get(at); next !== undefined; next = this.parent.get(at)) at = next
    return at
  }

  /** Classes that index an access of an Einsum. */
  ofAccess(einsum: number, { ranks }: TensorAccess): ReadonlySet<string> {
    return new Set(ranks.map(({ terms }) => this.of(einsum, terms[0]!.variable)))
  }

  private link(output: TensorAccess, writer: number, access: TensorAccess, reader: number): void {
    for (const [at, { terms }] of output.ranks.entries()) {
      const one = this.of(writer, terms[0]!.variable)
      const other = this.of(reader, access.ranks[at]!.terms[0]!.variable)
      if (one !== other) this.parent.set(other, one)
    }
  }
}
