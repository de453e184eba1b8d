import type { Einsum, TensorAccess, Workload } from '../../workload/einsum'
import type { FusionBreak } from '../mapper'
import { isPlain } from './plain-access'
import { isFusibleProduct, isScale } from './product-roles'

/**
 * An intermediate that could stay inside a fused segment, with the point-wise Einsums between its producer and its
 * consumer.
 */
export interface FusibleEdge {
  readonly producer: number
  readonly consumer: number
  /**
   * The tensor that the producer writes and the one that the consumer reads: the same unless point-wise Einsums are
   * between them.
   */
  readonly written: string
  readonly read: string
  /** Those Einsums, in order. */
  readonly pointwise: readonly number[]
  /** Their other operands: the tensor, and the Einsum that reads it. */
  readonly sides: readonly { readonly access: TensorAccess; readonly einsum: number }[]
  /** Rank variables that one of them reduces, as `einsum:variable`. */
  readonly reducedVariables: readonly { readonly einsum: number; readonly variable: string }[]
}

export interface FusibleEdges {
  readonly edges: readonly FusibleEdge[]
  readonly breaks: readonly FusionBreak[]
}

/** Whether a strategy of the paper changes anything. */
export const hasFusibleEdges = (workload: Workload): boolean => fusibleEdges(workload).edges.length > 0

/** Einsums that a chain applies in place on its way. */
const isInPlace = (einsum: Einsum): boolean => einsum.macs === 0 || isScale(einsum)

/** Every intermediate of the cascade that a chain could run through, and why the others cannot be one. */
export function fusibleEdges(workload: Workload): FusibleEdges {
  const { einsums } = workload
  const readers = new Map<string, number[]>()
  for (const [i, { inputs }] of einsums.entries())
    for (const { tensor } of inputs) readers.set(tensor, [...(readers.get(tensor) ?? []), i])
  const edges: FusibleEdge[] = []
  const breaks: FusionBreak[] = []
  for (const [producer, einsum] of einsums.entries()) {
    if (!readers.has(einsum.output.tensor) || isInPlace(einsum)) continue
    const found = isFusibleProduct(einsum)
      ? follow(einsums, readers, producer)
      : `${einsum.name} is no product of two operands with plain ranks`
    if (found === null) continue
    if (typeof found === 'string')
      breaks.push({ tensor: einsum.output.tensor, producer: einsum.name, reason: found, ofPaper: true })
    else edges.push(found)
  }
  return { edges, breaks }
}

/**
 * Follows a product's output to the one product that reads it. A string is the reason if there is none; null for a
 * final output.
 */
function follow(
  einsums: readonly Einsum[],
  readers: ReadonlyMap<string, readonly number[]>,
  producer: number,
): FusibleEdge | string | null {
  const written = einsums[producer]!.output.tensor
  const inside = new Set([written])
  const pointwise = new Set<number>()
  const exits: { readonly tensor: string; readonly consumer: number }[] = []
  const ends: string[] = []
  const queue = [written]
  for (const tensor of queue) {
    const consumers = readers.get(tensor) ?? []
    if (consumers.length === 0) ends.push(tensor)
    for (const consumer of consumers) {
      const einsum = einsums[consumer]!
      if (!isInPlace(einsum)) exits.push({ tensor, consumer })
      else if (!pointwise.has(consumer)) {
        pointwise.add(consumer)
        inside.add(einsum.output.tensor)
        queue.push(einsum.output.tensor)
      }
    }
  }
  const nameOf = (i: number) => einsums[i]!.name
  const [exit] = exits
  if (exit === undefined) return null
  if (exits.length > 1)
    return `it has several consumers: ${[...new Set(exits.map(({ consumer }) => nameOf(consumer)))].join(', ')}`
  if (ends.length > 0) return `${ends.join(', ')} is written out as well`
  const consumer = einsums[exit.consumer]!
  if (!isFusibleProduct(consumer)) return `${consumer.name} is no product of two operands with plain ranks`
  const group = [...pointwise].sort((a, b) => a - b)
  for (const i of group)
    if (![...einsums[i]!.inputs, einsums[i]!.output].every(isPlain))
      return `${nameOf(i)} indexes a tensor by more than a rank variable`
  return {
    producer,
    consumer: exit.consumer,
    written,
    read: exit.tensor,
    pointwise: group,
    sides: group.flatMap((i) =>
      einsums[i]!.inputs.filter(({ tensor }) => !inside.has(tensor)).map((access) => ({ access, einsum: i })),
    ),
    reducedVariables: group.flatMap((i) => {
      const kept = new Set(einsums[i]!.output.ranks.map(({ terms }) => terms[0]!.variable))
      return einsums[i]!.variables.filter(({ name }) => !kept.has(name)).map(({ name }) => ({
        einsum: i,
        variable: name,
      }))
    }),
  }
}
