import { bytesOnArea } from '../architecture/sram-area'
import { trafficAt } from '../front/read'
import type { AreaBudget, MesaSlope } from '../analysis/performance-mesa'

import { err, ok, type Fault, type Result } from '../support/result'
import { formatBytes, formatSi } from '../units/format'
import {
  bytes,
  bytesPerSecond,
  macs,
  um2,
  type AreaUm2,
  type Bytes,
  type BytesPerSecond,
  type Macs,
  type MacsPerSecond,
} from '../units/quantity'

/** The least SRAM, area or bandwidth that attains a wanted throughput; exact, from the points of the curve. */
export interface LeastBuffer {
  readonly buffer: Bytes
}
export interface LeastArea extends LeastBuffer {
  /** Net of I/O. */
  readonly area: AreaUm2
  readonly macs: Macs
}
export interface LeastBandwidth extends LeastBuffer {
  readonly bandwidth: BytesPerSecond
  readonly macs: Macs
}

/** MACs that attain a throughput, in MAC/s, at the budget's clock if all of them are busy. */
const macsFor = ({ clock }: AreaBudget, wanted: MacsPerSecond): Macs => macs(wanted / clock)

const fault = (code: string, path: string, message: string, hint: string): Result<never, Fault> =>
  err({ code, path, message, hint })

const noMacs = (): Result<never, Fault> =>
  fault('no-macs', 'workload', 'The workload multiplies nothing: it has no throughput', 'add a product')

/** The least SRAM whose traffic the DRAM bandwidth carries at that throughput, whatever the die. */
export function leastBuffer(
  slope: MesaSlope,
  budget: AreaBudget,
  wanted: MacsPerSecond,
): Result<LeastBuffer, Fault> {
  if (slope.macs === 0) return noMacs()
  const allowed = (budget.dramBandwidth * slope.macs) / wanted
  const point = slope.trafficBytes.findIndex((traffic) => traffic <= allowed)
  if (point >= 0) return ok({ buffer: bytes(slope.bufferBytes[point]!) })
  const needed = bytesPerSecond((wanted * (slope.trafficBytes.at(-1) ?? Infinity)) / slope.macs)
  return fault(
    'bandwidth-too-low',
    'architecture.dramBandwidth',
    'No buffer saves enough traffic for this throughput',
    `raise the DRAM bandwidth to ${formatSi(needed, 'B/s', 4)} or more`,
  )
}

/** The least area net of I/O, in µm²: the least SRAM and the MACs. */
export function leastArea(
  slope: MesaSlope,
  budget: AreaBudget,
  wanted: MacsPerSecond,
): Result<LeastArea, Fault> {
  const least = leastBuffer(slope, budget, wanted)
  if (!least.ok) return least
  const { buffer } = least.value
  const count = macsFor(budget, wanted)
  return ok({ buffer, macs: count, area: um2(buffer * budget.areaUm2PerByte + count * budget.areaUm2PerMac) })
}

/**
 * The least DRAM bandwidth on the given area, in B/s: all area that the MACs leave is buffer. Fault if they do not
 * fit.
 */
export function leastBandwidth(
  slope: MesaSlope,
  budget: AreaBudget,
  wanted: MacsPerSecond,
): Result<LeastBandwidth, Fault> {
  if (slope.macs === 0) return noMacs()
  const count = macsFor(budget, wanted)
  const left = budget.area - count * budget.areaUm2PerMac
  const room = left < 0 ? -1 : bytesOnArea(left, budget.areaUm2PerByte)
  const traffic = room < 0 ? Infinity : trafficAt(slope, room)
  if (!Number.isFinite(traffic))
    return fault(
      'die-too-small',
      'architecture.die',
      room < 0
        ? 'The MACs that this throughput needs do not fit the die'
        : `Beside the MACs that this throughput needs only ${formatBytes(room)} of SRAM fit`,
      'enlarge the die, raise the clock, or ask for less',
    )
  const point = slope.trafficBytes.findIndex((least) => least <= traffic)
  return ok({
    bandwidth: bytesPerSecond((wanted * traffic) / slope.macs),
    buffer: bytes(slope.bufferBytes[point]!),
    macs: count,
  })
}
