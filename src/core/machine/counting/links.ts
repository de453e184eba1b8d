import type { Nest } from '../mapping'
import { flowOf, type HolderCounts, type Rules } from './counts'
import { boundariesOf } from './flow'

export interface LinkEnergy {
  readonly array: string
  /** pJ */
  readonly energy: number
}

const BITS_PER_BYTE = 8

/**
 * Energy of the arrays' links: every byte that enters or leaves an instance, once for each instance, so that a multicast
 * to n instances pays n times (docs/model.md, section 10, Eq. 53).
 */
export function linkEnergies(
  nest: Nest,
  counts: readonly (readonly HolderCounts[])[],
  rules: Rules,
): LinkEnergy[] {
  const { dims, tensors, memories } = nest.problem
  const arrays = [...new Set(dims.map(({ array }) => array))].filter(({ linkEnergy }) => linkEnergy > 0)
  return arrays.map((array) => {
    const from = dims.findIndex((dim) => dim.array === array)
    const to = from + array.dims.length
    let bits = 0n
    for (const [t, tensor] of tensors.entries())
      for (const [at, boundary] of boundariesOf(nest, t).entries()) {
        if (boundary.dimsBefore > from || boundary.dimsInner < to) continue
        const inner = counts[t]![at + 1]
        const width = inner === undefined ? tensor.bits : memories[inner.holder.memory]!.bits[t]!
        // What the instances of this array ask for, each for itself.
        const { arrivals } = flowOf(nest, { ...boundary, dimsBefore: to }, rules)
        const refills = tensor.isOutput ? (inner?.fills ?? 0n) : 0n
        bits += (arrivals + refills) * BigInt(width)
      }
    return { array: array.name, energy: (Number(bits) / BITS_PER_BYTE) * array.linkEnergy }
  })
}
