import type { AreaMm2, AreaUm2, Bytes, BytesPerSecond, Hertz } from '../units/quantity'

/** Silicon area of the two things that share the die; `source` says where the figures come from. */
export interface Technology {
  readonly id: string
  readonly name: string
  readonly areaUm2PerMac: AreaUm2
  /** Of SRAM, large macros with periphery unless the name says bit cells. */
  readonly areaUm2PerByte: AreaUm2
  readonly source: string
}

/** A memory level whose capacity is probed on the ski slope: the bound on traffic between it and the next outer level. */
export interface MemoryLevel {
  readonly name: string
  readonly capacity: Bytes
  /** Between this level and the next inner one; null where it is not given. */
  readonly bandwidth: BytesPerSecond | null
  /** What one port moves in a cycle; null where it is not given. */
  readonly portBits: number | null
  readonly ports: number
}

export interface PeArray {
  readonly rows: number
  readonly columns: number
}

/** What the performance mesa needs to know of a chip, all but the share of the area that goes to the buffer. */
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

/** A real chip, for overlays: last-level SRAM against the ski slope, peak against the mesa. */
export interface Chip {
  readonly id: string
  readonly name: string
  readonly node: string
  readonly die: AreaMm2 | null
  readonly sram: Bytes | null
  readonly sramName: string
  /** Dense peak as printed by the vendor, for display only. */
  readonly peak: string
  readonly dramBandwidth: BytesPerSecond | null
  readonly source: string
  /** True where a figure was recalled and not read from its source. */
  readonly unverified: boolean
}
