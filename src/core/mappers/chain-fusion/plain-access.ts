import type { TensorAccess } from '../../workload/einsum'

/** Whether each rank is indexed by one variable alone: no stride, no window, no offset. */
export const isPlain = ({ ranks }: TensorAccess): boolean =>
  ranks.every(({ terms, offset }) => terms.length === 1 && terms[0]!.coefficient === 1 && offset === 0)
