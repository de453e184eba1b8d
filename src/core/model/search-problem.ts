import { assert } from '../support/assert'
import type { Einsum, TensorAccess } from '../workload/einsum'

/** One term of a dimension: |coefficient| * rank. A sign only mirrors a window; sizes stay the same. */
export interface Term {
  readonly rank: number
  readonly coefficient: number
}

/**
 * A tensor's rank in a search. Plain: one rank variable with coefficient 1, so that this rank is relevant. Otherwise
 * affine: a sliding window, to which its ranks are partially relevant (docs/model.md, section 1).
 */
export type Dimension = readonly Term[]

export interface SearchTensor {
  readonly name: string
  readonly output: boolean
  readonly bitsPerValue: number
  readonly dimensions: readonly Dimension[]
}

export interface SearchRank {
  /** Rank variable, or several joined by `·` if the search treats them as one. */
  readonly name: string
  readonly size: number
}

/** An Einsum reduced to what the mapspace depends on. Plain data that can be sent to a worker. The output is last. */
export interface SearchProblem {
  readonly ranks: readonly SearchRank[]
  readonly tensors: readonly SearchTensor[]
}

export const isPlain = (dimension: Dimension): boolean =>
  dimension.length === 1 && dimension[0]!.coefficient === 1

export const isAffineTensor = (tensor: SearchTensor): boolean => !tensor.dimensions.every(isPlain)

/** Whether a loop over `rank` moves the tensor's tile: the rank is relevant or partially relevant. */
export const isRelevant = (tensor: SearchTensor, rank: number): boolean =>
  tensor.dimensions.some((dimension) => dimension.some((term) => term.rank === rank))

/**
 * Extent of the bounding box along a dimension, if rank r runs over `sizes[r]` values; holes counted (docs/model.md,
 * section 2, Eq. 2).
 */
export function extent(dimension: Dimension, sizes: ArrayLike<number>): number {
  let sum = 1
  for (const { rank, coefficient } of dimension) sum += coefficient * (sizes[rank]! - 1)
  return sum
}

/** Values in the bounding box of a tensor, if rank r runs over `sizes[r]` values (docs/model.md, section 2, Eq. 2). */
export const boxSize = (tensor: SearchTensor, sizes: ArrayLike<number>): number =>
  tensor.dimensions.reduce((product, dimension) => product * extent(dimension, sizes), 1)

/** Values of a tensor that the Einsum touches: its bounding box without the holes that strides leave. */
export function touchedSize(problem: SearchProblem, tensor: SearchTensor): number {
  return tensor.dimensions.reduce((product, dimension) => product * touched(dimension, rankSizes(problem)), 1)
}

/** Holes are not counted above this extent. No sliding window of a real workload is as large. */
const LARGEST_MARKED = 2 ** 24

function touched(dimension: Dimension, sizes: readonly number[]): number {
  const whole = extent(dimension, sizes)
  if (dimension.length === 1) return sizes[dimension[0]!.rank]!
  if (whole > LARGEST_MARKED) return whole
  let marks = Uint8Array.of(1)
  for (const { rank, coefficient } of dimension) {
    const wider = new Uint8Array(marks.length + coefficient * (sizes[rank]! - 1))
    for (let step = 0; step < sizes[rank]!; step++)
      for (let at = 0; at < marks.length; at++) if (marks[at] === 1) wider[at + step * coefficient] = 1
    marks = wider
  }
  return marks.reduce((sum, mark) => sum + mark, 0)
}

export const rankSizes = (problem: SearchProblem): readonly number[] => problem.ranks.map(({ size }) => size)

/**
 * The search's view of an Einsum. Rank variables that occur in exactly the same tensors, and in no affine dimension,
 * become one rank with the product of their sizes (docs/model.md, section 1, Flattening). Ranks of size 1 are
 * dropped.
 */
export function toSearchProblem(einsum: Einsum): SearchProblem {
  const accesses = [...einsum.inputs, einsum.output]
  const affine = new Set(
    accesses.flatMap(({ ranks }) =>
      ranks.flatMap(({ terms }) =>
        terms.length > 1 || Math.abs(terms[0]!.coefficient) !== 1 ? terms.map((t) => t.variable) : [],
      ),
    ),
  )
  const groups = new Map<string, string[]>()
  for (const { name, size } of einsum.variables) {
    if (size === 1) continue
    const signature = affine.has(name) ? name : accesses.map((access) => Number(uses(access, name))).join('')
    const group = groups.get(signature)
    if (group) group.push(name)
    else groups.set(signature, [name])
  }
  const sizes = new Map(einsum.variables.map(({ name, size }) => [name, size]))
  const rankOf = new Map<string, number>()
  const ranks = [...groups.values()].map((names, rank): SearchRank => {
    for (const name of names) rankOf.set(name, rank)
    return { name: names.join('·'), size: names.reduce((product, name) => product * sizes.get(name)!, 1) }
  })
  const tensors = accesses.map((access, i): SearchTensor => {
    const seen = new Set<number>()
    const dimensions: Dimension[] = []
    for (const { terms } of access.ranks) {
      const dimension = terms.flatMap(({ variable, coefficient }): Term[] => {
        const rank = rankOf.get(variable)
        return rank === undefined ? [] : [{ rank, coefficient: Math.abs(coefficient) }]
      })
      if (dimension.length === 0 || (isPlain(dimension) && seen.has(dimension[0]!.rank))) continue
      for (const { rank } of dimension) seen.add(rank)
      dimensions.push(dimension)
    }
    return {
      name: access.tensor,
      output: i === accesses.length - 1,
      bitsPerValue: access.bitsPerValue,
      dimensions,
    }
  })
  assert(tensors.at(-1)?.output === true, 'the output comes last')
  return { ranks, tensors }
}

const uses = (access: TensorAccess, variable: string): boolean =>
  access.ranks.some(({ terms }) => terms.some((term) => term.variable === variable))
