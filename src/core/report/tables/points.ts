import { floorUnder } from '../../analysis/floor/floor'
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
  /** What no schedule at all can go below at this size (docs/model.md, section 9). */
  readonly floor_bytes: number
  /** For which schedules the floor holds. */
  readonly floor_validity: string
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

export const POINT_UNITS = {
  buffer_bytes: 'B',
  backing_store_bytes: 'B',
  oi_macs_per_byte: 'MAC/B',
  floor_bytes: 'B',
} as const

/** Every point of a curve, with mappings if wanted. Segmentation is included if the cascade was searched for fusion. */
export function pointRows(
  { exploration, workload, strategy, einsum = null }: PointsOf,
  { mappings = false }: { readonly mappings?: boolean } = {},
): readonly PointRow[] {
  const curve = curveOf(exploration, strategy, einsum)
  const only = exploration.members.findIndex((member) => member.einsum === einsum)
  const segmented = exploration.options.fuse !== 'never' && only < 0
  const floorAt = floorUnder({ exploration, workload }, strategy, einsum)
  const textOf = (buffer: number) => mappingText({ exploration, workload, strategy, einsum }, buffer)
  return Array.from(curve.bufferBytes, (buffer, point): PointRow => {
    const traffic = curve.trafficBytes[point]!
    const floor = floorAt(buffer)
    return {
      buffer_bytes: buffer,
      backing_store_bytes: traffic,
      ...(isExact(traffic)
        ? {}
        : { backing_store_bytes_exact: exactTrafficAt(exploration, strategy, buffer).toString() }),
      oi_macs_per_byte: curve.macs / traffic,
      floor_bytes: floor.bytes,
      floor_validity: floor.holdsFor,
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

/** For which schedules the floors of some points hold, and from which buffer size on. */
export const floorValidities = (
  rows: readonly PointRow[],
): readonly { readonly from_buffer_bytes: number; readonly validity: string }[] =>
  rows
    .filter(({ floor_validity: validity }, i) => validity !== rows[i - 1]?.floor_validity)
    .map((row) => ({ from_buffer_bytes: row.buffer_bytes, validity: row.floor_validity }))

/**
 * `buffer_bytes,backing_store_bytes,oi_macs_per_byte[,segmentation],floor_bytes[,mapping]`: rows as CSV with one header
 * line.
 */
export function pointsCsv(rows: readonly PointRow[]): string {
  const has = (name: 'segmentation' | 'mapping') => rows[0]?.[name] !== undefined
  return csvOf(
    [
      'buffer_bytes',
      'backing_store_bytes',
      'oi_macs_per_byte',
      ...(has('segmentation') ? ['segmentation'] : []),
      'floor_bytes',
      ...(has('mapping') ? ['mapping'] : []),
    ],
    rows.map((row) => [
      number(row.buffer_bytes),
      row.backing_store_bytes_exact ?? number(row.backing_store_bytes),
      number(row.oi_macs_per_byte),
      ...(has('segmentation') ? [row.segmentation!] : []),
      number(row.floor_bytes),
      ...(has('mapping') ? [row.mapping!] : []),
    ]),
  )
}
