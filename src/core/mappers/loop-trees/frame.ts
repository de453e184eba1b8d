import type { Part } from './part'
import { PartState } from './part-state'
import { Envelope } from './pool'
import type { StepCurve } from './step-curve'

/** A state that is being searched: what has been found, and what it must stay below. */
export class Frame extends PartState {
  readonly envelope = new Envelope()
  private curve: StepCurve | null = null
  /** How often the state is executed at the least, what is held above it, what else the cascade moves. */
  private times = 1
  private held = 0
  private others = 0

  /** Starts the search of a state. */
  start(part: Part, key: number, curve: StepCurve | null): void {
    this.envelope.clear()
    this.read(part, key)
    this.curve = curve
    if (curve === null) return
    this.times = part.layout.executions
    for (let i = 0; i < part.classes.length; i++) this.times /= this.sizes[i]!
    this.others = part.others
    this.held = this.heldBy(part)
  }

  private heldBy({ heldBoxes }: Part): number {
    let held = 0
    for (let i = 0; i < heldBoxes.length; i++) {
      const { width, classes } = heldBoxes[i]!
      let box = width
      for (let j = 0; j < classes.length; j++) {
        const { at, beside } = classes[j]!
        const size = this.sizes[at]!
        if (size > beside) box *= Math.ceil(size / beside)
      }
      held += box
    }
    return held
  }

  /** Whether a tree with this in it lies nowhere below the attained curve. */
  isBeyond(peak: number, traffic: number): boolean {
    return this.curve !== null && this.times * traffic + this.others >= this.curve.at(this.held + peak)
  }

  /** Leaves out points that are beyond. */
  drop(): void {
    if (this.curve === null) return
    const { peaks, traffic } = this.envelope
    let length = 0
    for (let i = 0; i < this.envelope.length; i++) {
      if (this.isBeyond(peaks[i]!, traffic[i]!)) continue
      peaks[length] = peaks[i]!
      traffic[length++] = traffic[i]!
    }
    this.envelope.length = length
  }
}
