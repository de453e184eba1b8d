import { listText } from '../../support/list-text'
import type { Fault } from '../../support/result'
import { leastCapacity, tileBytes } from '../occupancy'
import type { MachineProblem } from '../problem'
import type { Constraints } from './constraints'
import type { Order } from './skeletons'

/** Why there is no valid mapping: what the user would have to change. */
export function whyNone(problem: MachineProblem, order: Order, constraints: Constraints): Fault[] {
  const faults = [...capacityFaults(problem, constraints), ...holderFaults(problem, constraints)]
  if (faults.length > 0) return faults
  const asked = [
    ...(order === 'listed' ? ['the listed order'] : []),
    ...(constraints.holders.some((fixed) => fixed !== null) ? ['fixed holders'] : []),
    ...(constraints.notAbove.length > 0 ? ['forbidden loops'] : []),
    ...(constraints.spatial.length > 0 ? ['fixed spatial loops'] : []),
    ...(problem.dims.some(({ use }) => use === 'max') ? ['arrays that must be full'] : []),
  ]
  const tightest = problem.memories
    .flatMap(({ name, capacity }, m) =>
      capacity === null ? [] : [{ name, capacity, spare: capacity / Math.max(1, leastCapacity(problem, m)) }],
    )
    .sort((a, b) => a.spare - b.spare)[0]
  return [
    {
      code: 'no-mapping',
      path: 'architecture.nodes',
      message: `No mapping meets all that is asked together: ${listText([...asked, 'capacities'])}`,
      ...(tightest === undefined ? {} : { value: `${tightest.name} ${tightest.capacity} B` }),
      hint: `increase ${tightest?.name ?? 'the capacities'}${asked.length > 0 ? `, or give up ${asked.join(' or ')}` : ''}`,
    },
  ]
}

/** Levels on which not even one element of each tensor that they must hold has room. */
const capacityFaults = (problem: MachineProblem, { holders }: Constraints): Fault[] =>
  problem.memories.flatMap((memory, m): Fault[] => {
    const path = `architecture.nodes[${memory.node}]`
    const split = problem.tensors.flatMap(({ name }, t): Fault[] => {
      const own = memory.ownCapacity[t]!
      const wanted = tileBytes(memory, t, 1n)
      if (own === null || !memory.must[t] || wanted <= own) return []
      return [tooSmall(`${path}.capacity_by_role`, `${memory.name} for ${name}`, wanted, own)]
    })
    if (split.length > 0 || memory.capacity === null) return split
    const wanted = problem.tensors.reduce((sum, _, t) => {
      const isHeld = memory.must[t]! || (m > 0 && holders[t]?.includes(m))
      return isHeld && memory.ownCapacity[t] === null ? sum + tileBytes(memory, t, 1n) : sum
    }, 0)
    return wanted > memory.capacity
      ? [tooSmall(`${path}.capacity_bytes`, memory.name, wanted, memory.capacity)]
      : []
  })

const tooSmall = (path: string, what: string, wanted: number, there: number): Fault => ({
  code: 'capacity',
  path,
  message: `No tile can ever fit: one element of each tensor that ${what} must hold takes ${wanted} B, ${wanted - there} B more than there is`,
  value: String(there),
  hint: `the smallest capacity that works is ${wanted} B`,
})

/** Holders that the user asks for and the machine forbids. */
const holderFaults = ({ tensors, memories }: MachineProblem, { holders }: Constraints): Fault[] =>
  holders.flatMap((fixed, t) => {
    const { name } = tensors[t]!
    if (fixed === null) return []
    return memories.slice(1).flatMap((memory, at): Fault[] => {
      const isAsked = fixed.includes(at + 1)
      if (isAsked ? memory.allowed[t] : !memory.must[t]) return []
      return [
        {
          code: 'contradictory-constraints',
          path: `constraints.holders.${name}`,
          message: isAsked ? `${memory.name} may not hold ${name}` : `${memory.name} must hold ${name}`,
          value: listText(fixed.map((m) => memories[m]!.name)),
          hint: isAsked ? `leave ${memory.name} out` : `add ${memory.name}`,
        },
      ]
    })
  })
