import type { Slope, Staircase } from '../front/columns'
import { trafficAt } from '../front/read'
import type { MemoryLevel } from '../architecture/architecture'
import { bytes, macsPerByte, type Bytes, type MacsPerByte } from '../units/quantity'

export interface BoundReading {
  readonly algorithmicMinimum: Bytes
  /** Traffic at the right end of the staircase; above the algorithmic minimum only where that cannot be reached. */
  readonly leastTraffic: Bytes
  /** Least buffer that attains `leastTraffic`: past it SRAM buys nothing. */
  readonly maximalEffectualBytes: Bytes
  /** Sum of operand sizes over the maximal effectual size ([O] Gap 1). */
  readonly gap1: number
  readonly peakOperationalIntensity: MacsPerByte
}

/** The figures of a ski slope as a whole. The staircase must have a point. */
export function readBound(slope: Slope): BoundReading {
  const last = slope.bufferBytes.length - 1
  const leastTraffic = slope.trafficBytes[last]!
  const maximalEffectualBytes = slope.bufferBytes[last]!
  return {
    algorithmicMinimum: slope.algorithmicMinimum,
    leastTraffic: bytes(leastTraffic),
    maximalEffectualBytes: bytes(maximalEffectualBytes),
    gap1: slope.algorithmicMinimum / maximalEffectualBytes,
    peakOperationalIntensity: macsPerByte(slope.macs / leastTraffic),
  }
}

/** Gap 0 at a buffer size: its least traffic over the algorithmic minimum. */
export const gap0At = (slope: Slope, bufferBytes: number): number =>
  trafficAt(slope, bufferBytes) / slope.algorithmicMinimum

/** The most MACs per byte of backing-store traffic that a buffer of this size allows; 0 where nothing fits. */
export const operationalIntensityAt = (slope: Slope, bufferBytes: number): MacsPerByte =>
  macsPerByte(slope.macs / trafficAt(slope, bufferBytes))

/** Bytes of traffic saved per byte of buffer added, from each point to the next; the last point's is 0. */
export function marginalValue(curve: Staircase): Float64Array {
  const { bufferBytes, trafficBytes } = curve
  return bufferBytes.map((size, i) =>
    i + 1 < bufferBytes.length ? (trafficBytes[i]! - trafficBytes[i + 1]!) / (bufferBytes[i + 1]! - size) : 0,
  )
}

export interface LevelProbe {
  readonly name: string
  readonly capacity: Bytes
  /** Bound on the traffic between this level and the next outer one; a bound, not a promise. */
  readonly traffic: Bytes
  readonly operationalIntensity: MacsPerByte
}

/** The same curve read at each level's total capacity. */
export const probeLevels = (slope: Slope, levels: readonly MemoryLevel[]): readonly LevelProbe[] =>
  levels.map(({ name, capacity }) => ({
    name,
    capacity,
    traffic: bytes(trafficAt(slope, capacity)),
    operationalIntensity: operationalIntensityAt(slope, capacity),
  }))
