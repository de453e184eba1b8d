import { bytes, macs, macsPerSecond, type Bytes, type Macs, type MacsPerSecond } from '../units/quantity'
import { mesaAt, type AreaBudget, type MesaCurve, type MesaPoint, type MesaSlope } from './performance-mesa'
import { bytesOfShare, shareOfBytes } from '../architecture/sram-area'

/** One workload of a mix. `weight` is its share of all MACs that run, in any unit. */
export interface MixMember {
  readonly weight: number
  readonly slope: MesaSlope
}

/** One division of the area, with what a mix of workloads attains there. */
export interface MixPoint {
  readonly share: number
  readonly buffer: Bytes
  readonly macs: Macs
  /** MACs of the whole mix over the sum of its members' times, MAC/s. */
  readonly throughput: MacsPerSecond
  /** Each member on its own, in the mix's order. */
  readonly members: readonly MesaPoint[]
}

/**
 * If two vertices are farther apart than this share, points are added between them: the curve is not a straight line.
 */
const LARGEST_GAP = 1 / 256

/** Members run in turn on one chip. Their times add, so throughput is the harmonic mean, weighted by `weight`. */
export function mixAt(members: readonly MixMember[], budget: AreaBudget, share: number): MixPoint {
  const points = members.map(({ slope }) => mesaAt(slope, budget, share))
  const total = members.reduce((sum, { weight }) => sum + weight, 0)
  const time = members.reduce(
    (sum, { weight }, i) => sum + (weight === 0 ? 0 : weight / points[i]!.throughput),
    0,
  )
  return {
    share,
    buffer: bytes(points[0]?.buffer ?? bytesOfShare(budget, share)),
    macs: macs(points[0]?.macs ?? 0),
    throughput: macsPerSecond(time > 0 && Number.isFinite(time) ? total / time : 0),
    members: points,
  }
}

/**
 * Shares at which a member has a step, ascending. Between two of them memory bounds are constant and compute bounds
 * fall.
 */
function steps(members: readonly MixMember[], budget: AreaBudget): Float64Array {
  const shares = new Set<number>()
  for (const { slope } of members)
    for (const buffer of slope.bufferBytes) {
      const share = shareOfBytes(budget, buffer)
      if (share > 1) break
      shares.add(share)
    }
  return Float64Array.from(shares).sort()
}

/** The mix's share of most throughput; null if a member does not fit. Exact: only left ends of steps can be best. */
export function bestMixShare(members: readonly MixMember[], budget: AreaBudget): MixPoint | null {
  let best: MixPoint | null = null
  for (const share of steps(members, budget)) {
    const point = mixAt(members, budget, share)
    if (point.throughput > (best?.throughput ?? 0)) best = point
  }
  return best
}

/** The mix's performance mesa as a line: both sides of every step, and points between them. */
export function mixVertices(members: readonly MixMember[], budget: AreaBudget): MesaCurve {
  const points: MixPoint[] = []
  const at = (share: number) => points.push(mixAt(members, budget, share))
  at(0)
  let left = 0
  for (const share of [...steps(members, budget), 1]) {
    const parts = Math.ceil((share - left) / LARGEST_GAP)
    for (let part = 1; part < parts; part++) at(left + ((share - left) * part) / parts)
    // A point just below the step, so that the line jumps there.
    if (share > left) at(Math.max(left, share - 1e-9))
    at(share)
    left = share
  }
  const column = (pick: (point: MixPoint) => number) => Float64Array.from(points, pick)
  const bound = (pick: (member: MesaPoint) => number) =>
    column(({ members: each }) => Math.min(...each.map(pick)))
  return {
    share: column((point) => point.share),
    bufferBytes: column((point) => point.buffer),
    macs: column((point) => point.macs),
    memoryBound: bound((member) => member.memoryBound),
    computeBound: bound((member) => member.computeBound),
    throughput: column((point) => point.throughput),
  }
}
