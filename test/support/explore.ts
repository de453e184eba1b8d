import type { Exploration, SearchOptions } from '../../src/core/mappers/mapper'
import { mapperFor } from '../../src/core/mappers/table'
import type { Workload } from '../../src/core/workload/einsum'

export const OPTIONS: SearchOptions = {
  mapspace: 'full',
  factors: 'perfect',
  fuse: 'if-possible',
  execution: 'sequential',
  along: {},
  recompute: 'halo',
  keep: [],
}

/** Searches in the calling thread. */
export function explore(workload: Workload, options: Partial<SearchOptions>): Exploration {
  const request = { workload, options: { ...OPTIONS, ...options } }
  const mapper = mapperFor(request)
  const found = mapper.needs(request).map((first) => explore(first.workload, first.options))
  const plan = mapper.plan(request, found)
  if (!plan.ok) throw new Error(JSON.stringify(plan.error))
  const parts = plan.value.tasks.map((task) => mapper.run(task))
  return mapper.assemble(request, plan.value, parts, found)
}
