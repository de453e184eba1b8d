import { fusesAnything } from '../../explore/read'
import type { Staircase } from '../../front/columns'
import type { Exploration } from '../../mappers/mapper'
import type { Strategy } from '../../mappers/strategy'
import type { Workload } from '../../workload/einsum'
import { floorUnder, type Floor } from './floor'

/** A floor as it is drawn. */
export interface FloorCurve {
  readonly title: string
  readonly at: Floor
  /** Nowhere above the floor: over each step, the floor at its right end. */
  readonly steps: Staircase
}

export interface Floors {
  /** Under the curve on show. */
  readonly main: FloorCurve
  /** Under the curves beside it that run otherwise, all fused or unfused; null if there are none. */
  readonly other: FloorCurve | null
  /** Under the curve of any strategy. */
  readonly of: (strategy: Strategy) => Floor
}

/** The floors of an exploration, of which the curve of `strategy` or of one Einsum is on show. */
export function floorsOf(
  found: { readonly workload: Workload; readonly exploration: Exploration },
  strategy: Strategy,
  einsum: string | null = null,
): Floors {
  const { exploration } = found
  const isFused = (of: Strategy) => of !== 'unfused'
  const own = floorUnder(found, strategy, einsum)
  const another = exploration.curves.find((curve) => isFused(curve.strategy) !== isFused(strategy))
  const sizes = [...exploration.curves, ...exploration.members]
    .filter(({ bufferBytes }) => bufferBytes.length > 0)
    .flatMap(({ bufferBytes }) => [bufferBytes[0]!, bufferBytes.at(-1)!])
  const curve = (title: string, at: Floor): FloorCurve => ({
    title,
    at,
    steps: floorSteps(at, Math.min(EVERYTHING, ...sizes), Math.max(0, ...sizes)),
  })
  if (einsum !== null || another === undefined || !fusesAnything(exploration))
    return { main: curve('floor', own), other: null, of: () => own }
  const others = floorUnder(found, another.strategy)
  return {
    main: curve('floor', own),
    other: curve(isFused(strategy) ? 'floor, unfused' : 'floor, fused', others),
    of: (other) => (isFused(other) === isFused(strategy) ? own : others),
  }
}

/** Steps of a drawn floor for each doubling of the buffer. */
const STEPS_PER_OCTAVE = 8
/** Bytes that no buffer has: there the floor is the compulsory traffic. */
const EVERYTHING = 2 ** 60

/** A floor between two buffer sizes, as a staircase that is nowhere above it and meets it at the right end of each step. */
export function floorSteps(floor: Floor, from: number, to: number): Staircase {
  const bufferBytes: number[] = []
  const trafficBytes: number[] = []
  const least = floor(EVERYTHING)
  for (let size = from; ;) {
    const next = Math.max(size + 1, Math.floor(size * 2 ** (1 / STEPS_PER_OCTAVE)))
    const { bytes } = next > to ? least : floor(next)
    if (bytes < (trafficBytes.at(-1) ?? Infinity)) {
      bufferBytes.push(size)
      trafficBytes.push(bytes)
    }
    if (next > to || bytes === least.bytes) break
    size = next
  }
  return { bufferBytes: Float64Array.from(bufferBytes), trafficBytes: Float64Array.from(trafficBytes) }
}
