import type { Einsum, TensorAccess } from '../../workload/einsum'

export interface Term {
  readonly variable: string
  readonly coefficient: number
  readonly size: number
}

/** What points of an iteration space touch of one operand. Rank variables of size 1 are left out. */
export interface Projection {
  readonly tensor: string
  readonly bitsPerValue: number
  /** One for each of the tensor's ranks that any variable moves. */
  readonly dimensions: readonly (readonly Term[])[]
  readonly variables: readonly string[]
  /** Elements that are touched at the least; holes of strides and dilations are not. */
  readonly touched: number
  /** No element stands for more values of its variables: 1, unless windows overlap (R of docs/model.md, section 9, Eq. 42). */
  readonly overlap: number
}

export const sizesOf = ({ variables }: Einsum): ReadonlyMap<string, number> =>
  new Map(variables.map(({ name, size }) => [name, size]))

export function projectionOf(einsum: Einsum, { tensor, bitsPerValue, ranks }: TensorAccess): Projection {
  const sizes = sizesOf(einsum)
  const dimensions = ranks
    .map(({ terms }) =>
      terms
        .map(({ variable, coefficient }) => ({
          variable,
          coefficient: Math.abs(coefficient),
          size: sizes.get(variable)!,
        }))
        .filter(({ size }) => size > 1)
        .sort((a, b) => b.size - a.size),
    )
    .filter((terms) => terms.length > 0)
  return {
    tensor,
    bitsPerValue,
    dimensions,
    variables: dimensions.flat().map(({ variable }) => variable),
    touched: dimensions.reduce((product, terms) => product * distinctSums(terms), 1),
    overlap: dimensions.reduce((product, terms) => product * mostAlike(terms), 1),
  }
}

/** The two steps of a sum without their common divisor, and the numbers of values. */
function pairOf([a, b]: readonly Term[]): [size: number, step: number, size_: number, step_: number] {
  const divisor = greatestCommonDivisor(a!.coefficient, b!.coefficient)
  return [a!.size, a!.coefficient / divisor, b!.size, b!.coefficient / divisor]
}

/**
 * Values that a sum takes, its terms from the largest rank down and with coefficients above 0: exact for one or two
 * variables, and no more than there are for several.
 */
export function distinctSums(terms: readonly Term[]): number {
  if (terms.length === 1) return terms[0]!.size
  const [p, stepP, r, stepR] = pairOf(terms)
  const ofTwo = p > stepR && r > stepP ? p * stepP + r * stepR - stepP * stepR : p * r
  return terms.slice(2).reduce((sum, { size }) => sum + size - 1, ofTwo)
}

/** The greatest number of ways to reach one value of a sum: exact for one or two variables, else no fewer. */
function mostAlike(terms: readonly Term[]): number {
  if (terms.length === 1) return 1
  const [p, stepP, r, stepR] = pairOf(terms)
  const ofTwo = Math.min(Math.ceil(p / stepR), Math.ceil(r / stepP))
  return terms.slice(2).reduce((product, { size }) => product * size, ofTwo)
}

/** Whether an element of one operand and one of another belong to one point at the most. */
export function meetOnce(one: Projection, other: Projection, variables: readonly string[]): boolean {
  const known = new Set<string>()
  const open = [...one.dimensions, ...other.dimensions].map((terms) => terms.map(({ variable }) => variable))
  for (let found = true; found;) {
    found = false
    for (const dimension of open) {
      const unknown = dimension.filter((variable) => !known.has(variable))
      if (unknown.length !== 1) continue
      known.add(unknown[0]!)
      found = true
    }
  }
  return known.size === variables.length
}

const greatestCommonDivisor = (a: number, b: number): number =>
  b === 0 ? a : greatestCommonDivisor(b, a % b)
