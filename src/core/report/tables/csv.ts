import type { MesaCurve } from '../../analysis/performance-mesa'
import { delimited } from './delimited'

/** Significant digits of an intensity or a rate. */
const SIGNIFICANT = 10

/** An integer in full, any other number to `SIGNIFICANT` digits. */
export const number = (value: number): string =>
  Number.isInteger(value) ? BigInt(value).toString() : Number(value.toPrecision(SIGNIFICANT)).toString()

/** One header line and rows, cells quoted where they must be. */
export const csvOf = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  delimited([header, ...rows])

/** The performance mesa's vertices as CSV; two rows of one share are the two sides of a step. */
export function mesaCsv(curve: MesaCurve): string {
  return csvOf(
    [
      'buffer_share',
      'buffer_bytes',
      'macs',
      'memory_bound_macs_per_s',
      'compute_bound_macs_per_s',
      'macs_per_s',
    ],
    Array.from(curve.share, (share, i) => [
      number(share),
      number(curve.bufferBytes[i]!),
      number(Math.floor(curve.macs[i]!)),
      number(curve.memoryBound[i]!),
      number(curve.computeBound[i]!),
      number(curve.throughput[i]!),
    ]),
  )
}
