import { listText } from '../support/list-text'
import type { Fault } from '../support/result'
import type { HolderCounts } from './counting/counts'
import type { Nest } from './mapping'
import { leastCapacity, tileBytes } from './occupancy'
import { greatestUse } from './spatial-use'

/** What a mapping does that the machine forbids, each named with the shortfall (docs/model.md, section 10). */
export const violations = (
  nest: Nest,
  counts: readonly (readonly HolderCounts[])[],
  occupancyBytes: readonly number[],
): Fault[] => [
  ...holderFaults(nest),
  ...loopFaults(nest),
  ...useFaults(nest),
  ...capacityFaults(nest, counts, occupancyBytes),
]

const fault = (code: string, message: string, value: string, hint: string): Fault => ({
  code,
  path: 'mapping',
  message,
  value,
  hint,
})

function holderFaults({ problem, chains }: Nest): Fault[] {
  return problem.tensors.flatMap(({ name }, t) =>
    problem.memories.flatMap((memory, m) => {
      const isHeld = chains[t]!.some((holder) => holder.memory === m)
      if (isHeld && !memory.allowed[t])
        return fault(
          'level-may-not',
          `${memory.name} may not hold ${name}`,
          memory.name,
          `add ${name} to its may, or bypass it`,
        )
      if (!isHeld && memory.must[t])
        return fault(
          'level-must',
          `${memory.name} must hold ${name}, and does not`,
          memory.name,
          `keep ${name} there`,
        )
      return []
    }),
  )
}

function loopFaults({ problem, loops }: Nest): Fault[] {
  return loops.flatMap(({ rank, dim }) => {
    const at = problem.dims[dim]
    if (at === undefined || at.allowed[rank]) return []
    const { name } = problem.ranks[rank]!
    const declared = at.array.dims.find((one) => one.name === at.name)!
    const where = `${at.array.name}.${at.name}`
    return declared.ranks !== null && !declared.ranks.includes(name)
      ? fault(
          'rank-not-allowed',
          `No loop over ${name} may run on ${where}`,
          name,
          `use ${listText(declared.ranks)}`,
        )
      : fault(
          'not-shared',
          `The loop over ${name} on ${where} indexes ${listText(declared.onlyIfShared)}, which is shared there`,
          name,
          'run a loop there that does not index it',
        )
  })
}

function useFaults({ problem, loops, isPerfect }: Nest): Fault[] {
  return problem.dims.flatMap((dim, d) => {
    const used = loops.reduce((product, loop) => (loop.dim === d ? product * loop.count : product), 1)
    const where = `${dim.array.name}.${dim.name}`
    if (used > dim.size)
      return fault(
        'dim-exceeded',
        `${used} instances are used on ${where}, which has ${dim.size}: ${used - dim.size} too many`,
        String(used),
        'use greater tiles there',
      )
    const reachable = dim.use === 'max' ? greatestUse(problem, d, isPerfect ? 'perfect' : 'imperfect') : used
    return used < reachable
      ? fault(
          'use-max',
          `${used} of ${reachable} instances that can be reached are used on ${where}`,
          String(used),
          'spread loops over the dim until it is full, or set its use to any',
        )
      : []
  })
}

function capacityFaults(
  { problem }: Nest,
  counts: readonly (readonly HolderCounts[])[],
  occupancyBytes: readonly number[],
): Fault[] {
  return problem.memories.flatMap((memory, m) => {
    const held = counts.flat().filter(({ holder }) => holder.memory === m)
    const parts = held.map(({ holder: { tensor }, tile }) => ({
      name: problem.tensors[tensor]!.name,
      bytes: tileBytes(memory, tensor, tile),
      own: memory.ownCapacity[tensor]!,
    }))
    const listed = parts.map(({ name, bytes }) => `${name} ${bytes}`).join(', ')
    const tooFull = (what: string, wanted: number, there: number) =>
      fault(
        'capacity',
        `${what} needs ${wanted} B (${listed}) and has ${there} B: ${wanted - there} B too few`,
        String(wanted),
        `use smaller tiles; no mapping at all fits below ${leastCapacity(problem, m)} B`,
      )
    const split = parts.filter(({ own }) => own !== null)
    const pool = parts.reduce((sum, { bytes, own }) => (own === null ? sum + bytes : sum), 0)
    return [
      ...split.flatMap(({ name, bytes, own }) =>
        bytes > own! ? tooFull(`${memory.name} for ${name}`, bytes, own!) : [],
      ),
      ...(memory.capacity !== null && pool > memory.capacity
        ? [tooFull(memory.name, split.length > 0 ? pool : occupancyBytes[m]!, memory.capacity)]
        : []),
    ]
  })
}
