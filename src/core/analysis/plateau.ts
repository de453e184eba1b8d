import { shareOfBytes } from '../architecture/sram-area'
import type { Staircase } from '../front/columns'
import { mesaAt, type AreaBudget, type MesaPoint } from './performance-mesa'
import type { Macs } from '../units/quantity'

/** The shares that attain the best throughput but for a loss. */
export interface Plateau {
  /** Part of the best throughput that may be lost, 0..1. */
  readonly loss: number
  /** The least share, with the smallest SRAM. */
  readonly least: MesaPoint
  /** The greatest share. */
  readonly greatest: number
}

/** Shares within this loss count as equal to the best. */
export const PLATEAU_LOSS = 0.001
/** Losses for which the smallest SRAM is told. */
export const SPARING_LOSSES = [0.01, 0.05, 0.1] as const

/**
 * The shares within `loss` of the best throughput, an interval: throughput is the lesser of a memory bound that rises with
 * the share and a compute bound that falls. It begins where a step of the staircase first gives the memory bound, and
 * ends where the compute bound falls below.
 */
export function plateauOf(
  slope: Staircase & { readonly macs: Macs },
  budget: AreaBudget,
  best: MesaPoint,
  loss: number,
): Plateau {
  const wanted = best.throughput * (1 - loss)
  const traffic = (budget.dramBandwidth * slope.macs) / wanted
  const step = slope.trafficBytes.findIndex((bytes) => bytes <= traffic)
  const share = step < 0 ? best.share : shareOfBytes(budget, slope.bufferBytes[step]!)
  const falling = 1 - (wanted * budget.areaUm2PerMac) / (budget.clock * budget.area)
  return {
    loss,
    // The best share is in it, whatever rounding does.
    least: share < best.share ? mesaAt(slope, budget, share) : best,
    greatest: Math.max(best.share, falling),
  }
}

/** What one is told of the shares around the best: those that are as good, and the smallest SRAM at some loss. */
export interface Plateaus {
  readonly flat: Plateau
  readonly sparing: readonly Plateau[]
}

export const plateausOf = (
  slope: Staircase & { readonly macs: Macs },
  budget: AreaBudget,
  best: MesaPoint,
): Plateaus => ({
  flat: plateauOf(slope, budget, best, PLATEAU_LOSS),
  sparing: SPARING_LOSSES.map((loss) => plateauOf(slope, budget, best, loss)),
})
