import type { MesaCurve } from '../bound/performance-mesa'
import type { Slope } from '../bound/reading'

/** Digits of an intensity or a rate: more than any figure is worth, few enough to read. */
const SIGNIFICANT = 10

const plain = (value: number): string =>
  Number.isInteger(value) ? BigInt(value).toString() : Number(value.toPrecision(SIGNIFICANT)).toString()

const quoted = (cell: string): string => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)

const table = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  [header, ...rows].map((row) => `${row.map(quoted).join(',')}\n`).join('')

/** `buffer_bytes,backing_store_bytes,oi_macs_per_byte[,mapping]`: the points of a bound. */
export function boundCsv(slope: Slope, mappingOf?: (point: number) => string): string {
  const header = [
    'buffer_bytes',
    'backing_store_bytes',
    'oi_macs_per_byte',
    ...(mappingOf ? ['mapping'] : []),
  ]
  return table(
    header,
    Array.from(slope.bufferBytes, (buffer, point) => {
      const traffic = slope.trafficBytes[point]!
      return [
        plain(buffer),
        plain(traffic),
        plain(slope.macs / traffic),
        ...(mappingOf ? [mappingOf(point)] : []),
      ]
    }),
  )
}

/** The performance mesa's vertices; two rows of one share are the two sides of a step. */
export function mesaCsv(curve: MesaCurve): string {
  return table(
    [
      'buffer_share',
      'buffer_bytes',
      'macs',
      'memory_bound_macs_per_s',
      'compute_bound_macs_per_s',
      'macs_per_s',
    ],
    Array.from(curve.share, (share, i) => [
      plain(share),
      plain(curve.bufferBytes[i]!),
      plain(Math.floor(curve.macs[i]!)),
      plain(curve.memoryBound[i]!),
      plain(curve.computeBound[i]!),
      plain(curve.throughput[i]!),
    ]),
  )
}
