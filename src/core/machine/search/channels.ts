import type { MachineProblem } from '../problem'

/**
 * A time that the latency is not below: `weights` are seconds per byte of the busiest instance, by memory, plus the compute
 * time if `withCompute`.
 */
export interface Channel {
  readonly read: Float64Array
  readonly write: Float64Array
  readonly withCompute: boolean
}

/** The latency is the greatest of these and the compute time (docs/model.md, section 10, Eq. 52). */
export function channelsOf({ memories }: MachineProblem): Channel[] {
  // Separate ports take the greater time: one alternative each.
  const own = memories.map(({ readBandwidth, writeBandwidth, ports }, memory) => {
    const reading = readBandwidth === null ? 0 : 1 / readBandwidth
    const writing = writeBandwidth === null ? 0 : 1 / writeBandwidth
    const part = (read: number, write: number) => ({ memory, read, write })
    const parts = ports === 'shared' ? [part(reading, writing)] : [part(reading, 0), part(0, writing)]
    return parts.filter(({ read, write }) => read > 0 || write > 0)
  })
  const channel = (parts: (typeof own)[number], withCompute: boolean): Channel => {
    const read = new Float64Array(memories.length)
    const write = new Float64Array(memories.length)
    for (const part of parts) {
      read[part.memory] = part.read
      write[part.memory] = part.write
    }
    return { read, write, withCompute }
  }
  const apart = own.filter((parts, m) => parts.length > 0 && memories[m]!.overlap === 'none')
  const sums = apart.reduce<(typeof own)[number][]>(
    (all, parts) => all.flatMap((chosen) => parts.map((part) => [...chosen, part])),
    [[]],
  )
  return [
    ...own.flatMap((parts) => parts.map((part) => channel([part], false))),
    ...(apart.length === 0 ? [] : sums.map((parts) => channel(parts, true))),
  ]
}
