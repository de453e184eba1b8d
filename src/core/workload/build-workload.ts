import { listText, MOST_FAULTS } from '../support/list-text'
import { err, ok, type Fault, type Result } from '../support/result'
import { bits, type Bits } from '../units/quantity'
import { buildEinsum, checkBits } from './build-einsum'
import { cascadeFaults, tensorsOf } from './cascade'
import type { WorkloadDefinition } from './definition'
import type { Einsum, Workload } from './einsum'
import { resolveRankSizes } from './rank-sizes'
import { unusedFaults } from './unused'

const DEFAULT_BITS = 8

/**
 * Checks a definition completely and returns the workload. Faults name the field by its path (`workload.einsums[1]`)
 * and, inside an Einsum, the columns of its text.
 */
export function buildWorkload(definition: WorkloadDefinition): Result<Workload> {
  const rankSizes = resolveRankSizes(definition.rank_sizes)
  const widths = resolveBits(definition.bits_per_value ?? {})
  const faults: Fault[] = [...(rankSizes.ok ? [] : rankSizes.error), ...(widths.ok ? [] : widths.error)]
  if (!rankSizes.ok || !widths.ok) return err(faults)
  if (definition.einsums.length === 0) {
    return err([
      {
        code: 'no-einsum',
        path: 'workload.einsums',
        message: 'A workload needs an Einsum',
        hint: 'add one, such as "Z[m,n] = A[m,k] * B[k,n]"',
      },
    ])
  }

  const einsums: Einsum[] = []
  for (const [i, einsum] of definition.einsums.entries()) {
    if (faults.length >= MOST_FAULTS) break
    const path = `workload.einsums[${i}]`
    const built = buildEinsum(einsum, { rankSizes: rankSizes.value, bitsOf: widths.value, path })
    if (built.ok) einsums.push(built.value)
    else faults.push(...built.error)
  }
  if (faults.length === 0) faults.push(...cascadeFaults(einsums))
  if (faults.length === 0) faults.push(...unusedFaults(definition, einsums))
  if (faults.length === 0) faults.push(...reductionFaults(definition.row_reductions ?? {}, einsums))
  if (faults.length > 0) return err(faults)
  return ok({
    name: definition.name ?? einsums.at(-1)!.name,
    description: definition.description ?? '',
    source: definition.source ?? '',
    rankSizes: rankSizes.value,
    einsums,
    tensors: tensorsOf(einsums),
    rowReductions: definition.row_reductions ?? {},
  })
}

/** A row reduction can only follow a tensor that an Einsum writes. */
function reductionFaults(reductions: Readonly<Record<string, string>>, einsums: readonly Einsum[]): Fault[] {
  const written = new Set(einsums.map(({ output }) => output.tensor))
  return Object.keys(reductions)
    .filter((tensor) => !written.has(tensor))
    .slice(0, MOST_FAULTS)
    .map((tensor) => ({
      code: 'unknown-tensor',
      path: `workload.row_reductions.${tensor}`,
      message: 'No Einsum writes this tensor',
      value: tensor,
      hint: `name one of ${listText([...written])}, or leave it out`,
    }))
}

function resolveBits(given: Readonly<Record<string, unknown>>): Result<(tensor: string) => Bits> {
  const faults: Fault[] = []
  const widths = new Map<string, Bits>()
  for (const [tensor, value] of Object.entries(given)) {
    const width = checkBits(value, `workload.bits_per_value.${tensor}`)
    if (width.ok) widths.set(tensor.toLowerCase() === 'all' ? 'All' : tensor, width.value)
    else faults.push(width.error)
  }
  const rest = widths.get('All') ?? bits(DEFAULT_BITS)
  return faults.length > 0 ? err(faults) : ok((tensor) => widths.get(tensor) ?? rest)
}
