import type { Slope, Staircase } from '../front/columns'
import { trafficAt } from '../front/read'
import type { MemoryLevel } from '../architecture/architecture'
import { bytes, macsPerByte, type Bytes, type MacsPerByte } from '../units/quantity'

export interface BoundReading {
  readonly algorithmicMinimum: Bytes
  /** Traffic at the right end of the staircase. It is above the algorithmic minimum only if no mapping attains that. */
  readonly leastTraffic: Bytes
  /** Least buffer that attains `leastTraffic`: more SRAM saves nothing (docs/model.md, section 5, Eq. 17). */
  readonly maximalEffectualBytes: Bytes
  /** Sum of operand sizes over the maximal effectual size (docs/model.md, section 5, Eq. 17). */
  readonly gap1: number
  readonly peakOperationalIntensity: MacsPerByte
}

/** The figures of a whole ski slope, in bytes (docs/model.md, section 5). The staircase must have a point. */
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

/** Gap 0 at a buffer size: least traffic over the algorithmic minimum (docs/model.md, section 5, Eq. 16). */
export const gap0At = (slope: Slope, bufferBytes: number): number =>
  trafficAt(slope, bufferBytes) / slope.algorithmicMinimum

/**
 * The most MACs per byte of backing-store traffic at this buffer size; 0 if no mapping fits (docs/model.md, section
 * 5, Eq. 18).
 */
export const operationalIntensityAt = (slope: Slope, bufferBytes: number): MacsPerByte =>
  macsPerByte(slope.macs / trafficAt(slope, bufferBytes))

/**
 * Bytes of traffic saved per byte of buffer added, from each point to the next; 0 at the last (docs/model.md, section
 * 5, Eq. 19).
 */
export function marginalValue(curve: Staircase): Float64Array {
  const { bufferBytes, trafficBytes } = curve
  return bufferBytes.map((size, i) =>
    i + 1 < bufferBytes.length ? (trafficBytes[i]! - trafficBytes[i + 1]!) / (bufferBytes[i + 1]! - size) : 0,
  )
}

export interface LevelProbe {
  readonly name: string
  readonly capacity: Bytes
  /**
   * Bound on the traffic between this level and the next outer one. The bounds of two levels need not be attained
   * together.
   */
  readonly traffic: Bytes
  readonly operationalIntensity: MacsPerByte
}

/** The curve read at each level's total capacity (docs/model.md, section 5). */
export const probeLevels = (slope: Slope, levels: readonly MemoryLevel[]): readonly LevelProbe[] =>
  levels.map(({ name, capacity }) => ({
    name,
    capacity,
    traffic: bytes(trafficAt(slope, capacity)),
    operationalIntensity: operationalIntensityAt(slope, capacity),
  }))
