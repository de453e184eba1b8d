import { pointIndexAt } from '../front/read'
import type { AreaBudget, MesaSlope } from '../analysis/performance-mesa'
import { bytesOfShare, shareOfBytes } from '../architecture/sram-area'

import {
  bytes,
  macs,
  macsPerSecond,
  type Bytes,
  type BytesPerSecond,
  type Macs,
  type MacsPerSecond,
} from '../units/quantity'

/**
 * An area that is divided between two levels of SRAM and the MACs, and the bandwidth from the outer to the inner
 * level.
 */
export interface SplitBudget extends AreaBudget {
  readonly innerBandwidth: BytesPerSecond
}

export type SplitLimiter = 'DRAM' | 'inner' | 'compute' | 'capacity'

/** One division of the area; the MACs have what the two shares leave. */
export interface SplitPoint {
  readonly outerShare: number
  readonly innerShare: number
  readonly outer: Bytes
  readonly inner: Bytes
  readonly macs: Macs
  readonly throughput: MacsPerSecond
  readonly limiter: SplitLimiter
}

/**
 * Throughput of a split in MAC/s: the least of compute, DRAM bandwidth x OI(outer) and inner bandwidth x OI(inner).
 * Both levels are read off one curve: the traffic of a level depends on its own capacity alone (docs/model.md,
 * section 5).
 */
export function splitAt(
  slope: MesaSlope,
  budget: SplitBudget,
  outerShare: number,
  innerShare: number,
): SplitPoint {
  const room = (share: number) => bytesOfShare(budget, share)
  const [outer, inner] = [room(outerShare), room(innerShare)]
  return pointOf(slope, budget, {
    outerShare,
    innerShare,
    outer,
    inner,
    outerStep: pointIndexAt(slope, outer),
    innerStep: pointIndexAt(slope, inner),
  })
}

interface Split {
  readonly outerShare: number
  readonly innerShare: number
  readonly outer: Bytes
  readonly inner: Bytes
  readonly outerStep: number
  readonly innerStep: number
}

function pointOf(slope: MesaSlope, budget: SplitBudget, split: Split): SplitPoint {
  const { outerShare, innerShare, outer, inner, outerStep, innerStep } = split
  const count = (Math.max(0, 1 - outerShare - innerShare) * budget.area) / budget.areaUm2PerMac
  const compute = count * budget.clock
  const fed = (bandwidth: number, step: number) =>
    step < 0 ? 0 : (bandwidth * slope.macs) / slope.trafficBytes[step]!
  const dram = fed(budget.dramBandwidth, outerStep)
  const level = fed(budget.innerBandwidth, innerStep)
  const throughput = Math.min(compute, dram, level)
  return {
    outerShare,
    innerShare,
    outer,
    inner,
    macs: macs(count),
    throughput: macsPerSecond(throughput),
    limiter:
      outerStep < 0 || innerStep < 0
        ? 'capacity'
        : compute === throughput
          ? 'compute'
          : dram === throughput
            ? 'DRAM'
            : 'inner',
  }
}

/**
 * The split of most throughput, exactly; null if nothing fits. As on the mesa, only left ends of steps can be best.
 * For one outer step, more inner SRAM raises the inner level's bound and lowers the compute bound. The best is where
 * they cross: at the last step before that, or the first after.
 */
export function bestSplit(slope: MesaSlope, budget: SplitBudget): SplitPoint | null {
  const { bufferBytes } = slope
  const shares = Float64Array.from(bufferBytes, (size) => shareOfBytes(budget, size))
  const at = (outerStep: number, innerStep: number): SplitPoint =>
    pointOf(slope, budget, {
      outerShare: shares[outerStep]!,
      innerShare: shares[innerStep]!,
      outer: bytes(bufferBytes[outerStep]!),
      inner: bytes(bufferBytes[innerStep]!),
      outerStep,
      innerStep,
    })
  let best: SplitPoint | null = null
  const offer = (point: SplitPoint): void => {
    if (best === null || point.throughput > best.throughput) best = point
  }
  for (let outerStep = 0; outerStep < shares.length; outerStep++) {
    if (shares[outerStep]! + shares[0]! > 1) break
    let low = 0
    let high = shares.length - 1
    // The last inner step that still fits, and at which the inner bandwidth is the limit.
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      const fits = shares[outerStep]! + shares[middle]! <= 1
      const level = (budget.innerBandwidth * slope.macs) / slope.trafficBytes[middle]!
      const compute =
        ((1 - shares[outerStep]! - shares[middle]!) * budget.area * budget.clock) / budget.areaUm2PerMac
      if (fits && level <= compute) low = middle
      else high = middle - 1
    }
    offer(at(outerStep, low))
    if (low + 1 < shares.length && shares[outerStep]! + shares[low + 1]! <= 1) offer(at(outerStep, low + 1))
    // If DRAM is the limit, a smaller inner level may do as well. Of equal ones the least SRAM is taken; it comes
    // first.
  }
  return best === null ? null : leastInner(slope, budget, best, at)
}

/** The same throughput with the least inner level. */
function leastInner(
  slope: MesaSlope,
  { innerBandwidth }: SplitBudget,
  found: SplitPoint,
  at: (outerStep: number, innerStep: number) => SplitPoint,
): SplitPoint {
  const needed = (innerBandwidth * slope.macs) / found.throughput
  const innerStep = slope.trafficBytes.findIndex((traffic) => traffic <= needed)
  const least = at(pointIndexAt(slope, found.outer), innerStep < 0 ? 0 : innerStep)
  return least.throughput >= found.throughput ? least : found
}

/** Throughputs over the triangle of splits, with `resolution` parts on each side. */
export interface SplitGrid {
  readonly resolution: number
  readonly outerShare: Float64Array
  readonly innerShare: Float64Array
  readonly throughput: Float64Array
}

export interface SplitTask {
  readonly kind: 'split'
  readonly label: string
  readonly cost: number
  readonly slope: MesaSlope
  readonly budget: SplitBudget
  readonly resolution: number
}

export interface SplitPart {
  readonly kind: 'split'
  readonly grid: SplitGrid
  readonly best: SplitPoint | null
}

/** The centre of every cell: upright and inverted triangles between the lines of the grid, row by row. */
export function runSplitTask({ slope, budget, resolution }: SplitTask): SplitPart {
  const outerShare = new Float64Array(resolution * resolution)
  const innerShare = new Float64Array(resolution * resolution)
  const throughput = new Float64Array(resolution * resolution)
  let cell = 0
  const put = (outer: number, inner: number): void => {
    outerShare[cell] = outer
    innerShare[cell] = inner
    throughput[cell] = splitAt(slope, budget, outer, inner).throughput
    cell++
  }
  for (let i = 0; i < resolution; i++)
    for (let j = 0; i + j < resolution; j++) {
      put((i + 1 / 3) / resolution, (j + 1 / 3) / resolution)
      if (i + j < resolution - 1) put((i + 2 / 3) / resolution, (j + 2 / 3) / resolution)
    }
  return {
    kind: 'split',
    grid: { resolution, outerShare, innerShare, throughput },
    best: bestSplit(slope, budget),
  }
}
