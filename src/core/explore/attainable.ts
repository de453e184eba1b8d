import { trafficAt } from '../front/read'
import { formatNumber } from '../units/format'
import type { Exploration } from '../mappers/mapper'
import { isOfPaper, type Strategy } from '../mappers/strategy'

/** A curve that is attained, but not proven to be least. */
export interface Beyond {
  readonly reason: string
  /** The most that the curve lies above what no mapping lies below, at a size of its points; null if that is not known. */
  readonly most: number | null
}

/** Whether a strategy's curve is proven to be least, and if not, why and by how much it may lie above; null if it is. */
export function unprovenOf({ curves }: Exploration, strategy: Strategy): Beyond | null {
  const curve = curves.find((one) => one.strategy === strategy)
  if (!curve?.unproven) return null
  const { reason, lower } = curve.unproven
  const ratios = Array.from(
    curve.bufferBytes,
    (buffer, i) => curve.trafficBytes[i]! / trafficAt(lower, buffer),
  )
  return { reason, most: lower.bufferBytes.length === 0 ? null : Math.max(1, ...ratios) }
}

/** The same in a sentence. */
export const unprovenText = ({ reason, most }: Beyond): string =>
  `Attained, but not proven to be least: ${reason}. ${most === null ? 'No lower bound is known' : `It lies at most ${formatNumber(most, 3)}x above what no loop tree goes below`}.`

/**
 * Bytes that any loop tree moves at this size at the least, where the paper's count of a strategy lies below: then no
 * explicit buffer attains the count (docs/model.md, section 6, Eq. 33). Null where it may be attained, or the least is
 * not known.
 */
export function leastExecutable({ curves }: Exploration, strategy: Strategy, buffer: number): number | null {
  const general = curves.find((curve) => curve.strategy === 'fused')
  const counted = curves.find((curve) => curve.strategy === strategy)
  if (!isOfPaper(strategy) || general === undefined || counted === undefined) return null
  const proven = general.unproven?.lower ?? general
  if (proven.bufferBytes.length === 0 || trafficAt(counted, buffer) === Infinity) return null
  const least = trafficAt(proven, buffer)
  return trafficAt(counted, buffer) < least ? least : null
}
