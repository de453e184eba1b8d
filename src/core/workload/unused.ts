import { listText, MOST_FAULTS } from '../support/list-text'
import type { Fault } from '../support/result'
import type { WorkloadDefinition } from './definition'
import type { Einsum } from './einsum'

type Sizes = Pick<WorkloadDefinition, 'rank_sizes'>

/** Sizes of ranks that no Einsum has, and from which none takes its size: most likely a slip of the pen. */
export function unusedRanks({ rank_sizes }: Sizes, einsums: readonly Einsum[]): readonly Fault[] {
  const ranks = new Set(einsums.flatMap(({ variables }) => variables.map(({ rank }) => rank)))
  const sizes = new Map(Object.entries(rank_sizes))
  // A rank whose size another one takes is used as well.
  for (const rank of ranks) {
    const source = sizes.get(rank)
    if (typeof source === 'string') ranks.add(source)
  }
  return [...sizes.keys()]
    .filter((rank) => !ranks.has(rank))
    .slice(0, MOST_FAULTS)
    .map((rank) => ({
      code: 'unused-rank',
      path: `workload.rank_sizes.${rank}`,
      message: 'No Einsum uses this size',
      value: rank,
      hint: `leave it out, or name one of ${listText([...ranks])}`,
    }))
}

/**
 * What a workload gives without effect: widths of tensors that no Einsum has, and the size of a rank under two
 * spellings (`m: 16` beside `M: 64`). Other unused sizes are let pass in a file, as other tools write them.
 */
export function unusedFaults(definition: WorkloadDefinition, einsums: readonly Einsum[]): readonly Fault[] {
  const { rank_sizes, bits_per_value = {} } = definition
  const spellings = new Map<string, number>()
  for (const rank of Object.keys(rank_sizes))
    spellings.set(rank.toUpperCase(), (spellings.get(rank.toUpperCase()) ?? 0) + 1)
  const tensors = new Set(
    einsums.flatMap(({ inputs, output }) => [output.tensor, ...inputs.map(({ tensor }) => tensor)]),
  )
  const isRest = (tensor: string) => tensor.toLowerCase() === 'all'
  const unknown = Object.keys(bits_per_value).filter((tensor) => !isRest(tensor) && !tensors.has(tensor))
  const rest = Object.keys(bits_per_value).filter(isRest)
  return [
    ...unusedRanks(definition, einsums).filter(({ value }) => spellings.get(value!.toUpperCase())! > 1),
    ...unknown.map((tensor): Fault => ({
      code: 'unknown-tensor',
      path: `workload.bits_per_value.${tensor}`,
      message: 'No Einsum has a tensor of this name',
      value: tensor,
      hint: `name one of ${listText([...tensors])}, or All for the rest`,
    })),
    ...rest.slice(1).map((tensor): Fault => ({
      code: 'given-twice',
      path: `workload.bits_per_value.${tensor}`,
      message: 'The width of all other tensors is given twice',
      value: tensor,
      hint: `leave one of ${listText(rest)} out`,
    })),
  ].slice(0, MOST_FAULTS)
}
