import { listText } from '../support/list-text'
import { err, ok, type Fault, type Result } from '../support/result'
import {
  bits,
  bytes,
  bytesPerSecond,
  macsPerSecond,
  mm2,
  picojoules,
  picojoulesPerByte,
  watts,
  type AreaMm2,
  type Bits,
  type Bytes,
  type BytesPerSecond,
  type MacsPerSecond,
  type Picojoules,
  type PicojoulesPerByte,
  type Watts,
} from '../units/quantity'
import type {
  ArrayDefinition,
  ComputeDefinition,
  MachineDefinition,
  MemoryDefinition,
  NodeDefinition,
} from './definition'

/** A memory level. Capacity, bandwidth, leakage and area are those of one instance (docs/model.md, section 10). */
export interface Memory {
  readonly kind: 'memory'
  readonly name: string
  /** Null: unbounded. */
  readonly capacity: Bytes | null
  /** By tensor or role; where it has entries, they replace the one pool. */
  readonly capacityOf: Readonly<Record<string, Bytes>>
  readonly readEnergy: PicojoulesPerByte
  readonly writeEnergy: PicojoulesPerByte
  /** Null: unlimited. */
  readonly readBandwidth: BytesPerSecond | null
  readonly writeBandwidth: BytesPerSecond | null
  readonly ports: 'shared' | 'separate'
  /** Tensors or roles that it must hold, and that it may hold; others bypass it. */
  readonly keep: readonly string[]
  readonly may: readonly string[]
  /** By tensor or role, where it differs from the tensor's own width. */
  readonly widths: Readonly<Record<string, Bits>>
  /** Who pays for the overlap of transfers and compute: nobody, its capacity (twice), or the time. */
  readonly overlap: 'free' | 'double' | 'none'
  readonly leakage: Watts
  /** Null: not known. */
  readonly area: AreaMm2 | null
}

/** Instances side by side. Every node after an array is repeated once for each instance. */
export interface PeArrayNode {
  readonly kind: 'array'
  readonly name: string
  readonly dims: readonly ArrayDim[]
  /** For every byte that enters or leaves an instance. */
  readonly linkEnergy: PicojoulesPerByte
}

export interface ArrayDim {
  readonly name: string
  readonly size: number
  /** Tensors or roles that are wired: multicast of an input, adder tree of the output. */
  readonly share: readonly string[]
  /** Loops here may not index these. */
  readonly onlyIfShared: readonly string[]
  /** Rank variables that may run here; null: all. */
  readonly ranks: readonly string[] | null
  /** `max`: the loops here multiply to the greatest value that can be reached. */
  readonly use: 'any' | 'max'
}

export interface Compute {
  readonly kind: 'compute'
  readonly name: string
  readonly energyPerMac: Picojoules
  readonly rate: MacsPerSecond
  readonly leakage: Watts
  readonly area: AreaMm2 | null
}

export type MachineNode = Memory | PeArrayNode | Compute

/** Nodes are outermost first: an unbounded memory, then memories and arrays, the compute node last. */
export interface Machine {
  readonly name: string
  readonly nodes: readonly MachineNode[]
}

/** Faults name fields below this path. */
const ROOT = 'architecture.nodes'

/** Checks how the nodes stand to one another. Ranges of quantities were checked before. */
export function buildMachine({ name, nodes }: MachineDefinition): Result<Machine> {
  const faults = [...orderFaults(nodes), ...nameFaults(nodes), ...nodes.flatMap(nodeFaults)]
  return faults.length > 0 ? err(faults) : ok({ name, nodes: nodes.map(nodeOf) })
}

const nodeOf = (node: NodeDefinition): MachineNode =>
  'memory' in node ? memoryOf(node) : 'array' in node ? arrayOf(node) : computeOf(node)

const memoryOf = (node: MemoryDefinition): Memory => ({
  kind: 'memory',
  name: node.memory,
  capacity: node.capacity_bytes === null ? null : bytes(node.capacity_bytes),
  capacityOf: mapValues(node.capacity_by_role, bytes),
  readEnergy: picojoulesPerByte(node.read_pj_per_byte),
  writeEnergy: picojoulesPerByte(node.write_pj_per_byte),
  readBandwidth: node.read_bytes_per_s === null ? null : bytesPerSecond(node.read_bytes_per_s),
  writeBandwidth: node.write_bytes_per_s === null ? null : bytesPerSecond(node.write_bytes_per_s),
  ports: node.ports,
  keep: node.keep,
  may: node.may,
  widths: mapValues(node.width_bits, bits),
  overlap: node.overlap,
  leakage: watts(node.leak_w),
  area: areaOf(node.area_mm2),
})

const arrayOf = (node: ArrayDefinition): PeArrayNode => ({
  kind: 'array',
  name: node.array,
  dims: node.dims.map(({ only_if_shared, ...dim }) => ({ ...dim, onlyIfShared: only_if_shared })),
  linkEnergy: picojoulesPerByte(node.link_pj_per_byte),
})

const computeOf = (node: ComputeDefinition): Compute => ({
  kind: 'compute',
  name: node.compute,
  energyPerMac: picojoules(node.pj_per_mac),
  rate: macsPerSecond(node.macs_per_s ?? node.clock_hz! * node.macs_per_cycle),
  leakage: watts(node.leak_w),
  area: areaOf(node.area_mm2),
})

const mapValues = <T>(
  table: Readonly<Record<string, number>>,
  unit: (value: number) => T,
): Record<string, T> => Object.fromEntries(Object.entries(table).map(([name, value]) => [name, unit(value)]))

const areaOf = (area: number | null): AreaMm2 | null => (area === null ? null : mm2(area))

const nameOf = (node: NodeDefinition): string =>
  'memory' in node ? node.memory : 'array' in node ? node.array : node.compute

function orderFaults(nodes: readonly NodeDefinition[]): Fault[] {
  const fault = (code: string, at: number, message: string, hint: string): Fault => ({
    code,
    path: at < 0 ? ROOT : `${ROOT}[${at}]`,
    message,
    ...(nodes[at] ? { value: nameOf(nodes[at]) } : {}),
    hint,
  })
  const [first] = nodes
  const faults: Fault[] = []
  if (first === undefined || !('memory' in first))
    faults.push(
      fault(
        'first-not-memory',
        first ? 0 : -1,
        'The first node is no memory',
        'begin with the backing store',
      ),
    )
  else if (first.capacity_bytes !== null)
    faults.push({
      ...fault('first-bounded', 0, 'The first memory is bounded', 'leave its capacity_bytes out, or null'),
      path: `${ROOT}[0].capacity_bytes`,
      value: String(first.capacity_bytes),
    })
  const last = nodes.length - 1
  const compute = nodes.findIndex((node) => 'compute' in node)
  if (compute !== last || last < 0)
    faults.push(
      fault(
        'compute-not-last',
        compute,
        compute < 0 ? 'There is no compute node' : 'The compute node is not the last one',
        'end the list with the one compute node',
      ),
    )
  return faults
}

function nameFaults(nodes: readonly NodeDefinition[]): Fault[] {
  const twice = (names: readonly string[], pathOf: (at: number) => string): Fault[] =>
    names.flatMap((name, at) =>
      names.indexOf(name) === at
        ? []
        : [
            {
              code: 'name-twice',
              path: pathOf(at),
              message: 'This name stands twice',
              value: name,
              hint: 'give each its own name',
            },
          ],
    )
  return [
    ...twice(nodes.map(nameOf), (at) => `${ROOT}[${at}]`),
    ...nodes.flatMap((node, i) =>
      'array' in node
        ? twice(
            node.dims.map(({ name }) => name),
            (at) => `${ROOT}[${i}].dims[${at}].name`,
          )
        : [],
    ),
  ]
}

function nodeFaults(node: NodeDefinition, at: number): Fault[] {
  const path = `${ROOT}[${at}]`
  if ('memory' in node && node.keep.length + node.may.length === 0)
    return [
      {
        code: 'level-unused',
        path: `${path}.may`,
        message: `No tensor may use ${node.memory}`,
        value: '[]',
        hint: 'name tensors or roles under keep or may, or remove the level',
      },
    ]
  if ('compute' in node && node.macs_per_s === null && node.clock_hz === null)
    return [
      {
        code: 'missing-field',
        path: `${path}.macs_per_s`,
        message: 'The compute node has no rate',
        hint: 'give macs_per_s, or clock_hz and macs_per_cycle',
      },
    ]
  if ('array' in node && node.dims.length === 0)
    return [
      {
        code: 'array-without-dims',
        path: `${path}.dims`,
        message: `${node.array} has no dimension`,
        value: '[]',
        hint: 'give it one or more dims, each with a name and a size',
      },
    ]
  return []
}

export const isMemory = (node: MachineNode): node is Memory => node.kind === 'memory'

/** Names of the memories, for hints. */
export const memoryNames = ({ nodes }: Machine): string =>
  listText(nodes.filter(isMemory).map(({ name }) => name))
