import type { Mask } from './masks'
import { StepCurve } from './step-curve'

/** What some Einsums move at the least beyond what they must move with any buffer, by capacity. */
export interface Piece {
  readonly einsums: Mask
  readonly excess: StepCurve
}

/**
 * An attainable curve, by which parts of trees are dropped that cannot lie below it (loop trees, "pruning"). Seen from
 * some Einsums it is lower by what the pieces without them move at that capacity; at each size the greatest over the ways
 * to cut counts.
 */
export class Attained {
  private readonly known = new Map<Mask, StepCurve>()

  constructor(
    private readonly curve: StepCurve,
    private readonly cuts: readonly (readonly Piece[])[],
  ) {}

  without(einsums: Mask): StepCurve {
    const known = this.known.get(einsums)
    if (known !== undefined) return known
    const cuts = this.cuts.map((pieces) => pieces.filter((piece) => (piece.einsums & einsums) === 0))
    const curve = cuts.every((pieces) => pieces.length === 0) ? this.curve : this.lowered(cuts)
    this.known.set(einsums, curve)
    return curve
  }

  /** At S: the greatest difference at any capacity from S on, for that is what a tree with a part of size S may have. */
  private lowered(cuts: readonly (readonly Piece[])[]): StepCurve {
    const sizes = new Set(this.curve.peaks)
    for (const { excess } of cuts.flat()) for (const peak of excess.peaks) sizes.add(peak)
    const peaks = [...sizes].sort((a, b) => a - b)
    const traffic = new Array<number>(peaks.length)
    let most = -Infinity
    for (let i = peaks.length - 1; i >= 0; i--) {
      const at = peaks[i]!
      const least = Math.max(
        ...cuts.map((pieces) => pieces.reduce((sum, { excess }) => sum + excess.at(at), 0)),
      )
      const attained = this.curve.at(at)
      // Where a piece does not fit, nothing does.
      const left = least === Infinity ? -Infinity : attained - least
      most = Math.max(most, left)
      traffic[i] = most
    }
    return new StepCurve(peaks, traffic)
  }
}
