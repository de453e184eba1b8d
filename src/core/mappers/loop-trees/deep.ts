import type { Block } from '../../mapping/tree'
import { Engine } from './engine'
import { searchExact, undominated, type Attainable, type LoopTreePoint, type SearchOptions } from './exact'
import { isRunWithinLimits, LONGEST_RUN } from './limits'
import type { CascadeProblem } from './problem'
import { blockInWhole, oneBlock, runOf, type Run } from './run'
import { excessOf } from './search-plain'
import { StepCurve } from './step-curve'
import { bitsOf } from './masks'
import { allEinsums, isPlainCascade, plainCascade, touchedBy } from './plain-cascade'

/** A curve that is attained, and one that no tree lies below. */
export interface Between extends Attainable {
  readonly lower: readonly LoopTreePoint[]
}

interface Solved {
  readonly found: Attainable
  readonly curve: StepCurve
}

/**
 * A cascade too long to be searched as a whole: cut into runs, every way, each run at its optimum, what crosses a cut in
 * the backing store. Runs of one shape are searched once, so repeated layers cost what one costs. See docs/model.md,
 * "Loop trees", depth.
 */
export function searchDeep(problem: CascadeProblem, options: SearchOptions): Between {
  const count = problem.einsums.length
  let done = 0
  const { checkpoint } = options
  const inner = { ...options, checkpoint: checkpoint && (() => checkpoint(done / count)) }
  const solved = new Map<string, Solved>()
  const solve = (run: Run): Solved => {
    const known = solved.get(run.key)
    if (known !== undefined) return known
    const found = searchExact(plainCascade(run.problem, run.outside), settled(run.problem, inner))
    const curve = new StepCurve(
      found.points.map(({ peak }) => peak),
      found.points.map(({ traffic }) => traffic),
    )
    const trees: Block[] = []
    const treeOf = (i: number) => (trees[i] ??= found.treeOf(i))
    const fresh = { found: { ...found, treeOf }, curve }
    solved.set(run.key, fresh)
    return fresh
  }
  const runs: { from: number; run: Run; solved: Solved }[][] = []
  const best: StepCurve[] = [new StepCurve([0], [0])]
  for (let to = 1; to <= count; to++) {
    const ending: { from: number; run: Run; solved: Solved }[] = []
    for (let from = Math.max(0, to - LONGEST_RUN); from < to; from++) {
      const run = runOf(problem, from, to)
      const cutsPinned = bitsOf(run.crossing).some((t) => run.problem.tensors[t]!.pinned)
      if (!cutsPinned && isRunWithinLimits(run.problem, options))
        ending.push({ from, run, solved: solve(run) })
    }
    runs.push(ending)
    best.push(least(ending.map(({ from, solved: { curve } }) => [best[from]!, curve])))
    done = to - 1
    inner.checkpoint?.()
  }
  const whole = best[count]!
  const points = Array.from(whole.peaks, (peak, i) => ({ peak, traffic: whole.traffic[i]! }))
  const treeOf = (i: number): Block => {
    const { peak } = points[i]!
    const blocks: Block[] = []
    for (let to = count; to > 0;) {
      const total = best[to]!.at(peak)
      const {
        from,
        run,
        solved: found,
      } = runs[to - 1]!.find(
        (ending) => best[ending.from]!.at(peak) + ending.solved.curve.at(peak) === total,
      )!
      const at = found.found.points.findLastIndex((point) => point.peak <= peak)
      blocks.unshift(blockInWhole(run, found.found.treeOf(at)))
      to = from
    }
    return oneBlock(blocks)
  }
  return { points, treeOf, lower: lowerBound(problem, options) }
}

/** A single Einsum that does not divide well is searched with tiles that do; the bound below does not rest on it. */
function settled(problem: CascadeProblem, options: SearchOptions): SearchOptions {
  const isSmall = isRunWithinLimits(
    { ...problem, einsums: [...problem.einsums, ...problem.einsums] },
    options,
  )
  return isSmall ? options : { ...options, factors: 'perfect', recompute: 'halo' }
}

/** Least sums of two staircases at equal capacity. */
function least(pairs: readonly (readonly [StepCurve, StepCurve])[]): StepCurve {
  const points: LoopTreePoint[] = []
  for (const [before, own] of pairs) {
    const peaks = new Set([...before.peaks, ...own.peaks])
    for (const peak of peaks) {
      const traffic = before.at(peak) + own.at(peak)
      if (traffic < Infinity) points.push({ peak, traffic })
    }
  }
  const kept = undominated(points)
  return new StepCurve(
    kept.map(({ peak }) => peak),
    kept.map(({ traffic }) => traffic),
  )
}

/** Einsums of a piece of the lower bound. */
const PIECE = 2

/**
 * What must move at any size, and what pieces of the cascade move beyond it when all that crosses a cut costs nothing:
 * no tree lies below. Of several ways to cut, the greatest at each size.
 */
function lowerBound(problem: CascadeProblem, options: SearchOptions): LoopTreePoint[] {
  const must = problem.tensors.reduce(
    (sum, { role, size, width }) => (role === 'intermediate' ? sum : sum + size * width),
    0,
  )
  const known = new Map<string, StepCurve>()
  const isCovered = options.factors === 'perfect' && options.recompute === 'halo'
  const pieceOf = (from: number, to: number): StepCurve | null => {
    const run = runOf(problem, from, to)
    if (!isCovered || !isPlainCascade(run.problem)) return null
    const found = known.get(run.key)
    if (found !== undefined) return found
    const cascade = plainCascade(run.problem, run.outside)
    const { checkpoint } = options
    const engine = new Engine(cascade, { coarse: false, mostEinsums: 31, attained: null, checkpoint })
    const all = allEinsums(cascade)
    const excess = excessOf(engine, all, touchedBy(cascade, all) & ~run.crossing)
    known.set(run.key, excess)
    return excess
  }
  const cuts = Array.from({ length: PIECE }, (_, offset) => {
    const pieces: StepCurve[] = []
    for (let from = offset === 0 ? 0 : offset - PIECE; from < problem.einsums.length; from += PIECE) {
      const piece = pieceOf(Math.max(0, from), Math.min(problem.einsums.length, from + PIECE))
      if (piece !== null) pieces.push(piece)
    }
    return pieces
  })
  const peaks = [...new Set([0, ...[...known.values()].flatMap(({ peaks: own }) => [...own])])]
  const lower = peaks.map((peak) => ({
    peak,
    traffic:
      must +
      Math.max(
        ...cuts.map((pieces) => pieces.reduce((sum, piece) => sum + Math.min(piece.at(peak), LARGE), 0)),
      ),
  }))
  return undominated(lower.filter(({ traffic }) => traffic < LARGE))
}

/** Below the least capacity of a piece nothing runs: the bound has no point there. */
const LARGE = Number.MAX_SAFE_INTEGER
