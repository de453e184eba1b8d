/**
 * A machine as a file writes it: shapes and ranges are checked, names not yet against each other. Tensors are named, or
 * meant by their role: `input`, `weight`, `output`.
 */
export interface MachineDefinition {
  readonly name: string
  readonly nodes: readonly NodeDefinition[]
}

export type NodeDefinition = MemoryDefinition | ArrayDefinition | ComputeDefinition

/** Capacity, leakage and area are those of one instance. */
export interface MemoryDefinition {
  readonly memory: string
  /** Null: unbounded. */
  readonly capacity_bytes: number | null
  /** A split of the capacity instead of one pool that all share. */
  readonly capacity_by_role: Readonly<Record<string, number>>
  readonly read_pj_per_byte: number
  readonly write_pj_per_byte: number
  /** Null: unlimited. */
  readonly read_bytes_per_s: number | null
  readonly write_bytes_per_s: number | null
  readonly ports: 'shared' | 'separate'
  readonly keep: readonly string[]
  readonly may: readonly string[]
  readonly width_bits: Readonly<Record<string, number>>
  readonly overlap: 'free' | 'double' | 'none'
  readonly leak_w: number
  readonly area_mm2: number | null
}

export interface ArrayDefinition {
  readonly array: string
  readonly dims: readonly DimDefinition[]
  readonly link_pj_per_byte: number
}

export interface DimDefinition {
  readonly name: string
  readonly size: number
  readonly share: readonly string[]
  readonly only_if_shared: readonly string[]
  /** Rank variables whose loops may run here; null: all. */
  readonly ranks: readonly string[] | null
  readonly use: 'any' | 'max'
}

/** Its rate is given, or a clock and the MACs of a cycle. */
export interface ComputeDefinition {
  readonly compute: string
  readonly pj_per_mac: number
  readonly macs_per_s: number | null
  readonly clock_hz: number | null
  readonly macs_per_cycle: number
  readonly leak_w: number
  readonly area_mm2: number | null
}
