import { Attained, type Piece } from './attained'
import { Engine, type EngineOptions } from './engine'
import { bitsOf, maskOf, sumOf, type Mask } from './masks'
import { Parts } from './parts'
import { StepCurve } from './step-curve'
import { allEinsums, touchedBy, type PlainCascade } from './plain-cascade'

export interface Found {
  readonly engine: Engine
  readonly curve: StepCurve
  /** First reads of outputs, which the engine counts and the curve does not. */
  readonly elided: number
}

/** Einsums of a piece. */
const PIECE = 3
/** About how much of the time the attained curve takes. */
const COARSE_PART = 0.1

/** The optimum of a plain cascade; the engines keep what a point's tree is found from. */
export function searchPlain(
  cascade: PlainCascade,
  prune = true,
  checkpoint?: (fraction: number) => void,
): Found[] {
  const parts = new Parts(cascade)
  const exact: EngineOptions = { coarse: false, mostEinsums: 31, attained: null, checkpoint }
  if (!prune) return [run(new Engine(cascade, exact, parts))]
  const between = (from: number, to: number) =>
    checkpoint && ((fraction: number) => checkpoint(from + fraction * (to - from)))
  const coarse = run(
    new Engine(
      cascade,
      { ...exact, coarse: true, mostEinsums: 2, checkpoint: between(0, COARSE_PART) },
      parts,
    ),
  )
  const pieces = piecesOf(cascade, { ...exact, checkpoint: between(COARSE_PART, COARSE_PART) }, parts)
  const attained = new Attained(coarse.curve, pieces)
  return [
    run(new Engine(cascade, { ...exact, attained, checkpoint: between(COARSE_PART, 1) }, parts)),
    coarse,
  ]
}

function run(engine: Engine): Found {
  const { cascade } = engine
  const all = allEinsums(cascade)
  const curve = curveOf(engine, all, touchedBy(cascade, all))
  const elided = unitsOf(cascade, cascade.written)
  return {
    engine,
    elided,
    curve: new StepCurve(
      curve.peaks,
      curve.traffic.map((units) => units - elided),
    ),
  }
}

/** The staircase of some Einsums at whole ranges with some of their tensors free, first reads of outputs included. */
export function curveOf(engine: Engine, einsums: Mask, free: Mask): StepCurve {
  const { pool } = engine
  const fronts: number[] = []
  const node = engine.plans.node(einsums, free, 0)
  if (node.part.connected) fronts.push(engine.whole(node))
  if ((einsums & (einsums - 1)) !== 0) {
    const block = engine.plans.block({ einsums, free, live: 0, uncopied: 0, tiled: 0, whole: einsums })
    fronts.push(engine.rest(block, block.part.layout.wholeKey))
  }
  const points = fronts.flatMap((front) =>
    Array.from({ length: pool.end(front) - pool.start(front) }, (_, i) => {
      const at = pool.start(front) + i
      return { peak: pool.peaks[at]!, traffic: pool.traffic[at]! }
    }),
  )
  points.sort((a, b) => a.peak - b.peak || a.traffic - b.traffic)
  const kept = points.filter(lessThanBefore())
  return new StepCurve(
    kept.map(({ peak }) => peak),
    kept.map(({ traffic }) => traffic),
  )
}

function lessThanBefore(): (point: { readonly traffic: number }) => boolean {
  let least = Infinity
  return ({ traffic }) => {
    if (traffic >= least) return false
    least = traffic
    return true
  }
}

/** What Einsums move, with some tensors free, beyond their inputs and outputs. */
export function excessOf(engine: Engine, einsums: Mask, free: Mask): StepCurve {
  const { cascade } = engine
  const must = unitsOf(cascade, free & cascade.inputs) + 2 * unitsOf(cascade, free & cascade.outputs)
  const { peaks, traffic } = curveOf(engine, einsums, free)
  return new StepCurve(
    peaks,
    traffic.map((units) => units - must),
  )
}

/**
 * Runs of Einsums, each by itself, with the tensors that leave it free of cost and room: what it moves beyond its inputs
 * and outputs, whatever the rest of the tree is. Several ways to cut.
 */
function piecesOf(cascade: PlainCascade, options: EngineOptions, parts: Parts): Piece[][] {
  const count = cascade.problem.einsums.length
  // In a few Einsums the pieces are nearly the whole.
  if (count < 5) return []
  const engine = new Engine(cascade, options, parts)
  const known = new Map<Mask, Piece>()
  const pieceOf = (einsums: Mask): Piece => {
    const found = known.get(einsums)
    if (found !== undefined) return found
    const touched = touchedBy(cascade, einsums)
    const free = bitsOf(touched).reduce(
      (mask, t) => ((cascade.users[t]! & ~einsums) === 0 ? mask | (1 << t) : mask),
      0,
    )
    const piece = { einsums, excess: excessOf(engine, einsums, free) }
    known.set(einsums, piece)
    return piece
  }
  return Array.from({ length: Math.min(PIECE, count) }, (_, offset) => {
    const pieces: Piece[] = []
    for (let from = offset === 0 ? 0 : offset - PIECE; from < count; from += PIECE) {
      const run = Array.from({ length: PIECE }, (__, i) => from + i).filter((e) => e >= 0 && e < count)
      if (run.length > 0) pieces.push(pieceOf(maskOf(run)))
    }
    return pieces
  })
}

export const unitsOf = ({ units }: PlainCascade, tensors: Mask): number => sumOf(tensors, units)
