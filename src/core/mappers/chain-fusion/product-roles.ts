import { isPlain } from './plain-access'
import type { Einsum, TensorAccess } from '../../workload/einsum'

/** A product of two operands, with one of them as the operand along a chain. */
export interface ProductRoles {
  readonly input: TensorAccess
  readonly weights: TensorAccess
  readonly output: TensorAccess
}

/**
 * The Einsum as a fusible product with `input` as the operand along the chain. Undefined unless it has two operands,
 * every rank is indexed by one variable alone, and every rank variable occurs in at least two of its tensors.
 */
export function productRoles(einsum: Einsum, input: string): ProductRoles | undefined {
  const [first, second] = einsum.inputs
  if (einsum.kind !== 'product' || first === undefined || second === undefined || einsum.inputs.length > 2)
    return undefined
  const accesses = [first, second, einsum.output]
  if (!accesses.every(isPlain)) return undefined
  const uses = accesses.map(variablesOf)
  if (einsum.variables.some(({ name }) => uses.filter((names) => names.has(name)).length < 2))
    return undefined
  const [along, beside] = first.tensor === input ? [first, second] : [second, first]
  return { input: along, weights: beside, output: einsum.output }
}

/**
 * Whether a product only scales: nothing is contracted, and one operand has no rank that the other lacks. A gain per
 * column or per row is applied in place, as point-wise Einsums are; its ranks are no heads.
 */
export function isScale({ kind, inputs, output }: Einsum): boolean {
  const [first, second] = inputs
  if (kind !== 'product' || first === undefined || second === undefined || inputs.length > 2) return false
  if (![first, second, output].every(isPlain)) return false
  const [a, b, z] = [first, second, output].map(variablesOf)
  const within = (small: ReadonlySet<string>, large: ReadonlySet<string>) =>
    [...small].every((v) => large.has(v))
  return (within(a!, b!) && within(b!, z!)) || (within(b!, a!) && within(a!, z!))
}

export const isFusibleProduct = (einsum: Einsum): boolean =>
  !isScale(einsum) && productRoles(einsum, einsum.inputs[0]?.tensor ?? '') !== undefined

/** Rank variables of an access whose ranks are each indexed by one variable alone. */
export const variablesOf = ({ ranks }: TensorAccess): ReadonlySet<string> =>
  new Set(ranks.map(({ terms }) => terms[0]!.variable))
