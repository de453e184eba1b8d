import { InvalidArgumentError, Option, type Command } from 'commander'
import type { Rules } from '../core/machine/counting/counts'
import type { MachineProblem } from '../core/machine/problem'
import { readOut } from '../core/machine/read-out'
import { resolveConstraints, unconstrained } from '../core/machine/search/constraints'
import type { Mapped } from '../core/machine/search/map-machine'
import type { Objective } from '../core/machine/search/objective'
import type { Order } from '../core/machine/search/skeletons'
import { machineTask, taskKey, type MachinePart } from '../core/machine/search/task'
import type { Factors } from '../core/model/pieces'
import { err } from '../core/support/result'
import { formatNumber, formatShare } from '../core/units/format'
import { isWithin, RANGES } from '../core/units/ranges'
import type { Context } from './context'
import { optionFault, orExit } from './exit'
import { einsumsOf, mappingInputs, orExitIn, problemOn } from './machine-inputs'
import { exactJson, machineText } from './machine-text'
import { positiveInteger, withLlmShapeOptions, withOutputOptions, type WorkloadOptions } from './options'

interface MapFlags extends WorkloadOptions {
  readonly machine?: string
  readonly objective: string
  readonly order: Order
  readonly rules: Rules
  readonly factors: Factors
  readonly timeLimit?: number
  readonly threads?: number
  readonly format: 'table' | 'json'
}

export const withRules = (command: Command): Command =>
  command.addOption(
    new Option('--rules <rules>', 'how events are counted: as a machine does, or as AccelForge does')
      .choices(['machine', 'peer'])
      .default('machine'),
  )

export function addMapCommand(program: Command, context: Context): void {
  const command = withLlmShapeOptions(
    program
      .command('map <case|workload>')
      .description('the best mapping of a workload on a machine, proven')
      .option('--machine <preset|file>', 'the machine (piste presets machines), unless the case has one')
      .option('--einsum <name>', 'only this Einsum of the workload')
      .option('--bits <bits>', 'bits per value: 8, or A=8,Z=16'),
  )
    .addOption(
      new Option('--objective <what>', 'energy, latency (then energy), edp, or traffic:MEMORY').default(
        'energy',
      ),
    )
    .addOption(
      new Option('--order <order>', 'whether holders may stand in any order, or in that of the memories')
        .choices(['free', 'listed'])
        .default('free'),
    )
    .addOption(
      new Option('--factors <factors>', 'whether tiles must divide')
        .choices(['perfect', 'imperfect'])
        .default('perfect'),
    )
    .option('--time-limit <s>', 'after this time, the best so far with the proven gap', timeLimit)
    .option('--threads <n>', 'worker threads', positiveInteger)
  withOutputOptions(withRules(command), ['table', 'json']).action(async (name: string, flags: MapFlags) => {
    const inputs = await mappingInputs(name, flags, context)
    const einsums = einsumsOf(inputs.workload, flags.einsum)
    const problems = einsums.map((einsum) => problemOn(inputs, einsum))
    const { order, rules, factors } = flags
    const tasks = problems.map((problem) => {
      const objective = objectiveOf(flags.objective, problem)
      const constraints =
        inputs.constraints === null
          ? unconstrained(problem.tensors.length)
          : orExitIn(name, resolveConstraints(problem, inputs.constraints))
      const limit = flags.timeLimit === undefined ? null : flags.timeLimit * 1000
      return machineTask(problem, { objective, order, rules, factors, constraints }, limit)
    })
    const { signal, say } = context
    const onWorkerLost = (message: string) => say(`piste: ${message}`)
    // Einsums that are alike are searched once.
    const distinct = new Map(tasks.map((task) => [taskKey(task), task]))
    const { runner } = context.explorer(flags.threads)
    const parts = orExit(await runner.run<MachinePart>([...distinct.values()], { signal, onWorkerLost }))
    const results = tasks.map((task) => {
      const { problem } = task
      const { mapped, elapsedMs } = parts.find(({ key }) => key === taskKey(task))!
      const found = orExitIn(name, mapped)
      return { problem, mapped: { ...found, nest: { ...found.nest, problem } }, elapsedMs }
    })
    context.print(
      flags.format === 'json' ? json(flags, results) : results.map((one) => text(flags, one)).join('\n'),
    )
  })
}

interface Result {
  readonly problem: MachineProblem
  readonly mapped: Mapped
  readonly elapsedMs: number
}

function timeLimit(given: string): number {
  const seconds = Number(given)
  if (!isWithin(RANGES.timeLimit, seconds))
    throw new InvalidArgumentError('write seconds from 0.001 to 1000000.')
  return seconds
}

function objectiveOf(given: string, { memories }: MachineProblem): Objective {
  if (given === 'energy' || given === 'latency' || given === 'edp') return { kind: given }
  const names = memories.map(({ name }) => name)
  const memory = given.startsWith('traffic:') ? names.indexOf(given.slice('traffic:'.length)) : -1
  if (memory >= 0) return { kind: 'traffic', memory }
  const hint = `choose energy, latency, edp, or traffic: with one of ${names.join(', ')}`
  return orExit(err([optionFault('--objective', 'There is no such objective', given, hint)]))
}

const UNITS: Readonly<Record<Objective['kind'], string>> = {
  energy: 'pJ',
  latency: 's',
  edp: 'pJ*s',
  traffic: 'bytes',
}

const unitOf = (objective: string) => UNITS[objective.split(':')[0] as Objective['kind']]

/** One Einsum is one object; several are a list with their sums. */
function json({ objective, order, factors }: MapFlags, results: readonly Result[]): string {
  const objects = results.map(({ problem, mapped, elapsedMs }) => ({
    einsum: problem.einsum,
    machine: problem.machine.name,
    objective,
    value: mapped.value,
    unit: unitOf(objective),
    proven: mapped.gap === 0,
    gap: mapped.gap,
    order,
    factors,
    ...readOut(mapped.nest, mapped.evaluation),
    mappings_evaluated: mapped.leaves,
    elapsed_ms: elapsedMs,
  }))
  if (objects.length === 1) return exactJson(objects[0]!)
  const sum = (value: (one: Result) => number) => results.reduce((total, one) => total + value(one), 0)
  return exactJson({
    einsums: objects,
    total_pj: sum(({ mapped }) => mapped.evaluation.totalEnergy),
    latency_s: sum(({ mapped }) => mapped.evaluation.latency),
    elapsed_ms: sum(({ elapsedMs }) => elapsedMs),
  })
}

function text({ objective, order, rules }: MapFlags, { problem, mapped, elapsedMs }: Result): string {
  const { value, gap, leaves, nest, evaluation } = mapped
  const proof = gap === 0 ? 'proven' : `at most ${formatShare(gap)} above the least`
  return [
    `${problem.einsum} on ${problem.machine.name}: ${objective} ${formatNumber(value, 12)} ${unitOf(objective)}, ${proof} (${rules} rules, ${order} order)\n\n`,
    machineText(nest, evaluation),
    `\n${leaves} mappings evaluated in ${formatNumber(elapsedMs, 3)} ms\n`,
  ].join('')
}
