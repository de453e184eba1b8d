import type { Point } from './truth'

/** The undominated points, found by comparing each with the least so far; no code of the engine is used. */
export class NaiveFront {
  /** Least traffic by buffer. */
  private readonly least = new Map<number, number>()

  add(buffer: number, traffic: number): void {
    this.least.set(buffer, Math.min(traffic, this.least.get(buffer) ?? Infinity))
  }

  points(): readonly Point[] {
    const sorted = [...this.least].sort(([a], [b]) => a - b)
    return sorted.filter(([, traffic], i) => sorted.slice(0, i).every(([, other]) => other > traffic))
  }
}
