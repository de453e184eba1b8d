import { sumAtEqualSize } from '../../front/sum'
import { pointIndexAt } from '../../front/read'
import type { Counting } from '../../mapping/tree'
import type { Factors } from '../../model/pieces'
import { toSearchProblem, type SearchProblem } from '../../model/search-problem'
import { checkCountable } from '../../model/weights'
import { NEVER_STOPS, type Checkpoint } from '../../support/checkpoint'
import { err, ok, type Result } from '../../support/result'
import { bytes, macs } from '../../units/quantity'
import { sharedReadFaults } from '../../workload/cascade'
import type { Einsum } from '../../workload/einsum'
import type { Exploration, Mapper, Plan, SearchOptions, SearchRequest, Task } from '../mapper'
import { aloneAt } from './alone'
import { isAttentionOnly, noAttention, STRATEGIES } from '../strategy'
import { mergeColumns, type SearchColumns } from './columns'
import { boundOfUnits } from './einsum-bound'
import { viewNest } from './view-nest'

/** A range `from <= i < to` of the index along which a part of a search is cut. */
export interface Slice {
  readonly from: number
  readonly to: number
}

/** The size of a part of a search, before pruning. */
export interface PartSize {
  /** The part's name, for `run`. */
  readonly part: string
  readonly slices: number
  /** Rough number of mappings in one slice. */
  readonly perSlice: number
  /** Choices that are listed before they are combined; the list must fit in memory. */
  readonly choices: number
}

/** A search of one Einsum's mapspace. `eachEinsum` makes a mapper of it. */
export interface EinsumSearch {
  readonly id: string
  readonly counting: Counting
  /** Shown to people: `uniform retention`. */
  readonly title: string
  accepts(options: SearchOptions): boolean
  partsOf(problem: SearchProblem, factors: Factors): readonly PartSize[]
  run(
    problem: SearchProblem,
    factors: Factors,
    part: string,
    slice: Slice,
    checkpoint: Checkpoint,
  ): SearchColumns
}

export interface EinsumTask extends Task {
  /** Index of the distinct problem in the plan; Einsums of one shape share one search. */
  readonly member: number
  readonly problem: SearchProblem
  readonly factors: Factors
  /** Position in `partsOf`. The parts of one search are put in this order, whatever order they arrive in. */
  readonly order: number
  readonly part: string
  readonly slice: Slice
}

export interface EinsumPart extends SearchColumns {
  readonly member: number
  readonly order: number
  readonly from: number
}

export interface EinsumPlan extends Plan<EinsumTask> {
  /** The index of each Einsum's distinct problem. */
  readonly memberOf: readonly number[]
  readonly problems: readonly SearchProblem[]
}

export interface EachEinsum extends Mapper<EinsumTask, EinsumPart> {
  plan(request: SearchRequest): Result<EinsumPlan>
  assemble(request: SearchRequest, plan: Plan<EinsumTask>, parts: readonly EinsumPart[]): Exploration
}

/** About this many mappings make a task: some tens of milliseconds. */
const TASK_COST = 400_000
/** A search of more mappings is refused: it would run for hours. */
const MOST_MAPPINGS = 2e10
/** A search that would list more choices is refused: it would run out of memory. */
const MOST_CHOICES = 400_000
const MOST_TENSORS = 7

/**
 * A mapper that bounds every Einsum alone and adds the staircases at equal buffer size (docs/model.md, section 6, Eq.
 * 23).
 */
export const eachEinsum = (search: EinsumSearch): EachEinsum => ({
  id: search.id,
  taskKind: search.id,
  metrics: ['bufferBytes', 'trafficBytes'],
  accepts: ({ options }) => search.accepts(options),
  needs: () => [],
  plan: (request) => planEach(search, request),
  run: ({ member, order, problem, factors, part, slice }, checkpoint = NEVER_STOPS) => ({
    member,
    order,
    from: slice.from,
    ...search.run(problem, factors, part, slice, checkpoint),
  }),
  transferables: ({ buffer, traffic, mappings }) =>
    [buffer, traffic, mappings.words, mappings.offsets].map((column) => column.buffer as ArrayBuffer),
  assemble: (request, plan, parts) => assembleEach(search, request, plan as EinsumPlan, parts),
  segmentsAt: ({ members }, _strategy, buffer) => members.map((_, i) => aloneAt(members, i, buffer)),
  viewOf: ({ members }, workload, { einsums: [i] }, buffer) =>
    viewNest(workload.einsums[i!]!, members[i!]!, pointIndexAt(members[i!]!, buffer)),
})

/** Cuts the search into tasks, or says why it cannot be done. */
function planEach(search: EinsumSearch, { workload, options }: SearchRequest): Result<EinsumPlan> {
  const problems: SearchProblem[] = []
  const indexOfShape = new Map<string, number>()
  const tasks: EinsumTask[] = []
  const memberOf: number[] = []
  const faults = sharedReadFaults(workload.einsums, ['twice'])
  if (faults.length > 0) return err(faults)
  for (const [i, einsum] of workload.einsums.entries()) {
    const problem = toSearchProblem(einsum)
    const shape = JSON.stringify([
      problem.ranks.map(({ size }) => size),
      problem.tensors.map(({ output, bitsPerValue, dimensions }) => [output, bitsPerValue, dimensions]),
    ])
    const known = indexOfShape.get(shape)
    if (known !== undefined) {
      memberOf.push(known)
      continue
    }
    const path = `workload.einsums[${i}]`
    const countable = checkCountable(problem, path)
    if (!countable.ok) return countable
    const member = problems.push(problem) - 1
    const cut = cutSearch(search, problem, options, member, einsum, path)
    if (!cut.ok) return cut
    tasks.push(...cut.value)
    indexOfShape.set(shape, member)
    memberOf.push(member)
  }
  const totalCost = tasks.reduce((sum, { cost }) => sum + cost, 0)
  return ok({ tasks, totalCost, memberOf, problems })
}

function cutSearch(
  search: EinsumSearch,
  problem: SearchProblem,
  { mapspace, factors }: SearchOptions,
  member: number,
  einsum: Einsum,
  path: string,
): Result<readonly EinsumTask[]> {
  const refuse = (why: string) =>
    err([
      {
        code: 'search-too-large',
        path,
        message: `The ${mapspace} mapspace of ${einsum.name} is too large to search: ${why}`,
        hint:
          factors === 'imperfect'
            ? 'search with perfect factors, or make its ranks smaller'
            : 'make its ranks smaller, or split it in two Einsums',
      },
    ])
  if (problem.tensors.length > MOST_TENSORS)
    return refuse(`it has ${problem.tensors.length} tensors and at most ${MOST_TENSORS} can be ordered`)
  const parts = search.partsOf(problem, factors)
  const largest = Math.max(...parts.map(({ choices }) => choices))
  if (!Number.isFinite(largest) || largest > MOST_CHOICES)
    return refuse(`one of its sliding windows can be cut in about ${largest.toPrecision(2)} ways`)
  const total = parts.reduce((sum, { perSlice, slices }) => sum + perSlice * slices, 0)
  if (total > MOST_MAPPINGS) return refuse(`about ${total.toPrecision(2)} mappings`)
  const tasks: EinsumTask[] = []
  for (const [order, { part, perSlice, slices }] of parts.entries()) {
    const perTask = Math.max(1, Math.floor(TASK_COST / perSlice))
    for (let from = 0; from < slices; from += perTask) {
      const to = Math.min(from + perTask, slices)
      const cost = perSlice * (to - from)
      tasks.push({
        kind: search.id,
        label: einsum.name,
        cost,
        member,
        problem,
        factors,
        order,
        part,
        slice: { from, to },
      })
    }
  }
  return ok(tasks)
}

function assembleEach(
  { id, title }: EinsumSearch,
  { workload, options }: SearchRequest,
  { problems, memberOf }: EinsumPlan,
  parts: readonly EinsumPart[],
): Exploration {
  const merged = problems.map((_, member) =>
    mergeColumns(
      parts.filter((part) => part.member === member).sort((a, b) => a.order - b.order || a.from - b.from),
    ),
  )
  const members = workload.einsums.map((einsum, i) => {
    const member = memberOf[i]!
    return boundOfUnits(einsum, problems[member]!, merged[member]!)
  })
  const work = macs(workload.einsums.reduce((sum, einsum) => sum + einsum.macs, 0))
  const algorithmicMinimum = bytes(members.reduce((sum, member) => sum + member.algorithmicMinimum, 0))
  return {
    mapper: id,
    workload: workload.name,
    options,
    einsums: workload.einsums.map(({ name }) => name),
    macs: work,
    algorithmicMinimum,
    members,
    counting: title,
    curves: [{ strategy: 'unfused', ...sumAtEqualSize(members), macs: work, algorithmicMinimum }],
    inapplicable: STRATEGIES.filter(isAttentionOnly).map((strategy) => ({
      strategy,
      fault: noAttention(strategy, undefined),
    })),
    breaks: [],
    merges: [],
    chains: [],
    detail: null,
    mappingsEvaluated: merged.reduce((sum, { evaluated }) => sum + evaluated, 0),
    elapsedMs: 0,
  }
}
