import type { MesaCurve } from '../../analysis/performance-mesa'
import { isExact } from '../../front/staircase'
import type { Slope } from '../../analysis/reading'

/** Digits of an intensity or a rate: more than any figure is worth, few enough to read. */
const SIGNIFICANT = 10

const plain = (value: number): string =>
  Number.isInteger(value) ? BigInt(value).toString() : Number(value.toPrecision(SIGNIFICANT)).toString()

const quoted = (cell: string): string => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)

const table = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  [header, ...rows].map((row) => `${row.map(quoted).join(',')}\n`).join('')

const BOUND_HEADER = ['buffer_bytes', 'backing_store_bytes', 'oi_macs_per_byte'] as const

/** `buffer_bytes,backing_store_bytes,oi_macs_per_byte[,mapping]`: the points of a bound. */
export function boundCsv(
  slope: Slope,
  mappingOf?: (point: number) => string,
  exact?: (buffer: number) => bigint,
): string {
  const header = [...BOUND_HEADER, ...(mappingOf ? ['mapping'] : [])]
  return table(
    header,
    Array.from(slope.bufferBytes, (buffer, point) => {
      const traffic = slope.trafficBytes[point]!
      return [
        plain(buffer),
        exact === undefined || isExact(traffic) ? plain(traffic) : exact(buffer).toString(),
        plain(slope.macs / traffic),
        ...(mappingOf ? [mappingOf(point)] : []),
      ]
    }),
  )
}

/** What a fused bound's rows say besides its points, by buffer size. */
export interface FusionColumns {
  readonly segmentation: (buffer: number) => string
  readonly mapping: ((buffer: number) => string) | undefined
  /** Traffic in full where a double has rounded it. */
  readonly exact: (buffer: number) => bigint
}

/** `buffer_bytes,backing_store_bytes,oi_macs_per_byte,segmentation[,mapping]`: the points of a fused bound. */
export function fusionCsv(slope: Slope, { segmentation, mapping, exact }: FusionColumns): string {
  return table(
    [...BOUND_HEADER, 'segmentation', ...(mapping ? ['mapping'] : [])],
    Array.from(slope.bufferBytes, (buffer, point) => {
      const traffic = slope.trafficBytes[point]!
      return [
        plain(buffer),
        isExact(traffic) ? plain(traffic) : exact(buffer).toString(),
        plain(slope.macs / traffic),
        segmentation(buffer),
        ...(mapping ? [mapping(buffer)] : []),
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
