import type { Architecture } from '../architecture/architecture'
import { bestShare, budgetOf, type MesaPoint, type MesaSlope } from '../analysis/performance-mesa'
import { withParameter, type Parameter } from './parameters'

/** How far each parameter is moved, as a fraction of itself. */
export const SWING = 0.2

/** How one parameter changes the best throughput, if it alone is moved down and up by the swing. */
export interface Sensitivity {
  readonly parameter: Parameter
  readonly low: MesaPoint | null
  readonly high: MesaPoint | null
  /** Best throughput over that of the unchanged architecture, less 1; -1 if nothing fits. */
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
 * How much each parameter changes the best throughput. Each is moved alone, and the best share is found again each
 * time. Ordered by the larger of the two changes. Empty if nothing fits the unchanged die.
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
