import { listText } from '../support/list-text'
import type { Fault } from '../support/result'
import type { Einsum, TensorAccess } from '../workload/einsum'
import { isMemory, type Machine } from './machine'
import type { MachineProblem } from './problem'
import { isPlainTerms, ROLES, type ProblemTensor } from './tensor'

/** Sets of tensors are kept in the bits of a number. */
const MOST_TENSORS = 16

/** What no machine can run, or no counting covers. */
export function shapeFaults(einsum: Einsum): Fault[] {
  const path = `workload.einsums.${einsum.name}`
  const fault = (code: string, message: string, value: string, hint: string): Fault[] => [
    { code, path, message, value, hint },
  ]
  const accesses = [...einsum.inputs, einsum.output]
  const names = accesses.map(({ tensor }) => tensor)
  const twice = names.find((name, at) => names.indexOf(name) < at)
  if (twice !== undefined)
    return fault(
      'two-indexings',
      `${twice} is read with two index expressions`,
      twice,
      'name the second read as a tensor of its own',
    )
  if (einsum.kind === 'pointwise')
    return fault(
      'no-macs',
      'A point-wise Einsum has no multiply-accumulates',
      einsum.name,
      'choose a product of tensors with --einsum',
    )
  if (accesses.length > MOST_TENSORS)
    return fault('many-tensors', `There are over ${MOST_TENSORS} tensors`, einsum.name, 'split the Einsum')
  for (const { tensor, ranks } of einsum.inputs)
    for (const [at, { terms }] of ranks.entries())
      if (!isPlainTerms(terms) && terms.some(({ variable }) => usedIn(ranks, variable) > 1))
        return fault(
          'window-shared',
          `A rank variable occurs in two ranks of ${tensor}, in one of them in a sum or with a stride`,
          ranks[at]!.rank,
          'index each rank of a window by variables of its own',
        )
  return []
}

const usedIn = (ranks: TensorAccess['ranks'], variable: string): number =>
  ranks.filter(({ terms }) => terms.some((term) => term.variable === variable)).length

/** Names in the machine that are no tensor, role or rank variable of this Einsum. */
export function referenceFaults(
  { nodes }: Machine,
  tensors: readonly ProblemTensor[],
  ranks: MachineProblem['ranks'],
): Fault[] {
  const known = new Set<string>([...ROLES, ...tensors.map(({ name }) => name)])
  const variables = new Set(ranks.map(({ name }) => name))
  const unknown = (names: readonly string[], path: string, all: ReadonlySet<string>, what: string): Fault[] =>
    names
      .filter((name) => !all.has(name))
      .map((name) => ({
        code: 'unknown-name',
        path,
        message: `There is no such ${what}`,
        value: name,
        hint: `name one of ${listText([...all])}`,
      }))
  return nodes.flatMap((node, at): Fault[] => {
    const path = `architecture.nodes[${at}]`
    if (isMemory(node))
      return [
        ...unknown(node.keep, `${path}.keep`, known, 'tensor or role'),
        ...unknown(node.may, `${path}.may`, known, 'tensor or role'),
        ...unknown(Object.keys(node.widths), `${path}.width_bits`, known, 'tensor or role'),
        ...unknown(Object.keys(node.capacityOf), `${path}.capacity_by_role`, known, 'tensor or role'),
      ]
    if (node.kind === 'compute') return []
    return node.dims.flatMap(({ share, onlyIfShared, ranks: named }, d) => [
      ...unknown(share, `${path}.dims[${d}].share`, known, 'tensor or role'),
      ...unknown(onlyIfShared, `${path}.dims[${d}].only_if_shared`, known, 'tensor or role'),
      ...unknown(named ?? [], `${path}.dims[${d}].ranks`, variables, 'rank variable'),
    ])
  })
}

/** Every tensor starts in the first memory. */
export const holderFaults = ({ tensors, memories }: MachineProblem): Fault[] =>
  tensors.flatMap(({ name }, t) =>
    memories[0]!.allowed[t]
      ? []
      : [
          {
            code: 'tensor-unheld',
            path: 'architecture.nodes[0].keep',
            message: `The first memory may not hold ${name}`,
            value: listText(memories[0]!.keep),
            hint: `add ${name} or its role to its keep`,
          },
        ],
  )
