import type { Architecture } from '../architecture/architecture'
import { bestShare, budgetOf, type MesaPoint, type MesaSlope } from '../analysis/performance-mesa'
import { withParameter, type Parameter } from './parameters'

/** How far each parameter is moved, as a share of itself. */
export const SWING = 0.2

/** What one parameter does to the best throughput when it alone is moved down and up by the swing. */
export interface Sensitivity {
  readonly parameter: Parameter
  readonly low: MesaPoint | null
  readonly high: MesaPoint | null
  /** Best throughput over that of the architecture as it is, less 1; -1 where nothing fits. */
  readonly lowChange: number
  readonly highChange: number
}

const PARAMETERS: readonly Parameter[] = [
  'die',
  'ioShare',
  'dramBandwidth',
  'clock',
  'areaUm2PerMac',
  'areaUm2PerByte',
]

/**
 * Which parameter moves the best throughput most: each is moved by itself, the share follows the best one every time.
 * Ordered by the larger of the two changes; empty where nothing fits the die to begin with.
 */
export function sensitivities(
  slope: MesaSlope,
  architecture: Architecture,
  swing = SWING,
): readonly Sensitivity[] {
  const bestOf = (changed: Architecture): MesaPoint | null => {
    const best = bestShare(slope, budgetOf(changed))
    return best.ok ? best.value : null
  }
  const base = bestOf(architecture)
  if (base === null || base.throughput === 0) return []
  const change = (point: MesaPoint | null) => (point?.throughput ?? 0) / base.throughput - 1
  return PARAMETERS.map((parameter): Sensitivity => {
    const [low, high] = [1 - swing, 1 + swing].map((factor) =>
      bestOf(withParameter(architecture, parameter, factor)),
    )
    return { parameter, low: low!, high: high!, lowChange: change(low!), highChange: change(high!) }
  }).sort((a, b) => reach(b) - reach(a))
}

const reach = ({ lowChange, highChange }: Sensitivity): number =>
  Math.max(Math.abs(lowChange), Math.abs(highChange))
