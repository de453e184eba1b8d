import { pointIndexAt } from '../../front/read'
import { chainFusion } from '../chain-fusion/chain-fusion'
import { viewNest } from '../each-einsum/view-nest'
import type { Mapper, Plan, SearchRequest } from '../mapper'
import { err, ok, type Fault } from '../../support/result'
import { assembleTrees, hasSharedTensor, type TreePart } from './assemble'
import { cascadeProblem, type CascadeProblem } from './problem'
import { isPaperSegment, isTreeSegment, paperOf, segmentsAt } from './segments'
import { searchTask, type TreeTask } from './task'
import { viewAlone, viewTree } from './view-tree'
import { sharedReadFaults } from '../../workload/cascade'
import type { Einsum, Workload } from '../../workload/einsum'

/** Einsums that `retention` does not search, since they read a tensor twice: they are searched here by themselves. */
const isOwn = (einsum: Einsum): boolean => sharedReadFaults([einsum], ['twice']).length > 0

/**
 * The single Einsums, with which the cascade is compared and whose mappings it may use as they are; and the paper's
 * strategies, where all that is known of a cascade is shown.
 */
function needsOf({ workload, options }: SearchRequest): readonly SearchRequest[] {
  const einsums = workload.einsums.filter((einsum) => !isOwn(einsum))
  const needs: SearchRequest[] = []
  if (einsums.length > 0)
    needs.push({ workload: { ...workload, einsums }, options: { ...options, fuse: 'never' } })
  const ofPaper: SearchRequest = { workload, options: { ...options, mapspace: 'paper', factors: 'perfect' } }
  if (
    options.fuse === 'if-possible' &&
    chainFusion.accepts(ofPaper) &&
    sharedReadFaults(workload.einsums, ['twice', 'part']).length === 0
  )
    needs.push(ofPaper)
  return needs
}

/** Loop trees over any cascade graph (docs/model.md, section 8): the tightest curve that can be executed. */
export const loopTrees: Mapper<TreeTask, TreePart> = {
  id: 'loop-trees',
  taskKind: 'loop-trees',
  metrics: ['bufferBytes', 'trafficBytes'],
  accepts: ({ workload, options: { fuse, mapspace } }) =>
    mapspace === 'full' &&
    (fuse === 'always' ||
      (fuse === 'if-possible' && (hasSharedTensor(workload) || workload.einsums.some(isOwn)))),
  needs: needsOf,
  plan: ({ workload, options }) => {
    const { keep } = options
    const faults = keepFaults(workload, keep)
    if (faults.length > 0) return err(faults)
    const problem = cascadeProblem(workload.einsums, keep)
    const task: TreeTask = {
      kind: 'loop-trees',
      label: workload.name,
      cost: costOf(problem),
      problem,
      alone: workload.einsums.flatMap((einsum, i) =>
        isOwn(einsum) ? [{ einsum: i, problem: cascadeProblem([einsum]) }] : [],
      ),
      factors: options.factors,
      recompute: options.recompute,
    }
    return ok({ tasks: [task], totalCost: task.cost } satisfies Plan<TreeTask>)
  },
  run: searchTask,
  transferables: ({ peaks, traffics, mappings }) =>
    [peaks, traffics, mappings.words, mappings.offsets].map((column) => column.buffer as ArrayBuffer),
  assemble: (request, _plan, [part], found) => assembleTrees(request, part!, found),
  segmentsAt,
  viewOf: (exploration, workload, segment, buffer) => {
    if (isTreeSegment(segment)) return viewTree(workload.einsums, segment)
    if (isPaperSegment(segment))
      return chainFusion.viewOf(paperOf(exploration)!, workload, segment.segment, buffer)
    const i = segment.einsums[0]!
    const member = exploration.members[i]!
    const point = pointIndexAt(member, buffer)
    const einsum = workload.einsums[i]!
    return isOwn(einsum) ? viewAlone(einsum, member, point) : viewNest(einsum, member, point)
  },
}

/** A fault for each name of an intermediate that is to be kept and is none. */
function keepFaults({ tensors }: Workload, keep: readonly string[]): readonly Fault[] {
  const intermediates = tensors.filter(({ role }) => role === 'intermediate').map(({ name }) => name)
  return keep
    .filter((name) => !intermediates.includes(name))
    .map((name) => ({
      code: 'no-such-intermediate',
      path: 'keep',
      message: 'Only a tensor that one Einsum writes and another reads can be kept',
      value: name,
      hint:
        intermediates.length === 0
          ? 'leave it out: this workload has no intermediates'
          : `choose from ${intermediates.join(', ')}`,
    }))
}

/** Rough number of states: ranges of the ranks times the ways to share them. */
const costOf = ({ ranks, einsums }: CascadeProblem): number =>
  Math.min(
    1e12,
    ranks.reduce((product, { size }) => product * (1 + Math.log2(size)), 1),
  ) * einsums.length
