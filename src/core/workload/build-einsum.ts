import { err, ok, type Fault, type Result } from '../support/result'
import { bits, macs, type Bits } from '../units/quantity'
import { notationOf, type EinsumDefinition, type EinsumObject } from './definition'
import type { Einsum, RankVariable, TensorAccess } from './einsum'
import { parseEinsum, type ParsedAccess, type ParsedEinsum } from './notation'
import { checkSize } from './rank-sizes'

export interface EinsumContext {
  readonly rankSizes: Readonly<Record<string, number>>
  readonly bitsOf: (tensor: string) => Bits
  /** `workload.einsums[2]` */
  readonly path: string
}

/** Parses one Einsum, and adds the sizes of its ranks and the widths of its tensors. */
export function buildEinsum(definition: EinsumDefinition, context: EinsumContext): Result<Einsum> {
  const object: EinsumObject = typeof definition === 'string' ? { einsum: definition } : definition
  const text = notationOf(object)
  const { path } = context
  if (text === undefined) {
    return err([
      {
        code: 'no-notation',
        path,
        message: 'An Einsum has neither “einsum” nor “tensor_accesses”',
        hint: 'write einsum: "Z[m,n] = A[m,k] * B[k,n]"',
      },
    ])
  }
  const at = typeof definition === 'string' ? path : `${path}.einsum`
  const parsed = parseEinsum(text)
  if (!parsed.ok) return err([{ ...parsed.error, path: at }])
  const faults = shapeFaults(parsed.value, at)
  if (faults.length > 0) return err(faults)
  const variables = sizedVariables(parsed.value, object, context, at)
  if (!variables.ok) return variables

  const access = ({ tensor, ranks }: ParsedAccess): TensorAccess => ({
    tensor,
    bitsPerValue: context.bitsOf(tensor),
    ranks,
  })
  const { output, operands, kind } = parsed.value
  const inputs = operands.filter(
    (operand, i) => operands.findIndex((other) => isSameRead(other, operand)) === i,
  )
  const points = variables.value.reduce((product, { size }) => product * size, 1)
  return ok({
    name: object.name ?? output.tensor,
    text,
    kind,
    variables: variables.value,
    output: access(output),
    inputs: inputs.map(access),
    macs: macs(kind === 'product' ? points : 0),
  })
}

/** Rules of form: plain distinct output ranks, no variable twice in an access. */
function shapeFaults({ output, operands }: ParsedEinsum, path: string): readonly Fault[] {
  const faults: Fault[] = []
  const fault = (code: string, access: ParsedAccess, message: string, hint: string) =>
    faults.push({ code, path, message, hint, value: access.tensor, span: spanOf(access) })
  if (
    output.ranks.some(
      ({ terms, offset }) => terms.length !== 1 || terms[0]!.coefficient !== 1 || offset !== 0,
    )
  )
    fault(
      'output-not-plain',
      output,
      'Each rank of an output must be indexed by one rank variable',
      'move the affine expression to the operand, as in O[p] = I[2*p + r] * F[r]',
    )
  if (operands.length === 0)
    fault('no-operand', output, 'An Einsum reads no tensor', 'name at least one operand on the right of “=”')
  for (const [i, access] of [output, ...operands].entries()) {
    const used = access.ranks.flatMap(({ terms }) => terms.map(({ variable }) => variable))
    const twice = used.find((variable, at) => used.indexOf(variable) !== at)
    if (twice !== undefined)
      fault(
        'variable-twice',
        access,
        `Rank variable ${twice} indexes ${access.tensor} twice`,
        'index each rank of a tensor by its own variable',
      )
    if (i === 0) continue
    if (access.tensor === output.tensor)
      fault('cycle', access, `${output.tensor} is computed from itself`, 'give the result another name')
  }
  return faults
}

/** One tensor at one index expression is one operand, however often it is written. */
const isSameRead = (one: ParsedAccess, other: ParsedAccess): boolean =>
  one.tensor === other.tensor && indexOf(one) === indexOf(other)

const indexOf = ({ ranks }: ParsedAccess): string =>
  ranks
    .map(({ terms, offset }) =>
      [...terms.map((t) => `${t.coefficient}${t.variable}`).sort(), offset].join('+'),
    )
    .join()

/**
 * Every rank variable with its size. The size is given by variable, by a rank name in an access (`M: p`), or by the
 * upper-case name.
 */
function sizedVariables(
  { output, operands }: ParsedEinsum,
  object: EinsumObject,
  { rankSizes, path: einsumPath }: EinsumContext,
  path: string,
): Result<readonly RankVariable[]> {
  const faults: Fault[] = []
  const variables = new Map<string, RankVariable>()
  for (const access of [output, ...operands]) {
    for (const { terms } of access.ranks) {
      for (const { variable } of terms) {
        if (variables.has(variable)) continue
        const rank = rankOf(variable, [output, ...operands], rankSizes)
        const own = object.iteration_space_shape?.[variable]
        if (own !== undefined) {
          const size = checkSize(sizeOfShape(own), `${einsumPath}.iteration_space_shape.${variable}`)
          if (size.ok) variables.set(variable, { name: variable, rank, size: size.value })
          else if (!faults.some((fault) => fault.path === size.error.path)) faults.push(size.error)
        } else if (Object.hasOwn(rankSizes, variable)) {
          variables.set(variable, { name: variable, rank: variable, size: rankSizes[variable]! })
        } else if (Object.hasOwn(rankSizes, rank)) {
          variables.set(variable, { name: variable, rank, size: rankSizes[rank]! })
        } else if (!faults.some(({ value }) => value === variable)) {
          faults.push({
            code: 'rank-without-size',
            path,
            message: `Rank variable ${variable} has no size`,
            value: variable,
            hint: `add ${rank} to rank_sizes${Object.keys(rankSizes).length > 0 ? ` (it has ${Object.keys(rankSizes).join(', ')})` : ''}`,
            span: spanOf(access),
          })
        }
      }
    }
  }
  return faults.length > 0 ? err(faults) : ok([...variables.values()])
}

/** The rank of a variable: the name given to it in an access, else its upper case. */
function rankOf(
  variable: string,
  accesses: readonly ParsedAccess[],
  rankSizes: Readonly<Record<string, number>>,
): string {
  for (const { ranks } of accesses) {
    for (const { rank, terms } of ranks) {
      if (terms.length === 1 && terms[0]!.variable === variable && Object.hasOwn(rankSizes, rank)) return rank
    }
  }
  return variable.toUpperCase()
}

/** `112`, or the field's `0 <= p < 112`. */
function sizeOfShape(shape: unknown): unknown {
  const match = typeof shape === 'string' ? /^\s*0\s*<=\s*\w+\s*<\s*(\d+)\s*$/.exec(shape) : null
  return match ? Number(match[1]) : shape
}

const spanOf = ({ column, endColumn }: ParsedAccess) => ({
  line: 1,
  column: column + 1,
  endLine: 1,
  endColumn: endColumn + 1,
})

/** A width in bits of a tensor's values. */
export function checkBits(value: unknown, path: string): Result<Bits, Fault> {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 1024)
    return ok(bits(value))
  return err({
    code: 'bits-out-of-range',
    path,
    message: 'Bits per value must be a whole number from 1 to 1024',
    value: String(value),
    hint: 'write 8 for a byte, 16 for half precision',
  })
}
