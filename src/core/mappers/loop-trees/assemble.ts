import { emptyFront, frontOf, type Front, type Staircase } from '../../front/columns'
import { lesserOf, ParetoFront } from '../../front/pareto-front'
import { sumAtEqualSize } from '../../front/sum'
import { decodeMapping } from '../../mapping/codec'
import type { Mapping } from '../../mapping/tree'
import { bytesOfUnits } from '../../model/weights'
import type { Fault } from '../../support/result'
import { bytes, macs } from '../../units/quantity'
import type { Einsum, Workload } from '../../workload/einsum'
import type {
  EinsumBound,
  Exploration,
  FusionBreak,
  SearchOptions,
  SearchRequest,
  StrategyCurve,
} from '../mapper'
import { isOfPaper, paperOnly, STRATEGIES } from '../strategy'
import { writtenTensors } from './copies'
import { LONGEST_RUN, tooWide } from './limits'
import type { CascadeProblem } from './problem'
import type { TreeCurve, TreePart } from './task'

export type { TreePart } from './task'

/** What this mapper keeps of a search. */
export interface TreeDetail {
  readonly problem: CascadeProblem
  readonly mappings: TreePart['mappings']
  /** For each point of the fused curve its tree; null where every Einsum runs by itself. */
  readonly trees: readonly (number | null)[]
  /** The strategies of the paper, counted as the paper does; null where they are not shown. */
  readonly paper: Exploration | null
}

/** Whether a tree can hold anything for two Einsums: a tensor that one makes and another reads, or that both read. */
export const hasSharedTensor = ({ tensors }: Workload): boolean =>
  tensors.some(({ role, consumers }) => role === 'intermediate' || consumers.length > 1)

/** The fused curve beside the sum of the single Einsums'; it is the lesser of both, since a line buffer is no tree. */
export function assembleTrees(
  { workload, options }: SearchRequest,
  { lower, alone, ...curve }: TreePart,
  found: readonly Exploration[],
): Exploration {
  const { problem, mappings } = curve
  const singles = found.find(({ options: { fuse } }) => fuse === 'never')
  const paper = found.find(({ options: { mapspace } }) => mapspace === 'paper') ?? null
  const left = [...(singles?.members ?? [])]
  const members = workload.einsums.map((einsum, i): EinsumBound => {
    const own = alone.find((one) => one.einsum === i)
    return own === undefined ? left.shift()! : boundOfTrees(einsum, own)
  })
  const apart: Staircase = sumAtEqualSize(members)
  const isPinned = problem.tensors.some(({ pinned }) => pinned)
  // Where an intermediate must be kept, its Einsums cannot run each by itself.
  const best = lesserOf<number | null>(
    inBytes(curve),
    isPinned
      ? emptyFront
      : {
          ...frontOf(apart),
          tags: [...apart.bufferBytes].map(() => null),
        },
  )
  const work = macs(workload.einsums.reduce((sum, einsum) => sum + einsum.macs, 0))
  const algorithmicMinimum = bytes(
    workload.tensors.reduce((sum, { role, size }) => sum + (role === 'intermediate' ? 0 : size), 0),
  )
  const slope = { macs: work, algorithmicMinimum }
  const fuses = hasSharedTensor(workload)
  const curves: StrategyCurve[] = [{ strategy: 'unfused', ...apart, ...slope }]
  if (fuses && best.buffer.length > 0)
    curves.push({
      strategy: 'fused',
      bufferBytes: best.buffer.slice(),
      trafficBytes: best.traffic.slice(),
      ...slope,
      unproven:
        lower === null
          ? null
          : {
              reason: whyUnproven(problem, options),
              lower: {
                bufferBytes: lower.peaks.map(bytesOf(problem)),
                trafficBytes: lower.traffics.map(bytesOf(problem)),
              },
            },
    })
  curves.push(...(paper?.curves.filter(({ strategy }) => isOfPaper(strategy)) ?? []))
  const last = best.tags.at(-1) ?? null
  return {
    mapper: 'loop-trees',
    workload: workload.name,
    options,
    einsums: workload.einsums.map(({ name }) => name),
    members,
    counting: singles?.counting ?? 'loop trees',
    macs: work,
    algorithmicMinimum,
    curves,
    inapplicable: [
      ...(fuses && best.buffer.length === 0
        ? [{ strategy: 'fused' as const, fault: notKept(options.keep) }]
        : []),
      ...(paper?.inapplicable.filter(({ strategy }) => strategy !== 'fused') ??
        STRATEGIES.filter(isOfPaper).map((strategy) => ({ strategy, fault: paperOnly(strategy) }))),
    ],
    breaks: [
      ...(last === null ? [] : breaksOf(workload, problem, decodeMapping(mappings, last))),
      ...(paper?.breaks ?? []),
    ],
    merges: paper?.merges ?? [],
    chains: paper?.chains ?? [],
    mappingsEvaluated: found.reduce(
      (sum, { mappingsEvaluated }) => sum + mappingsEvaluated,
      curve.peaks.length,
    ),
    elapsedMs: 0,
    detail: { problem, mappings, trees: best.tags, paper } satisfies TreeDetail,
  }
}

/** What makes a cascade too wide, and what is searched instead; or that the search claimed more than its trees give. */
function whyUnproven(problem: CascadeProblem, options: SearchOptions): string {
  const width = tooWide(problem, options)
  return width === null
    ? 'not every point that the search over windows claims is attained, and those that are not were left out'
    : `${width}; instead, runs of at most ${LONGEST_RUN} Einsums are searched, for every way to cut it`
}

/** Why there is no curve: no tree keeps what was asked for, at any size. */
const notKept = (keep: readonly string[]): Fault => ({
  code: 'cannot-be-kept',
  path: 'keep',
  message: 'No loop tree keeps all of these at once, at any buffer size',
  value: keep.join(','),
  hint: 'keep fewer of them',
})

const bytesOf =
  ({ unitBits }: CascadeProblem) =>
  (units: number): number =>
    bytesOfUnits(units, { bitsPerUnit: unitBits, perTensor: [] })

/** A curve in bytes, tagged by its points; sizes that round to the same byte keep the least traffic. */
function inBytes({ problem, peaks, traffics }: TreeCurve): Front<number> {
  const front = new ParetoFront<number>()
  const whole = bytesOf(problem)
  for (const [i, peak] of peaks.entries()) front.add(whole(peak), whole(traffics[i]!), i)
  return front.front()
}

/** The bound of an Einsum that was searched here by itself. */
function boundOfTrees(einsum: Einsum, curve: TreeCurve): EinsumBound {
  const { buffer, traffic, tags } = inBytes(curve)
  const { words, offsets } = curve.mappings
  const kept = tags.map((i) => words.subarray(offsets[i]!, offsets[i + 1]!))
  const starts = new Uint32Array(kept.length + 1)
  for (const [i, own] of kept.entries()) starts[i + 1] = starts[i]! + own.length
  return {
    einsum: einsum.name,
    bufferBytes: buffer,
    trafficBytes: traffic,
    macs: einsum.macs,
    algorithmicMinimum: bytes(
      curve.problem.tensors.reduce((sum, { size, width }) => sum + bytesOf(curve.problem)(size * width), 0),
    ),
    mappings: { words: Float64Array.from(kept.flatMap((own) => [...own])), offsets: starts },
    mappingsEvaluated: curve.peaks.length,
  }
}

/** Intermediates that are written out even where the buffer is largest. */
function breaksOf(workload: Workload, problem: CascadeProblem, mapping: Mapping): readonly FusionBreak[] {
  const written = writtenTensors(problem, mapping)
  return problem.tensors.flatMap(({ name, role, producer }, i): readonly FusionBreak[] =>
    role === 'intermediate' && written[i]
      ? [
          {
            tensor: name,
            producer: workload.einsums[producer]!.name,
            reason: 'no loop tree keeps it with less traffic, at any size',
            ofPaper: false,
          },
        ]
      : [],
  )
}
