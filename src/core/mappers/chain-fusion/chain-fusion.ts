import { pointIndexAt } from '../../front/read'
import { viewNest } from '../each-einsum/view-nest'
import type { Mapper } from '../mapper'
import { assembleFusion } from './assemble'
import { fuseCluster, type ClusterResult, type ClusterTask } from './fuse-cluster'
import { hasFusibleEdges } from './fusible-edges'
import { planFusion, singlesOf, type FusionPlan } from './plan'
import { isFused, segmentsAt } from './segments'
import { viewSegment } from './view-segment'

/**
 * The paper's fusion (docs/model.md, section 6): chains of products run by its templates, cut into the best segments
 * at each size.
 */
export const chainFusion: Mapper<ClusterTask, ClusterResult> = {
  id: 'chain-fusion',
  taskKind: 'cluster',
  metrics: ['bufferBytes', 'trafficBytes'],
  accepts: ({ workload, options: { mapspace, fuse } }) =>
    mapspace === 'paper' && (fuse === 'always' || (fuse === 'if-possible' && hasFusibleEdges(workload))),
  needs: singlesOf,
  plan: planFusion,
  run: fuseCluster,
  transferables: () => [],
  assemble: (request, plan, parts, found) => assembleFusion(request, plan as FusionPlan, parts, found),
  segmentsAt,
  viewOf: ({ members, options }, workload, segment, buffer) => {
    if (isFused(segment)) return viewSegment(workload, segment, options.execution)
    const i = segment.einsums[0]!
    return viewNest(workload.einsums[i]!, members[i]!, pointIndexAt(members[i]!, buffer))
  },
}
