import type { Architecture } from '../architecture/architecture'
import type { WorkloadBound } from '../mappers/each-einsum/bound'
import { bestShare, budgetOf, mesaAt, type AreaBudget, type MesaPoint } from './performance-mesa'
import type { Slope } from './reading'
import type { FusionBound } from '../mappers/chain-fusion/fusion-bound'
import { curveOf } from '../mappers/chain-fusion/read-fusion'
import type { Strategy } from '../mappers/chain-fusion/strategy'

/** What a design's figures follow from. */
export interface DesignInputs {
  readonly architecture: Architecture
  /** Its Einsums run apart, and every strategy where something can be fused. */
  readonly bound: WorkloadBound
  readonly fusion: FusionBound | null
  readonly strategy: Strategy
  /** Share of the area that goes to buffer; null follows the best one. */
  readonly bufferShare: number | null
}

export interface DesignFigures {
  /** The strategy's curve; the unfused one where the strategy does not apply. */
  readonly slope: Slope
  readonly budget: AreaBudget
  /** Null where the die is too small for any mapping. */
  readonly best: MesaPoint | null
  readonly current: MesaPoint
}

/** Reads a design off its curves: which one it runs by, its best share, and what its own attains. */
export function readDesign({
  architecture,
  bound,
  fusion,
  strategy,
  bufferShare,
}: DesignInputs): DesignFigures {
  const slope = curveOf({ bound, fusion }, strategy)
  const budget = budgetOf(architecture)
  const found = bestShare(slope, budget)
  const best = found.ok ? found.value : null
  const current = bufferShare === null && best ? best : mesaAt(slope, budget, bufferShare ?? 0.5)
  return { slope, budget, best, current }
}
