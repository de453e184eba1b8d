import type { Staircase } from '../front/columns'
import { pointIndexAt } from '../front/read'
import type { Architecture } from '../architecture/architecture'
import { bytesOfShare, netArea, shareOfBytes, type SramArea } from '../architecture/sram-area'
import { err, ok, type Result } from '../support/result'
import {
  bytes,
  macs,
  macsPerSecond,
  type AreaUm2,
  type Bytes,
  type BytesPerSecond,
  type Hertz,
  type Macs,
  type MacsPerSecond,
} from '../units/quantity'

/** What is divided between buffer and MACs, and how fast either side of the roofline runs. */
export interface AreaBudget extends SramArea {
  readonly areaUm2PerMac: AreaUm2
  readonly clock: Hertz
  readonly dramBandwidth: BytesPerSecond
}

/** `capacity`: the buffer is smaller than the least mapping needs, so nothing can run. */
export type Limiter = 'memory' | 'compute' | 'capacity'

/** What limits, in the words of every panel, table and report. */
export const LIMITER_TITLES: Readonly<Record<Limiter, string>> = {
  memory: 'DRAM bandwidth',
  compute: 'MACs',
  capacity: 'buffer too small',
}

/** One division of the area and what it attains (docs/model.md, section 5, Eq. 20 and 21; Orojenesis sec. VII-D). */
export interface MesaPoint {
  /** Share of the area net of I/O that is given to buffer. */
  readonly share: number
  readonly buffer: Bytes
  readonly macs: Macs
  readonly memoryBound: MacsPerSecond
  readonly computeBound: MacsPerSecond
  /** The lesser of the two bounds, MAC/s. */
  readonly throughput: MacsPerSecond
  readonly limiter: Limiter
}

export type MesaSlope = Staircase & { readonly macs: Macs }

export const budgetOf = (architecture: Architecture): AreaBudget => ({
  area: netArea(architecture),
  areaUm2PerByte: architecture.technology.areaUm2PerByte,
  areaUm2PerMac: architecture.technology.areaUm2PerMac,
  clock: architecture.clock,
  dramBandwidth: architecture.dramBandwidth,
})

/** Throughput at a share of the area, 0 <= share <= 1. */
export function mesaAt(slope: MesaSlope, budget: AreaBudget, share: number): MesaPoint {
  const buffer = bytesOfShare(budget, share)
  return pointOnStep(slope, budget, share, buffer, pointIndexAt(slope, buffer))
}

/** The mesa at a share whose buffer is known to lie on step `step`; -1 is left of the first step. */
function pointOnStep(
  slope: MesaSlope,
  budget: AreaBudget,
  share: number,
  buffer: Bytes,
  step: number,
): MesaPoint {
  const macCount = ((1 - share) * budget.area) / budget.areaUm2PerMac
  const compute = macCount * budget.clock
  const memory = step < 0 ? 0 : memoryBoundOf(slope, budget, step)
  return {
    share,
    buffer,
    macs: macs(macCount),
    memoryBound: macsPerSecond(memory),
    computeBound: macsPerSecond(compute),
    throughput: macsPerSecond(Math.min(memory, compute)),
    limiter: step < 0 ? 'capacity' : memory < compute ? 'memory' : 'compute',
  }
}

const memoryBoundOf = (slope: MesaSlope, budget: AreaBudget, step: number): number =>
  (budget.dramBandwidth * slope.macs) / slope.trafficBytes[step]!

/**
 * The share of most throughput (docs/model.md, section 5, Eq. 22); of equal ones the least share. Along a step the
 * memory bound is constant and the compute bound falls, so only left ends of steps can be best. Fault `die-too-small`
 * if no mapping fits.
 */
export function bestShare(slope: MesaSlope, budget: AreaBudget): Result<MesaPoint> {
  let best: MesaPoint | undefined
  for (let step = 0; step < slope.bufferBytes.length; step++) {
    const buffer = slope.bufferBytes[step]!
    const share = shareOfBytes(budget, buffer)
    if (share > 1) break
    const point = pointOnStep(slope, budget, share, bytes(buffer), step)
    if (best === undefined || point.throughput > best.throughput) best = point
  }
  if (best === undefined) {
    const room = bytesOfShare(budget, 1)
    return err([
      {
        code: 'die-too-small',
        path: 'architecture.die',
        message: `The area net of I/O holds ${Math.floor(room)} bytes of SRAM and the least mapping needs ${slope.bufferBytes[0] ?? 'more'}`,
        hint: 'enlarge the die, lower the I/O share or the area per byte',
      },
    ])
  }
  return ok(best)
}

export interface MesaCurve {
  readonly share: Float64Array
  readonly bufferBytes: Float64Array
  readonly macs: Float64Array
  readonly memoryBound: Float64Array
  readonly computeBound: Float64Array
  readonly throughput: Float64Array
}

/**
 * The mesa's vertices by share, from 0 to 1: both sides of every step, and the point where the falling compute line
 * meets the step. Straight lines between them are the exact curve. Two vertices of one share are a jump.
 */
export function mesaVertices(slope: MesaSlope, budget: AreaBudget): MesaCurve {
  const points: MesaPoint[] = []
  const at = (share: number, step: number) =>
    points.push(pointOnStep(slope, budget, share, bytesOfShare(budget, share), step))
  at(0, -1)
  let step = 0
  for (; step < slope.bufferBytes.length; step++) {
    const left = shareOfBytes(budget, slope.bufferBytes[step]!)
    if (left > 1) break
    at(left, step - 1)
    at(left, step)
    const next = slope.bufferBytes[step + 1]
    const right = next === undefined ? 1 : Math.min(1, shareOfBytes(budget, next))
    const crossing =
      1 - (memoryBoundOf(slope, budget, step) * budget.areaUm2PerMac) / (budget.clock * budget.area)
    if (crossing > left && crossing < right) at(crossing, step)
  }
  at(1, step - 1)
  const column = (pick: (point: MesaPoint) => number) => Float64Array.from(points, pick)
  return {
    share: column((p) => p.share),
    bufferBytes: column((p) => p.buffer),
    macs: column((p) => p.macs),
    memoryBound: column((p) => p.memoryBound),
    computeBound: column((p) => p.computeBound),
    throughput: column((p) => p.throughput),
  }
}
