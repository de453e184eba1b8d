import { trafficAt } from '../front/read'
import type { Exploration } from '../mappers/mapper'
import { isOfPaper, type Strategy } from '../mappers/strategy'

/**
 * Bytes that any loop tree moves at this size at the least, where the paper's count of a strategy lies below: then no
 * explicit buffer attains the count (docs/model.md, section 6, Eq. 33). Null where it may be attained, or the least is
 * not known.
 */
export function leastExecutable(
  { curves }: Exploration,
  strategy: Strategy,
  buffer: number,
): number | null {
  const general = curves.find((curve) => curve.strategy === 'fused')
  const counted = curves.find((curve) => curve.strategy === strategy)
  if (!isOfPaper(strategy) || general === undefined || counted === undefined) return null
  const { lower } = general
  const proven = lower === undefined || lower === null ? general : lower
  if (proven.bufferBytes.length === 0 || trafficAt(counted, buffer) === Infinity) return null
  const least = trafficAt(proven, buffer)
  return trafficAt(counted, buffer) < least ? least : null
}
