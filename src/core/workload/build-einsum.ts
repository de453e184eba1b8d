import { listText } from '../support/list-text'
import { lookUp } from '../support/look-up'
import { err, ok, type Fault, type Result } from '../support/result'
import { bits, macs, type Bits } from '../units/quantity'
import { extentOf } from './cascade'
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
  const tooLarge = sizeFaults(parsed.value, variables.value, at)
  if (tooLarge.length > 0) return err(tooLarge)
  const inputs = [...distinctReads(operands).values()]
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

/** Past this many, counts of points and values are told rounded, and further on are no numbers. */
const MOST_POINTS = 2 ** 63

/** An iteration space, and tensors, whose points can be counted. */
function sizeFaults(
  { output, operands }: ParsedEinsum,
  variables: readonly RankVariable[],
  path: string,
): readonly Fault[] {
  const sizes = new Map(variables.map(({ name, size }) => [name, size]))
  const hint = 'make its ranks smaller, or split the Einsum in several'
  const fault = (message: string, value: string, access: ParsedAccess): Fault => ({
    code: 'too-many-points',
    path,
    message: `${message} more than 2^63`,
    value,
    hint,
    span: spanOf(access),
  })
  const points = variables.reduce((product, { size }) => product * size, 1)
  if (points > MOST_POINTS) return [fault('The points of its iteration space are', String(points), output)]
  const valuesOf = ({ ranks }: ParsedAccess): number =>
    ranks.reduce((product, rank) => product * extentOf(rank, (variable) => sizes.get(variable) ?? 1), 1)
  const large = [output, ...operands].find((access) => valuesOf(access) > MOST_POINTS)
  return large === undefined ? [] : [fault('The values of a tensor are', large.tensor, large)]
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
    const used = new Set<string>()
    const twice = access.ranks
      .flatMap(({ terms }) => terms.map(({ variable }) => variable))
      .find((variable) => used.size === used.add(variable).size)
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

/** One tensor at one index expression is one operand, however often it is written: the first access of each, in order. */
function distinctReads(operands: readonly ParsedAccess[]): ReadonlyMap<string, ParsedAccess> {
  const first = new Map<string, ParsedAccess>()
  for (const operand of operands) {
    const read = `${operand.tensor}[${indexOf(operand)}]`
    if (!first.has(read)) first.set(read, operand)
  }
  return first
}

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
  const ranks = namedRanks([output, ...operands], rankSizes)
  const wrong = new Set<string>()
  for (const access of [output, ...operands])
    for (const { terms } of access.ranks)
      for (const { variable } of terms) {
        if (variables.has(variable) || wrong.has(variable)) continue
        const rank = ranks.get(variable) ?? variable.toUpperCase()
        const own = lookUp(object.iteration_space_shape ?? {}, variable)
        const size = own ?? lookUp(rankSizes, variable) ?? lookUp(rankSizes, rank)
        const checked =
          own !== undefined
            ? checkSize(sizeOfShape(own), `${einsumPath}.iteration_space_shape.${variable}`)
            : typeof size === 'number'
              ? ok(size)
              : err(withoutSize(variable, rank, { rankSizes, path, access }))
        if (checked.ok) {
          const named = own === undefined && Object.hasOwn(rankSizes, variable) ? variable : rank
          variables.set(variable, { name: variable, rank: named, size: checked.value })
        } else {
          wrong.add(variable)
          faults.push(checked.error)
        }
      }
  return faults.length > 0 ? err(faults) : ok([...variables.values()])
}

interface Unsized {
  readonly rankSizes: Readonly<Record<string, number>>
  readonly path: string
  readonly access: ParsedAccess
}

function withoutSize(variable: string, rank: string, { rankSizes, path, access }: Unsized): Fault {
  const known = Object.keys(rankSizes)
  return {
    code: 'rank-without-size',
    path,
    message: `Rank variable ${variable} has no size`,
    value: variable,
    hint: `add ${rank} to rank_sizes${known.length > 0 ? ` (it has ${listText(known)})` : ''}`,
    span: spanOf(access),
  }
}

/** Ranks that have a size, by the variable that alone indexes them in an access; of several the first. */
function namedRanks(
  accesses: readonly ParsedAccess[],
  rankSizes: Readonly<Record<string, number>>,
): ReadonlyMap<string, string> {
  const named = new Map<string, string>()
  for (const { ranks } of accesses)
    for (const { rank, terms } of ranks) {
      const [only, ...more] = terms
      if (only === undefined || more.length > 0 || named.has(only.variable)) continue
      if (Object.hasOwn(rankSizes, rank)) named.set(only.variable, rank)
    }
  return named
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
