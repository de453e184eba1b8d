import { buildWorkload } from '../../src/core/workload/build-workload'
import type { Workload } from '../../src/core/workload/einsum'

/** A cascade as text, with sizes by rank and widths by tensor; 8 bits where none is given. */
export function cascadeOf(
  einsums: readonly string[],
  rank_sizes: Readonly<Record<string, number>>,
  bits: Readonly<Record<string, number>> = {},
): Workload {
  const built = buildWorkload({ rank_sizes, bits_per_value: { All: 8, ...bits }, einsums })
  if (!built.ok) throw new Error(`${einsums.join('; ')}: ${JSON.stringify(built.error)}`)
  return built.value
}
