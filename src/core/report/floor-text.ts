import type { FloorPoint } from '../analysis/floor/floor'
import { formatNumber } from '../units/format'

/** How many times its floor a traffic is. A curve that counts less than can be executed may lie below it. */
export const overFloor = (traffic: number, floor: number): string =>
  traffic < floor ? 'below its floor' : `${formatNumber(traffic / floor, 3)}x floor`

/** For which schedules a floor holds, and what follows of a curve's traffic above it. */
export function floorNote({ bytes, holdsFor }: FloorPoint, traffic: number): string {
  if (traffic < bytes) return `Floor: ${holdsFor}. No buffer executes what this curve counts here`
  const known =
    traffic === bytes
      ? 'No schedule moves less than this curve'
      : 'What lies between floor and curve is unknown'
  return `Floor: ${holdsFor}. ${known}`
}
