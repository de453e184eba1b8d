import { planSearch } from '../core/mappers/each-einsum/search-plan'
import type { FusionOptions } from '../core/mappers/chain-fusion/fusion-bound'
import { fusibleEdges } from '../core/mappers/chain-fusion/fusible-edges'
import { planFusion } from '../core/mappers/chain-fusion/plan-fusion'
import { unfusedBoundOf, type Curves } from '../core/mappers/chain-fusion/read-fusion'
import { ok, type Result } from '../core/support/result'
import type { Workload } from '../core/workload/einsum'
import type { RunOptions, SearchRunner } from './search-runner'

/** All that is searched for a workload. */
export type Exploration = Curves

/** Searches a workload. Where something can be fused, the unfused bound is that of its members in a cascade. */
export async function explore(
  runner: SearchRunner,
  workload: Workload,
  options: FusionOptions,
  run: RunOptions = {},
): Promise<Result<Exploration>> {
  if (fusibleEdges(workload).edges.length === 0) {
    const plan = planSearch(workload, { mapspace: options.mapspace, factors: options.factors })
    if (!plan.ok) return plan
    const bound = await runner.run(plan.value, run)
    return bound.ok ? ok({ bound: bound.value, fusion: null }) : bound
  }
  const plan = planFusion(workload, options)
  if (!plan.ok) return plan
  const fusion = await runner.fuse(plan.value, run)
  return fusion.ok ? ok({ bound: unfusedBoundOf(fusion.value, workload), fusion: fusion.value }) : fusion
}
