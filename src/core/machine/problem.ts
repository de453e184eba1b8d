import { assert } from '../support/assert'
import { lookUp } from '../support/look-up'
import { err, ok, type Result } from '../support/result'
import type { Bits, Bytes } from '../units/quantity'
import type { Einsum } from '../workload/einsum'
import { isMemory, type Compute, type Machine, type Memory, type PeArrayNode } from './machine'
import { holderFaults, referenceFaults, shapeFaults } from './problem-faults'
import { tensorOf, type ProblemTensor, type Role } from './tensor'

export interface ProblemMemory extends Memory {
  /** Position among the machine's nodes. */
  readonly node: number
  /** Number of array dims before it: its instances are those of these dims. */
  readonly dimsBefore: number
  readonly instances: number
  /** By tensor. */
  readonly must: readonly boolean[]
  readonly allowed: readonly boolean[]
  readonly bits: readonly Bits[]
  /** The capacity for one tensor, where the pool is split; null: the common pool. */
  readonly ownCapacity: readonly (Bytes | null)[]
}

export interface ProblemDim {
  readonly name: string
  readonly array: PeArrayNode
  readonly size: number
  /** By tensor. */
  readonly wired: readonly boolean[]
  /** By rank: whether its loops may run here. */
  readonly allowed: readonly boolean[]
  readonly use: 'any' | 'max'
}

/** One Einsum on one machine: names are positions. Tensors are the inputs, then the output. */
export interface MachineProblem {
  readonly machine: Machine
  readonly einsum: string
  readonly ranks: readonly { readonly name: string; readonly size: number }[]
  readonly tensors: readonly ProblemTensor[]
  readonly memories: readonly ProblemMemory[]
  /** Dims of all arrays, outermost array first. */
  readonly dims: readonly ProblemDim[]
  readonly compute: Compute
  /** Physical MACs. */
  readonly macUnits: number
  /** Points of the iteration space: one MAC each. */
  readonly macs: bigint
}

/** Puts an Einsum on a machine. The first input has the role `input`, the others `weight`, unless roles are given. */
export function machineProblem(
  machine: Machine,
  einsum: Einsum,
  roles: ReadonlyMap<string, Role> = new Map(),
): Result<MachineProblem> {
  const shape = shapeFaults(einsum)
  if (shape.length > 0) return err(shape)
  const ranks = einsum.variables.map(({ name, size }) => ({ name, size }))
  const tensors = [...einsum.inputs, einsum.output].map((access, at, all): ProblemTensor => {
    const isOutput = at === all.length - 1
    const role = roles.get(access.tensor) ?? (isOutput ? 'output' : at === 0 ? 'input' : 'weight')
    return tensorOf(access, einsum, role, isOutput)
  })
  const faults = referenceFaults(machine, tensors, ranks)
  if (faults.length > 0) return err(faults)
  const bound = bind(machine, einsum.name, ranks, tensors)
  const unheld = holderFaults(bound)
  return unheld.length > 0 ? err(unheld) : ok(bound)
}

function bind(
  machine: Machine,
  einsum: string,
  ranks: MachineProblem['ranks'],
  tensors: readonly ProblemTensor[],
): MachineProblem {
  const memories: ProblemMemory[] = []
  const dims: ProblemDim[] = []
  for (const [node, one] of machine.nodes.entries()) {
    if (isMemory(one))
      memories.push({
        ...one,
        node,
        dimsBefore: dims.length,
        instances: instancesOf(dims),
        must: tensors.map(isAmong(one.keep)),
        allowed: tensors.map(isAmong([...one.keep, ...one.may])),
        bits: tensors.map((tensor) => entryOf(one.widths, tensor) ?? tensor.bits),
        ownCapacity: tensors.map((tensor) => entryOf(one.capacityOf, tensor) ?? null),
      })
    else if (one.kind === 'array')
      for (const dim of one.dims) {
        const kept = tensors.filter(isAmong(dim.onlyIfShared))
        dims.push({
          name: dim.name,
          array: one,
          size: dim.size,
          wired: tensors.map(isAmong(dim.share)),
          allowed: ranks.map(
            ({ name }, rank) =>
              (dim.ranks === null || dim.ranks.includes(name)) && !kept.some(({ indexes }) => indexes[rank]),
          ),
          use: dim.use,
        })
      }
  }
  const compute = machine.nodes.at(-1)
  assert(compute?.kind === 'compute', 'a machine ends with its compute node')
  return {
    machine,
    einsum,
    ranks,
    tensors,
    memories,
    dims,
    compute,
    macUnits: instancesOf(dims),
    macs: ranks.reduce((product, { size }) => product * BigInt(size), 1n),
  }
}

const instancesOf = (dims: readonly { readonly size: number }[]): number =>
  dims.reduce((product, { size }) => product * size, 1)

/** Whether a tensor is named, by its own name or its role. */
const isAmong =
  (names: readonly string[]) =>
  ({ name, role }: ProblemTensor): boolean =>
    names.includes(name) || names.includes(role)

const entryOf = <T>(table: Readonly<Record<string, T>>, { name, role }: ProblemTensor): T | undefined =>
  lookUp(table, name) ?? lookUp(table, role)
