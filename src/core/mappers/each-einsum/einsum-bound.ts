import type { SearchProblem } from '../../model/search-problem'
import { touchedSize } from '../../model/search-problem'
import { bytesOfUnits, weightsOf } from '../../model/weights'
import { bits, bytes, bytesFromBits, type Bytes } from '../../units/quantity'
import type { Einsum } from '../../workload/einsum'
import type { EinsumBound } from '../mapper'
import { mergeColumns, type SearchColumns } from './columns'

/** Bytes of an Einsum's operands, without the holes that strides leave (docs/model.md, section 5, Eq. 15). */
export const operandBytes = (problem: SearchProblem): Bytes =>
  bytes(
    problem.tensors.reduce(
      (sum, tensor) => sum + bytesFromBits(bits(touchedSize(problem, tensor) * tensor.bitsPerValue)),
      0,
    ),
  )

/** Columns of a search as the bound of an Einsum, in bytes. */
export const boundInBytes = (
  einsum: Einsum,
  problem: SearchProblem,
  { buffer, traffic, mappings, evaluated }: SearchColumns,
): EinsumBound => ({
  einsum: einsum.name,
  bufferBytes: buffer,
  trafficBytes: traffic,
  macs: einsum.macs,
  algorithmicMinimum: operandBytes(problem),
  mappings,
  mappingsEvaluated: evaluated,
})

/** From the search's units to bytes. Of sizes that round to the same byte, the one of least traffic stays. */
export function boundOfUnits(einsum: Einsum, problem: SearchProblem, columns: SearchColumns): EinsumBound {
  const weights = weightsOf(problem)
  const inBytes = mergeColumns([
    {
      ...columns,
      buffer: columns.buffer.map((units) => bytesOfUnits(units, weights)),
      traffic: columns.traffic.map((units) => bytesOfUnits(units, weights)),
    },
  ])
  return boundInBytes(einsum, problem, inBytes)
}
