import fc from 'fast-check'
import type { AreaBudget } from '../../src/core/analysis/performance-mesa'
import { bytesPerSecond, hertz, macs, um2 } from '../../src/core/units/quantity'

/** A random staircase, with the MACs of its workload. */
export const slope = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 500 })), {
    minLength: 1,
    maxLength: 12,
  })
  .map((steps) => {
    const buffers: number[] = []
    const traffics: number[] = []
    let [buffer, traffic] = [0, 10_000]
    for (const [wider, less] of steps) {
      buffers.push((buffer += wider))
      traffics.push((traffic -= less))
    }
    return {
      bufferBytes: Float64Array.from(buffers),
      trafficBytes: Float64Array.from(traffics),
      macs: macs(1e6),
    }
  })

/** A random die, on which some of these staircases fit. */
export const budget = fc
  .record({
    area: fc.integer({ min: 100, max: 2000 }),
    byte: fc.integer({ min: 1, max: 5 }),
    mac: fc.integer({ min: 1, max: 50 }),
    bandwidth: fc.integer({ min: 1, max: 1000 }),
  })
  .map(({ area, byte, mac, bandwidth }): AreaBudget => ({
    area: um2(area),
    areaUm2PerByte: um2(byte),
    areaUm2PerMac: um2(mac),
    clock: hertz(10),
    dramBandwidth: bytesPerSecond(bandwidth),
  }))
