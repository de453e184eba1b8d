import { isExact } from '../../front/read'
import { curveOf, exactTrafficAt, namesOf, segmentationText, segmentsAt, viewOf } from '../../explore/read'
import { mappingLine } from '../../mapping/mapping-text'
import type { Exploration } from '../../mappers/mapper'
import type { Strategy } from '../../mappers/strategy'
import type { Workload } from '../../workload/einsum'
import { csvOf, number } from './csv'

/** A point of a curve, with the columns that files and other programs get. */
export interface PointRow {
  readonly buffer_bytes: number
  readonly backing_store_bytes: number
  /** All digits as text, if a double has rounded them. */
  readonly backing_store_bytes_exact?: string
  readonly oi_macs_per_byte: number
  /** Einsum names joined by `+` inside a segment, segments joined by ` | `. */
  readonly segmentation?: string
  readonly mapping?: string
}

/** Which curve is written. */
export interface PointsOf {
  readonly exploration: Exploration
  readonly workload: Workload
  readonly strategy: Strategy
  /** The curve of one Einsum instead of the cascade's. */
  readonly einsum?: string | null
}

export const POINT_UNITS = { buffer_bytes: 'B', backing_store_bytes: 'B', oi_macs_per_byte: 'MAC/B' } as const

/** Every point of a curve, with mappings if wanted. Segmentation is included if the cascade was searched for fusion. */
export function pointRows(
  { exploration, workload, strategy, einsum = null }: PointsOf,
  { mappings = false }: { readonly mappings?: boolean } = {},
): readonly PointRow[] {
  const curve = curveOf(exploration, strategy, einsum)
  const only = exploration.members.findIndex((member) => member.einsum === einsum)
  const segmented = exploration.options.fuse !== 'never' && only < 0
  const textOf = (buffer: number) => mappingText({ exploration, workload, strategy, einsum }, buffer)
  return Array.from(curve.bufferBytes, (buffer, point): PointRow => {
    const traffic = curve.trafficBytes[point]!
    return {
      buffer_bytes: buffer,
      backing_store_bytes: traffic,
      ...(isExact(traffic)
        ? {}
        : { backing_store_bytes_exact: exactTrafficAt(exploration, strategy, buffer).toString() }),
      oi_macs_per_byte: curve.macs / traffic,
      ...(segmented
        ? { segmentation: segmentationText(exploration, segmentsAt(exploration, strategy, buffer)) }
        : {}),
      ...(mappings ? { mapping: textOf(buffer) } : {}),
    }
  })
}

/** Mappings of all segments at a buffer size, joined by ` | `. If there are several, each has its name. */
export function mappingText(
  { exploration, workload, strategy, einsum = null }: PointsOf,
  buffer: number,
): string {
  const only = exploration.members.findIndex((member) => member.einsum === einsum)
  const segments = segmentsAt(exploration, strategy, buffer).filter(
    ({ einsums }) => only < 0 || (einsums.length === 1 && einsums[0] === only),
  )
  return segments
    .map((segment) => {
      const line = mappingLine(viewOf(exploration, workload, segment, buffer))
      return segments.length > 1 ? `${namesOf(exploration, segment).join('+')}: ${line}` : line
    })
    .join(' | ')
}

/** `buffer_bytes,backing_store_bytes,oi_macs_per_byte[,segmentation][,mapping]`: rows as CSV with one header line. */
export function pointsCsv(rows: readonly PointRow[]): string {
  const [first] = rows
  const texts = (['segmentation', 'mapping'] as const).filter((name) => first?.[name] !== undefined)
  return csvOf(
    [...Object.keys(POINT_UNITS), ...texts],
    rows.map((row) => [
      number(row.buffer_bytes),
      row.backing_store_bytes_exact ?? number(row.backing_store_bytes),
      number(row.oi_macs_per_byte),
      ...texts.map((name) => row[name]!),
    ]),
  )
}
