import { isAffineTensor, toSearchProblem, touchedSize, type SearchProblem } from '../../model/search-problem'
import { tileSizes } from '../../model/pieces'
import { err, ok, type Result } from '../../support/result'
import { bits, bytes, bytesFromBits } from '../../units/quantity'
import type { Einsum, Workload } from '../../workload/einsum'
import type { EinsumBound, SearchOptions, WorkloadBound } from './bound'
import { searchConfirmed } from '../retention/confirmed-search'
import { MOST_OPTIONS } from '../retention/group-options'
import { loopOrders } from '../uniform/loop-orders'
import { rankGroups } from '../retention/rank-groups'
import { placeOrders, searchRetention } from '../retention/retention-search'
import { mergeColumns, type SearchColumns } from './search-columns'
import { sumStaircases } from '../../front/staircase'
import { searchUniform } from '../uniform/uniform-search'
import { bytesOfUnits, checkCountable, weightsOf } from '../../model/weights'

/** A piece of a search, small enough for progress and cancellation; plain data, fit to be sent to a worker. */
export interface SearchTask {
  readonly kind: 'search'
  /** Index of the distinct problem in the plan; Einsums of one shape share one search. */
  readonly member: number
  readonly label: string
  /** Rough number of mappings, to share out progress by. */
  readonly cost: number
  readonly problem: SearchProblem
  readonly options: SearchOptions
  /** `full` over sliding windows has a second half: the paper's points that an exact count confirms. */
  readonly half: 'main' | 'confirmed'
  /** Which slice of the mapspace: orders of places for `full`, tile sizes of the first rank otherwise. */
  readonly from: number
  readonly to: number
}

export interface SearchPlan {
  readonly workload: Workload
  readonly options: SearchOptions
  readonly tasks: readonly SearchTask[]
  readonly totalCost: number
  /** For each Einsum the distinct problem that it is. */
  readonly memberOf: readonly number[]
  readonly problems: readonly SearchProblem[]
}

/** What a task found, as columns that can be transferred. */
export interface SearchPart extends SearchColumns {
  readonly member: number
  readonly half: SearchTask['half']
  /** First slice index, which orders the parts of one search whatever order they arrive in. */
  readonly from: number
}

/** Tasks are cut so that each is about this many mappings: some tens of milliseconds. */
const TASK_COST = 400_000
/** Past this many mappings a search would run for hours: it is refused. */
const MOST_MAPPINGS = 2e10
const MOST_TENSORS = 7

/** Cuts the search for a workload's bound into tasks, or says why it cannot be done. */
export function planSearch(workload: Workload, options: SearchOptions): Result<SearchPlan> {
  const problems: SearchProblem[] = []
  const indexOfShape = new Map<string, number>()
  const tasks: SearchTask[] = []
  const memberOf: number[] = []
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
    const cut = cutSearch(problem, options, member, einsum, path)
    if (!cut.ok) return cut
    tasks.push(...cut.value)
    indexOfShape.set(shape, member)
    memberOf.push(member)
  }
  const totalCost = tasks.reduce((sum, { cost }) => sum + cost, 0)
  return ok({ workload, options, tasks, totalCost, memberOf, problems })
}

function cutSearch(
  problem: SearchProblem,
  options: SearchOptions,
  member: number,
  einsum: Einsum,
  path: string,
): Result<readonly SearchTask[]> {
  const refuse = (why: string) =>
    err([
      {
        code: 'search-too-large',
        path,
        message: `The ${options.mapspace} mapspace of ${einsum.name} is too large to search: ${why}`,
        hint:
          options.factors === 'imperfect'
            ? 'search with perfect factors, or make its ranks smaller'
            : 'make its ranks smaller, or split it in two Einsums',
      },
    ])
  if (problem.tensors.length > MOST_TENSORS)
    return refuse(`it has ${problem.tensors.length} tensors and at most ${MOST_TENSORS} can be ordered`)
  const { mapspace } = options
  const confirms = mapspace === 'full' && problem.tensors.some(isAffineTensor)
  const halves = [
    mapspace === 'full' ? retentionHalf(problem, options) : uniformHalf(problem, options, 'main'),
    ...(confirms ? [uniformHalf(problem, { ...options, factors: 'perfect' }, 'confirmed')] : []),
  ]
  const largest = Math.max(...halves.map(({ options: cuts }) => cuts))
  if (!Number.isFinite(largest) || largest > MOST_OPTIONS)
    return refuse(`a sliding window of it can be cut in about ${largest.toPrecision(2)} ways`)
  const total = halves.reduce((sum, { perSlice, slices }) => sum + perSlice * slices, 0)
  if (total > MOST_MAPPINGS) return refuse(`about ${total.toPrecision(2)} mappings`)
  const tasks: SearchTask[] = []
  for (const { half, perSlice, slices } of halves) {
    const perTask = Math.max(1, Math.floor(TASK_COST / perSlice))
    for (let from = 0; from < slices; from += perTask) {
      const to = Math.min(from + perTask, slices)
      const cost = perSlice * (to - from)
      tasks.push({ kind: 'search', member, label: einsum.name, cost, problem, options, half, from, to })
    }
  }
  return ok(tasks)
}

/** How much a half of a search is, before anything is pruned. */
interface Half {
  readonly half: SearchTask['half']
  readonly slices: number
  readonly perSlice: number
  /** The cuts of the largest rank group, where they are listed before they are combined. */
  readonly options: number
}

/** Mappings per tile size of the first rank, each under every loop order that can gain. */
function uniformHalf(problem: SearchProblem, { factors }: SearchOptions, half: SearchTask['half']): Half {
  const slices = tileSizes(problem.ranks[0]?.size ?? 1, factors).length
  if (problem.ranks.length > 9) return { half, slices, perSlice: Infinity, options: 0 }
  const tiles = problem.ranks
    .slice(1)
    .reduce((product, { size }) => product * tileSizes(size, factors).length, 1)
  return { half, slices, perSlice: tiles * loopOrders(problem).length, options: 0 }
}

/** Mappings per order of places. */
function retentionHalf(problem: SearchProblem, { factors }: SearchOptions): Half {
  let perSlice = 1
  let largest = 1
  for (const group of rankGroups(problem)) {
    const counts = group.map((rank) => tileSizes(problem.ranks[rank]!.size, factors).length)
    const cuts = counts.reduce((product, count) => product * count, 1)
    // A window holds any part of any fetched tile, and the places inside it may cut again.
    const options = group.length === 1 ? cuts : cuts * counts.reduce((sum, count) => sum + count, 1)
    largest = Math.max(largest, options)
    perSlice *= group.length === 1 ? cuts : Math.sqrt(options) * 4
  }
  return { half: 'main', slices: placeOrders(problem.tensors.length).length, perSlice, options: largest }
}

/** Runs one task to its end. Pure and synchronous: call it in a worker, or between turns of the event loop. */
export function runSearchTask({ member, problem, options, half, from, to }: SearchTask): SearchPart {
  const slice = { from, to }
  const { mapspace, factors } = options
  if (half === 'confirmed') return { member, half, from, ...searchConfirmed(problem, slice) }
  const search = mapspace === 'full' ? searchRetention : searchUniform
  return { member, half, from, ...search(problem, factors, slice) }
}

/** The buffers that can be handed over with a part instead of copied. */
export const transferablesOf = ({ buffers, traffics, mappings }: SearchPart): ArrayBuffer[] =>
  [buffers, traffics, mappings.words, mappings.offsets].map((column) => column.buffer as ArrayBuffer)

/** Puts the parts of a finished search together, in an order that does not depend on when they came. */
export function assembleBound(plan: SearchPlan, parts: readonly SearchPart[]): WorkloadBound {
  const { workload, options, problems, memberOf } = plan
  const merged = problems.map((_, member) =>
    mergeColumns(
      parts
        .filter((part) => part.member === member)
        .sort((a, b) => Number(a.half === 'confirmed') - Number(b.half === 'confirmed') || a.from - b.from),
    ),
  )
  const members = workload.einsums.map((einsum, i): EinsumBound => {
    const member = memberOf[i]!
    return einsumBound(einsum, problems[member]!, merged[member]!)
  })
  return {
    ...sumStaircases(members),
    workload: workload.name,
    options,
    macs: workload.einsums.reduce((sum, { macs }) => (sum + macs) as typeof macs, 0 as Einsum['macs']),
    algorithmicMinimum: bytes(members.reduce((sum, member) => sum + member.algorithmicMinimum, 0)),
    members,
    mappingsEvaluated: merged.reduce((sum, { evaluated }) => sum + evaluated, 0),
    elapsedMs: 0,
  }
}

/** From the search's units to bytes; sizes that round to the same byte keep the least traffic. */
function einsumBound(einsum: Einsum, problem: SearchProblem, columns: SearchColumns): EinsumBound {
  const weights = weightsOf(problem)
  const inBytes = mergeColumns([
    {
      ...columns,
      buffers: columns.buffers.map((units) => bytesOfUnits(units, weights)),
      traffics: columns.traffics.map((units) => bytesOfUnits(units, weights)),
    },
  ])
  return {
    einsum: einsum.name,
    bufferBytes: inBytes.buffers,
    trafficBytes: inBytes.traffics,
    macs: einsum.macs,
    algorithmicMinimum: bytes(
      problem.tensors.reduce(
        (sum, tensor) => sum + bytesFromBits(bits(touchedSize(problem, tensor) * tensor.bitsPerValue)),
        0,
      ),
    ),
    mappings: inBytes.mappings,
    mappingsEvaluated: columns.evaluated,
  }
}
