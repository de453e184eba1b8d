import type { AreaMm2, AreaUm2, Bytes, BytesPerSecond, Hertz } from '../units/quantity'

/** Silicon area of a byte and of a MAC; `source` says where the figures come from. */
export interface Technology {
  readonly id: string
  readonly name: string
  readonly areaUm2PerMac: AreaUm2
  /** Of SRAM: large macros with periphery, unless the name says bit cells. */
  readonly areaUm2PerByte: AreaUm2
  readonly source: string
}

/** A memory level whose capacity is read on the ski slope: it bounds the traffic to the next outer level. */
export interface MemoryLevel {
  readonly name: string
  readonly capacity: Bytes
  /** To the next inner level; null if not given. */
  readonly bandwidth: BytesPerSecond | null
  /** Bits that one port moves in a cycle; null if not given. */
  readonly portBits: number | null
  readonly ports: number
}

export interface PeArray {
  readonly rows: number
  readonly columns: number
}

/** What the performance mesa needs to know of a chip, except the share of the area that goes to the buffer. */
export interface Architecture {
  readonly name: string
  readonly technology: Technology
  readonly die: AreaMm2
  /** Share of the die taken by I/O, 0 <= share < 1; the rest is divided between SRAM and MACs. */
  readonly ioShare: number
  readonly clock: Hertz
  readonly dramBandwidth: BytesPerSecond
  /** Innermost first. */
  readonly levels: readonly MemoryLevel[]
  readonly peArray: PeArray
}

/** A real chip, shown on the charts: its last-level SRAM on the ski slope, its peak on the mesa. */
export interface Chip {
  readonly id: string
  readonly name: string
  readonly node: string
  readonly die: AreaMm2 | null
  readonly sram: Bytes | null
  readonly sramName: string
  /** Dense peak as printed by the vendor; only shown. */
  readonly peak: string
  readonly dramBandwidth: BytesPerSecond | null
  readonly source: string
  /** True if a figure was recalled from memory and not read in its source. */
  readonly unverified: boolean
}
