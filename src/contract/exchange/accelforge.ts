import { stringify } from 'yaml'
import type { ImportedWorkload } from '../../core/interchange/imported'
import { err, ok, type Result } from '../../core/support/result'
import type { Workload } from '../../core/workload/einsum'
import { parseWorkloadText } from '../workload-file'

/** AccelForge's workload files: our dialect with renamed fields, persistence, and bounds as inequalities. */
type Fields = Readonly<Record<string, unknown>>
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Fields that only an AccelForge file has. */
const OWN_WORKLOAD = ['iteration_space_shape', 'persistent_tensors', 'n_instances']
const OWN_EINSUM = ['renames', 'n_instances', 'is_copy_operation']

export function importAccelForge(content: unknown): Result<ImportedWorkload> | undefined {
  if (!isFields(content) || !isFields(content['workload'])) return undefined
  const { workload } = content
  const einsums = Array.isArray(workload['einsums']) ? (workload['einsums'] as readonly unknown[]) : []
  const theirs =
    'renames' in content ||
    OWN_WORKLOAD.some((field) => Object.hasOwn(workload, field)) ||
    einsums.some(
      (einsum) =>
        isFields(einsum) &&
        (OWN_EINSUM.some((field) => Object.hasOwn(einsum, field)) ||
          Array.isArray(einsum['iteration_space_shape'])),
    )
  if (!theirs) return undefined
  if (JSON.stringify(content).includes('{{'))
    return err([
      {
        code: 'template',
        path: 'workload',
        message: 'This file is a template whose variables are not filled in',
        hint: 'let AccelForge render it, and import what it writes',
      },
    ])
  const dropped = new Set<string>()
  const keep = (fields: Fields, known: readonly string[]): Record<string, unknown> => {
    for (const name of Object.keys(fields)) if (!known.includes(name)) dropped.add(name)
    return Object.fromEntries(Object.entries(fields).filter(([name]) => known.includes(name)))
  }
  const plain = {
    workload: {
      ...keep(workload, ['name', 'description', 'source', 'bits_per_value']),
      rank_sizes: {
        ...(isFields(workload['rank_sizes']) ? workload['rank_sizes'] : {}),
        ...sizesOf(workload['iteration_space_shape']),
      },
      einsums: einsums.map((einsum) =>
        isFields(einsum)
          ? {
              ...keep(einsum, ['name', 'einsum', 'tensor_accesses']),
              ...('iteration_space_shape' in einsum
                ? { iteration_space_shape: sizesOf(einsum['iteration_space_shape']) }
                : {}),
            }
          : einsum,
      ),
    },
  }
  for (const said of ['rank_sizes', 'einsums', 'iteration_space_shape']) dropped.delete(said)
  for (const name of Object.keys(content)) if (name !== 'workload') dropped.add(name)
  const text = stringify(plain, { lineWidth: 0 })
  const checked = parseWorkloadText(text)
  if (!checked.ok) return checked
  return ok({
    format: 'accelforge',
    name: checked.value.name,
    text,
    repeats: 1,
    unmodelled: [],
    notes:
      dropped.size > 0
        ? [`Left out, since bounds do not depend on it: ${[...dropped].sort().join(', ')}.`]
        : [],
  })
}

/**
 * `["0 <= r < 3"]`, `{m: "0 <= m < 128"}` or `{m: 128}` as sizes by variable. Anything else is left for the reader to
 * refuse.
 */
function sizesOf(shape: unknown): Record<string, unknown> {
  const lines = Array.isArray(shape)
    ? (shape as readonly unknown[])
    : isFields(shape)
      ? Object.entries(shape)
      : []
  return Object.fromEntries(
    lines.map((line) => {
      const [name, bound] = Array.isArray(line) ? (line as [string, unknown]) : ['', line]
      const match = /^\s*(-?\d+)\s*<=\s*(\w+)\s*<\s*(\d+)\s*$/.exec(String(bound))
      return match ? [match[2]!, Number(match[3]) - Number(match[1])] : [name || String(bound), bound]
    }),
  )
}

/** A workload as AccelForge reads it: sizes by variable of every Einsum, widths by tensor. */
export function exportAccelForge({ einsums }: Workload): string {
  const widths = new Map(
    einsums.flatMap(({ output, inputs }) =>
      [output, ...inputs].map(({ tensor, bitsPerValue }) => [tensor, Number(bitsPerValue)] as const),
    ),
  )
  return stringify(
    {
      workload: {
        bits_per_value: Object.fromEntries(widths),
        einsums: einsums.map(({ name, text, variables }) => ({
          name,
          einsum: text,
          iteration_space_shape: variables.map((variable) => `0 <= ${variable.name} < ${variable.size}`),
        })),
      },
    },
    { lineWidth: 0 },
  )
}
