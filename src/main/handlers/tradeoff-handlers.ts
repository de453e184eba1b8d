import { asArchitecture } from '../../contract/architecture-schema'
import { readLlmShape, withLlmShape } from '../../contract/llm-shape'
import type { Args, Returns } from '../../contract/messages'
import type { CurveRequest } from '../../contract/tradeoff-schema'
import { budgetOf } from '../../core/analysis/performance-mesa'
import { curveOf } from '../../core/explore/read'
import type { Slope } from '../../core/front/columns'
import { err, ok, type Result } from '../../core/support/result'
import {
  axisValues,
  coarseToFine,
  isOfWorkload,
  mapTasks,
  type MapPart,
  type MapTask,
} from '../../core/study/throughput-map'
import type { SplitPart } from '../../core/study/three-way-split'
import { bytesPerSecond } from '../../core/units/quantity'
import type { RunOptions } from '../../workers/task-runner'
import type { Host } from './host'
import type { RunningWork } from './running-work'

/** A triangle with so many times fewer parts a side is shown first. */
const COARSER = 4

/** Trade-offs over more than the share, read off curves in the workers. */
export class TradeOffHandlers {
  constructor(
    private readonly host: Pick<Host, 'explorer' | 'emit'>,
    private readonly running: RunningWork,
  ) {}

  map(request: Args<'tradeoff.map'>): Promise<Result<Returns<'tradeoff.map'>>> {
    const { searchId, slot, axis, columns } = request
    return this.running.run(searchId, slot, async (run) => {
      const { parameter } = axis
      const values = axisValues(axis)
      const architecture = asArchitecture(request.architecture)
      const tell = ({ rows }: MapPart) =>
        this.host.emit('tradeoff.rows', { searchId, values, rows: [...rows] })
      if (!isOfWorkload(parameter)) {
        const slope = await this.curve(request, run)
        if (!slope.ok) return slope
        const tasks = mapTasks(slope.value, architecture, parameter, values, columns)
        const read = await this.host.explorer.runner.run(tasks, run, tell)
        return read.ok ? ok({ rows: values.length }) : read
      }
      const shape = readLlmShape(request.workloadText)
      if (shape === null) return notAnLlm(parameter)
      const budget = budgetOf(architecture)
      let done = 0
      for (const at of coarseToFine(values.length).flat()) {
        const value = values[at]!
        const workloadText = withLlmShape(request.workloadText, { ...shape, [parameter]: value })
        const slope = await this.curve({ ...request, workloadText }, { signal: run.signal })
        if (!slope.ok) return slope
        const label = `${parameter} ${value}`
        const cost = columns
        const task: MapTask = {
          kind: 'map',
          label,
          cost,
          slope: slope.value,
          rows: [{ at, budget }],
          columns,
        }
        const read = await this.host.explorer.runner.run([task], { signal: run.signal }, tell)
        if (!read.ok) return read
        run.onProgress({ done: ++done / values.length, label })
      }
      return ok({ rows: values.length })
    })
  }

  split(request: Args<'tradeoff.split'>): Promise<Result<Returns<'tradeoff.split'>>> {
    const { searchId, slot, resolution } = request
    return this.running.run(searchId, slot, async (run) => {
      const slope = await this.curve(request, run)
      if (!slope.ok) return slope
      const budget = {
        ...budgetOf(asArchitecture(request.architecture)),
        innerBandwidth: bytesPerSecond(request.innerBandwidth),
      }
      let found: Returns<'tradeoff.split'> | undefined
      const tasks = [Math.max(2, Math.round(resolution / COARSER)), resolution].map((parts) => ({
        kind: 'split' as const,
        label: 'three-way split',
        cost: parts ** 2,
        slope: slope.value,
        budget,
        resolution: parts,
      }))
      const read = await this.host.explorer.runner.run(tasks, run, ({ grid, best }: SplitPart) => {
        if (grid.resolution === resolution) found = { grid, best }
        else if (found === undefined) this.host.emit('tradeoff.cells', { searchId, grid, best })
      })
      return read.ok ? ok(found!) : read
    })
  }

  /** The curve that a request means, searched unless it was lately. */
  private async curve(
    { workloadText, options, strategy, einsum }: CurveRequest,
    run: RunOptions,
  ): Promise<Result<Slope>> {
    const found = await this.host.explorer.explore(workloadText, options, run)
    return found.ok ? ok(curveOf(found.value.exploration, strategy, einsum)) : found
  }
}

const notAnLlm = (parameter: string): Result<never> =>
  err([
    {
      code: 'no-llm-shape',
      path: 'workload',
      message: `This workload has no ${parameter} that could be varied`,
      hint: 'take a language model, or set another parameter against the share',
    },
  ])
