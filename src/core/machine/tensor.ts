import { bits, type Bits } from '../units/quantity'
import type { AffineTerm, Einsum, TensorAccess } from '../workload/einsum'

export const ROLES = ['input', 'weight', 'output'] as const
export type Role = (typeof ROLES)[number]

export interface ProblemTerm {
  readonly rank: number
  /** Not zero. A negative one mirrors the direction. */
  readonly coefficient: number
}

export interface ProblemTensor {
  readonly name: string
  readonly role: Role
  readonly isOutput: boolean
  readonly bits: Bits
  readonly dimensions: readonly (readonly ProblemTerm[])[]
  /** By rank: whether a loop over it changes which elements are used. */
  readonly indexes: readonly boolean[]
  /** By rank: whether the rank stands alone in one of the dimensions, with coefficient 1. */
  readonly alone: readonly boolean[]
  /** Whether a dimension is a sum, or has a stride. */
  readonly isWindowed: boolean
  /** Elements of the whole tensor: its bounding box, holes counted. */
  readonly size: number
}

/** A tensor as an Einsum accesses it, ranks by position. */
export function tensorOf(access: TensorAccess, einsum: Einsum, role: Role, isOutput: boolean): ProblemTensor {
  const rankOf = new Map(einsum.variables.map(({ name }, at) => [name, at]))
  const sizes = einsum.variables.map(({ size }) => size)
  const seen = new Set<number>()
  const dimensions: (readonly ProblemTerm[])[] = []
  for (const { terms } of access.ranks) {
    const dimension = terms.map((term) => ({
      rank: rankOf.get(term.variable)!,
      coefficient: term.coefficient,
    }))
    // A diagonal has one element for each value.
    if (isPlainTerms(terms) && seen.has(dimension[0]!.rank)) continue
    for (const { rank } of dimension) seen.add(rank)
    dimensions.push(dimension)
  }
  return {
    name: access.tensor,
    role,
    isOutput,
    bits: bits(access.bitsPerValue),
    dimensions,
    indexes: sizes.map((_, rank) => seen.has(rank)),
    alone: sizes.map((_, rank) => dimensions.some((dimension) => isAlone(dimension, rank))),
    isWindowed: dimensions.some((dimension) => dimension.length > 1 || dimension[0]!.coefficient !== 1),
    size: boxSize(dimensions, sizes),
  }
}

export const isPlainTerms = (terms: readonly AffineTerm[]): boolean =>
  terms.length === 1 && terms[0]!.coefficient === 1

const isAlone = (dimension: readonly ProblemTerm[], rank: number): boolean =>
  dimension.length === 1 && dimension[0]!.rank === rank && dimension[0]!.coefficient === 1

/** Extent of a dimension's bounding box if rank r runs over `extents[r]` values. */
export const extentOf = (dimension: readonly ProblemTerm[], extents: ArrayLike<number>): number =>
  dimension.reduce((sum, { rank, coefficient }) => sum + Math.abs(coefficient) * (extents[rank]! - 1), 1)

/** Elements of a tensor's bounding box (docs/model.md, section 2, Eq. 2). */
export const boxSize = (
  dimensions: readonly (readonly ProblemTerm[])[],
  extents: ArrayLike<number>,
): number => dimensions.reduce((product, dimension) => product * extentOf(dimension, extents), 1)
