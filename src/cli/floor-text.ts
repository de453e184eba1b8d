import { floorValidities, type PointRow } from '../core/report/tables/points'
import { formatInteger, formatNumber } from '../core/units/format'

/** The floor, and the traffic over it. */
export const FLOOR_COLUMNS = ['floor [B]', 'over floor'] as const

export const floorCells = (point: PointRow): readonly string[] => [
  formatInteger(point.floor_bytes),
  formatNumber(point.backing_store_bytes / point.floor_bytes),
]

/** For which schedules the floors of the points hold. */
export const floorNotes = (points: readonly PointRow[]): string =>
  [
    '\nfloor: no schedule moves less; what the least is between floor and traffic is unknown\n',
    ...floorValidities(points).map(
      ({ from_buffer_bytes, validity }) => `  from ${formatInteger(from_buffer_bytes)} B on: ${validity}\n`,
    ),
  ].join('')
