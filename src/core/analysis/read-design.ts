import type { Architecture } from '../architecture/architecture'
import { curveOf } from '../explore/read'
import type { Slope } from '../front/columns'
import type { Exploration } from '../mappers/mapper'
import type { Strategy } from '../mappers/strategy'
import type { Fault } from '../support/result'
import { bestShare, budgetOf, mesaAt, type AreaBudget, type MesaPoint } from './performance-mesa'

/** The inputs of a design's figures. */
export interface DesignInputs {
  readonly architecture: Architecture
  readonly exploration: Exploration
  readonly strategy: Strategy
  /** Share of the area that goes to buffer; null means the best share. */
  readonly bufferShare: number | null
}

export interface DesignFigures {
  /** The strategy's curve; the unfused curve if the strategy does not apply. */
  readonly slope: Slope
  readonly budget: AreaBudget
  /** Null if the die is too small for any mapping; `unfit` then says by how much. */
  readonly best: MesaPoint | null
  readonly unfit: Fault | null
  readonly current: MesaPoint
}

/** Reads a design off its exploration: its curve, its best share, and what the share in force attains. */
export const readDesign = ({
  architecture,
  exploration,
  strategy,
  bufferShare,
}: DesignInputs): DesignFigures =>
  readCurve(curveOf(exploration, strategy), budgetOf(architecture), bufferShare)

/** The same for any curve on a die. */
export function readCurve(slope: Slope, budget: AreaBudget, bufferShare: number | null): DesignFigures {
  const { best, unfit } = bestOn(slope, budget)
  return { slope, budget, best, unfit, current: pointInForce(slope, budget, bufferShare, best) }
}

/**
 * The best point of a curve on a die, or the fault that says why there is none. It does not depend on the share in
 * force.
 */
export function bestOn(slope: Slope, budget: AreaBudget): Pick<DesignFigures, 'best' | 'unfit'> {
  const found = bestShare(slope, budget)
  return found.ok ? { best: found.value, unfit: null } : { best: null, unfit: found.error[0]! }
}

/** The share that is shown if the die holds no mapping and none was chosen. */
const WITHOUT_BEST = 0.5

/** The point at the share in force: the chosen one, else the best one. */
export function pointInForce(
  slope: Slope,
  budget: AreaBudget,
  bufferShare: number | null,
  best: MesaPoint | null,
): MesaPoint {
  if (bufferShare === null && best !== null) return best
  return mesaAt(slope, budget, bufferShare ?? WITHOUT_BEST)
}
