import type { Block } from '../../mapping/tree'
import { bitsOf, maskOf, type Mask } from './masks'
import { isPlainSearch } from './limits'
import { treeOf } from './rebuild'
import { searchPlain, unitsOf } from './search-plain'
import type { Recompute } from './step'
import type { PlainCascade } from './plain-cascade'
import { WindowEngine } from './window-engine'
import { windowTreeOf } from './window-rebuild'

export interface SearchOptions {
  readonly factors: 'perfect' | 'imperfect'
  readonly recompute: Recompute
  /** Called every few milliseconds with the part of the work done, about; what it throws ends the search. */
  readonly checkpoint?: ((fraction: number) => void) | undefined
}

export interface LoopTreePoint {
  readonly peak: number
  readonly traffic: number
}

/** An attained curve: undominated points, and a tree for each. */
export interface Attainable {
  readonly points: readonly LoopTreePoint[]
  readonly treeOf: (i: number) => Block
}

interface Raw extends LoopTreePoint {
  /** Traffic with the first reads that the curve elides. */
  readonly raw: number
  /** Which search found it. */
  readonly from: number
}

/** The optimum over all loop trees of a cascade that is small enough. */
export function searchExact(cascade: PlainCascade, options: SearchOptions): Attainable {
  return isPlainSearch(cascade.problem, options)
    ? plainCurve(cascade, options)
    : windowCurve(cascade, options)
}

/** The undominated points, of equal ones the first found. */
export function undominated<P extends LoopTreePoint>(points: P[]): P[] {
  points.sort((a, b) => a.peak - b.peak || a.traffic - b.traffic)
  let least = Infinity
  return points.filter(({ traffic }) => {
    if (traffic >= least) return false
    least = traffic
    return true
  })
}

/** Halos, tiles that do not divide, recomputation: which intermediates are written is chosen outside the search. */
function windowCurve(cascade: PlainCascade, { factors, recompute, checkpoint }: SearchOptions): Attainable {
  const sets = writtenSets(cascade)
  let done = 0
  const report = checkpoint && (() => checkpoint(done / sets.length))
  const engine = new WindowEngine(cascade, { factors, recompute, checkpoint: report })
  const { pool } = engine
  const points: Raw[] = []
  for (const written of sets) {
    done++
    const whole = engine.whole(written)
    if (whole === null) continue
    const elided = unitsOf(cascade, written | cascade.written)
    const front = engine.body(whole.part, whole.state)
    for (let i = pool.start(front); i < pool.end(front); i++) {
      const raw = pool.traffic[i]!
      points.push({ peak: pool.peaks[i]!, traffic: raw - elided, raw, from: written })
    }
  }
  const kept = undominated(points)
  return {
    points: kept.map(({ peak, traffic }) => ({ peak, traffic })),
    treeOf: (i) => {
      const { peak, raw, from } = kept[i]!
      const whole = engine.whole(from)!
      return windowTreeOf(engine, whole.part, whole.state, { peak, traffic: raw })
    },
  }
}

/** Every set of intermediates that may be written; those read beyond the cascade always are. */
export function writtenSets({ problem, written }: PlainCascade): Mask[] {
  const intermediates = problem.tensors.flatMap(({ role, pinned }, t) =>
    role === 'intermediate' && !pinned ? [t] : [],
  )
  return Array.from({ length: 2 ** intermediates.length }, (_, choice) =>
    maskOf(intermediates.filter((__, i) => (choice >>> i) & 1)),
  ).filter((set) => bitsOf(written & maskOf(intermediates) & ~set).length === 0)
}

function plainCurve(cascade: PlainCascade, { checkpoint }: SearchOptions): Attainable {
  const found = searchPlain(cascade, true, checkpoint)
  const kept = undominated(
    found.flatMap(({ curve, elided }, from) =>
      Array.from(curve.peaks, (peak, i): Raw => {
        const traffic = curve.traffic[i]!
        return { peak, traffic, raw: traffic + elided, from }
      }),
    ),
  )
  return {
    points: kept.map(({ peak, traffic }) => ({ peak, traffic })),
    treeOf: (i) => {
      const { peak, raw, from } = kept[i]!
      return treeOf(found[from]!.engine, { peak, traffic: raw })
    },
  }
}
