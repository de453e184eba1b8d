import { stringify } from 'yaml'
import { affineText } from '../../core/interchange/affine-text'
import type { ImportedWorkload } from '../../core/interchange/imported'
import { lookUp } from '../../core/support/look-up'
import { err, ok, type Fault, type Result } from '../../core/support/result'
import type { AffineTerm, Einsum, TensorAccess } from '../../core/workload/einsum'
import { parseWorkloadText } from '../workload-file'

/** Timeloop's problem files, version 0.4: one product with its dimensions, data spaces and sizes. */
type Fields = Readonly<Record<string, unknown>>
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const TIMELOOP_VERSION = '0.4'

class Wrong extends Error {
  constructor(readonly fault: Fault) {
    super(fault.message)
  }
}
const wrong = (path: string, message: string, hint: string, value?: unknown): never => {
  throw new Wrong({
    code: 'timeloop',
    path,
    message,
    hint,
    ...(value === undefined ? {} : { value: (JSON.stringify(value) ?? 'undefined').slice(0, 80) }),
  })
}

/** A problem as a workload of one Einsum; undefined if the file has none. */
export function importTimeloop(content: unknown): Result<ImportedWorkload> | undefined {
  if (!isFields(content) || !isFields(content['problem'])) return undefined
  try {
    return readProblem(content['problem'])
  } catch (error) {
    if (error instanceof Wrong) return err([error.fault])
    throw error
  }
}

function readProblem(problem: Fields): Result<ImportedWorkload> {
  const version = problem['version']
  if (version !== undefined && String(version) !== TIMELOOP_VERSION)
    wrong('problem.version', 'Only version 0.4 of Timeloop problems is read', 'write version: 0.4', version)
  const { shape } = problem
  if (!isFields(shape))
    return wrong('problem.shape', 'The problem has no shape', 'write shape: with dimensions and data_spaces')
  // Files before version 0.4 have the sizes beside the shape.
  const instance = isFields(problem['instance']) ? problem['instance'] : problem
  const coefficients = coefficientsOf(shape['coefficients'], instance)
  const dimensions = listOf(shape['dimensions'] ?? shape['dimension'], 'problem.shape.dimensions').map(String)
  const sizes = dimensions.map((name): [string, number] => {
    const size = lookUp(instance, name)
    if (typeof size !== 'number' || !Number.isInteger(size) || size < 1)
      wrong(`problem.instance.${name}`, 'A dimension has no size', 'write a whole number above 0', size)
    return [name.toLowerCase(), size as number]
  })
  const known = new Set(sizes.map(([name]) => name))
  const spaces = listOf(shape['data_spaces'] ?? shape['data-spaces'], 'problem.shape.data_spaces')
  const accesses = spaces.map((space, i) => readSpace(space, i, known, coefficients))
  const outputs = accesses.filter(({ written }) => written)
  if (outputs.length !== 1)
    wrong(
      'problem.shape.data_spaces',
      'Not exactly one data space is written',
      'mark one with read_write: true',
    )
  const inputs = accesses.filter(({ written }) => !written)
  const name = typeof shape['name'] === 'string' ? shape['name'] : 'problem'
  const text = stringify(
    {
      workload: {
        name,
        rank_sizes: {},
        bits_per_value: { All: 8 },
        einsums: [
          {
            einsum: `${outputs[0]!.text} = ${inputs.map((input) => input.text).join(' * ')}`,
            iteration_space_shape: Object.fromEntries(sizes),
          },
        ],
      },
    },
    { lineWidth: 0 },
  )
  const checked = parseWorkloadText(text)
  if (!checked.ok) return checked
  return ok({
    format: 'timeloop',
    name,
    text,
    repeats: 1,
    unmodelled: [],
    notes: ['Timeloop gives the width of values in its architecture file: 8 bits are assumed here.'],
  })
}

const listOf = (value: unknown, path: string): readonly unknown[] =>
  Array.isArray(value) ? value : wrong(path, 'A list is missing', 'write it as in [M, N, K]', value)

function coefficientsOf(given: unknown, instance: Fields): ReadonlyMap<string, number> {
  const found = new Map<string, number>()
  for (const [i, one] of (Array.isArray(given) ? (given as readonly unknown[]) : []).entries()) {
    if (!isFields(one) || typeof one['name'] !== 'string')
      return wrong(
        `problem.shape.coefficients[${i}]`,
        'A coefficient has no name',
        'write {name: Wstride, default: 1}',
        one,
      )
    const value = lookUp(instance, one['name']) ?? one['default']
    if (typeof value !== 'number' || !Number.isInteger(value))
      wrong(`problem.instance.${one['name']}`, 'A coefficient has no value', 'write a whole number', value)
    found.set(one['name'], value as number)
  }
  return found
}

function readSpace(
  space: unknown,
  i: number,
  known: ReadonlySet<string>,
  coefficients: ReadonlyMap<string, number>,
) {
  const path = `problem.shape.data_spaces[${i}]`
  if (!isFields(space) || typeof space['name'] !== 'string')
    return wrong(path, 'A data space has no name', 'write name: and projection:', space)
  const ranks = listOf(space['projection'], `${path}.projection`).map((rank) => {
    const terms = listOf(rank, `${path}.projection`).map((term): AffineTerm => {
      const [dimension, factor] = listOf(term, `${path}.projection`)
      const variable = String(dimension).toLowerCase()
      if (!known.has(variable))
        wrong(
          `${path}.projection`,
          'There is no such dimension',
          `use one of ${[...known].join(', ')}`,
          dimension,
        )
      const coefficient =
        factor === undefined ? 1 : typeof factor === 'number' ? factor : coefficients.get(String(factor))
      return coefficient === undefined
        ? wrong(`${path}.projection`, 'There is no such coefficient', 'declare it under coefficients', factor)
        : { variable, coefficient }
    })
    return affineText({ terms, offset: 0 })
  })
  return {
    text: `${space['name'].replaceAll(/\W+/g, '_')}[${ranks.join(', ')}]`,
    written: space['read_write'] === true || space['read-write'] === true,
  }
}

/** One Einsum as a Timeloop problem. Only products of sums with positive terms can be expressed. */
export function exportTimeloopProblem(einsum: Einsum): Result<string> {
  if (einsum.kind !== 'product')
    return err([
      {
        code: 'not-a-product',
        path: einsum.name,
        message: 'Timeloop knows products only',
        value: einsum.text,
        hint: 'export one of the products',
      },
    ])
  const space = ({ tensor, ranks }: TensorAccess) => ({
    name: tensor,
    projection: ranks.map(({ terms }) =>
      terms.map(({ variable, coefficient }) =>
        coefficient === 1 ? [variable.toUpperCase()] : [variable.toUpperCase(), coefficient],
      ),
    ),
  })
  return ok(
    stringify(
      {
        problem: {
          version: Number(TIMELOOP_VERSION),
          shape: {
            name: einsum.name,
            dimensions: einsum.variables.map(({ name }) => name.toUpperCase()),
            data_spaces: [...einsum.inputs.map(space), { ...space(einsum.output), read_write: true }],
          },
          instance: Object.fromEntries(einsum.variables.map(({ name, size }) => [name.toUpperCase(), size])),
        },
      },
      { lineWidth: 0, collectionStyle: 'any' },
    ),
  )
}
