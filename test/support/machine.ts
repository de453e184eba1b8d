import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseCaseText } from '../../src/contract/case-file'
import type { Counters, HolderCounts } from '../../src/core/machine/counting/counts'
import type { Evaluation } from '../../src/core/machine/evaluate'
import { readMapping, type MappingItem, type Nest } from '../../src/core/machine/mapping'
import { machineProblem, type MachineProblem } from '../../src/core/machine/problem'
import type { Result } from '../../src/core/support/result'

const FOLDER = join(import.meta.dirname, '..', 'fixtures', 'machine')

type ExpectedCounters = Record<'fills' | 'drains' | 'reads' | 'writes', number>
type ExpectedCounts = ExpectedCounters & { tile: number; instances: number; busiest: ExpectedCounters }

/** What a reference case expects of one mapping; counts by `tensor@memory`. */
export interface Expected {
  readonly counts: Record<string, ExpectedCounts>
  readonly steps: number
  readonly occupancy_bytes?: Record<string, number>
  readonly seconds?: Record<string, number>
  readonly latency_s?: number
  readonly energy_pj?: Record<string, number>
  readonly leak_pj?: Record<string, number>
  readonly total_pj?: number
  readonly utilisation?: number
}

export interface ReferenceCase {
  readonly name: string
  readonly architecture: unknown
  readonly workload: unknown
  readonly mapping: readonly MappingItem[]
  readonly expected: Partial<Record<'peer' | 'machine', Expected>>
  readonly optimum: Record<
    string,
    { objective?: string; value: number; mapping?: readonly MappingItem[]; expected?: Expected }
  >
}

/** The reference cases of all files whose name begins so; a file has one case, or a list. */
export const referenceCases = (prefix: string): readonly ReferenceCase[] =>
  readdirSync(FOLDER)
    .filter((file) => file.startsWith(prefix))
    .flatMap(
      (file) => JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as ReferenceCase | ReferenceCase[],
    )

export function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error, null, 1))
  return result.value
}

/** A machine and a workload of one Einsum, in the form of a case file. */
export function problemOf(content: { architecture: unknown; workload: unknown }): MachineProblem {
  const { architecture, workload } = content
  const {
    machine,
    workload: read,
    roles,
  } = valueOf(parseCaseText(JSON.stringify({ architecture, workload })))
  return valueOf(machineProblem(machine!, read!.einsums[0]!, roles))
}

/** The nest of a case; factors may be imperfect. */
export const nestOf = (
  content: { architecture: unknown; workload: unknown },
  mapping: readonly MappingItem[],
): Nest => valueOf(readMapping(problemOf(content), mapping, 'imperfect'))

const numbers = ({ fills, drains, reads, writes }: Counters): ExpectedCounters => ({
  fills: Number(fills),
  drains: Number(drains),
  reads: Number(reads),
  writes: Number(writes),
})

/** Counts by `tensor@memory`, as reference cases have them. */
export const countsByName = (
  { tensors, memories }: MachineProblem,
  counts: readonly (readonly HolderCounts[])[],
): Record<string, ExpectedCounts> =>
  Object.fromEntries(
    counts.flat().map((count) => [
      `${tensors[count.holder.tensor]!.name}@${memories[count.holder.memory]!.name}`,
      {
        tile: Number(count.tile),
        instances: Number(count.instances),
        ...numbers(count),
        busiest: numbers(count.busiest),
      },
    ]),
  )

/** An evaluation in the form of a reference case. */
export function asExpected({ problem }: Nest, found: Evaluation): Required<Expected> {
  const names = [...problem.memories.map(({ name }) => name), problem.compute.name]
  const byName = (values: readonly number[]) =>
    Object.fromEntries(values.map((value, at) => [names[at]!, value]))
  return {
    counts: countsByName(problem, found.counts),
    steps: Number(found.steps),
    occupancy_bytes: Object.fromEntries(
      problem.memories.flatMap(({ name, capacity }, at) =>
        capacity === null ? [] : [[name, found.occupancyBytes[at]!]],
      ),
    ),
    seconds: byName(found.seconds),
    latency_s: found.latency,
    energy_pj: byName(found.energies),
    leak_pj: byName(found.leakages),
    total_pj: found.totalEnergy,
    utilisation: found.utilisation,
  }
}
