import { asArchitecture } from '../../contract/architecture-schema'
import { readLlmShape, withLlmShape } from '../../contract/llm-shape'
import type { Args, Returns } from '../../contract/messages'
import type { CurveRequest } from '../../contract/tradeoff-schema'
import { budgetOf, type MesaSlope } from '../../core/analysis/performance-mesa'
import { curveOf } from '../../core/mappers/chain-fusion/read-fusion'
import { err, ok, type Result } from '../../core/support/result'
import {
  axisValues,
  coarseToFine,
  isOfWorkload,
  mapTasks,
  type MapPart,
} from '../../core/study/throughput-map'
import { bytesPerSecond } from '../../core/units/quantity'
import type { RunOptions } from '../../workers/search-runner'
import type { Host } from './host'
import type { RunningWork } from './running-work'

/** A range is moved back and forth: curves that were searched for one of its rows are likely wanted again. */
const CURVES_KEPT = 400

/** A triangle with so many times fewer parts a side is shown first. */
const COARSER = 4

/** Trade-offs over more than the share, read off curves in the workers. */
export class TradeOffHandlers {
  /** Least lately used first. */
  private readonly curves = new Map<string, MesaSlope>()

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
        const read = await this.host.explorer.runner.read(tasks, run, tell)
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
        const read = await this.host.explorer.runner.read(
          [{ kind: 'map', label, cost, slope: slope.value, rows: [{ at, budget }], columns }],
          { signal: run.signal },
          tell,
        )
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
      const read = await this.host.explorer.runner.read(tasks, run, ({ grid, best }) => {
        if (grid.resolution === resolution) found = { grid, best }
        else if (found === undefined) this.host.emit('tradeoff.cells', { searchId, grid, best })
      })
      return read.ok ? ok(found!) : read
    })
  }

  /** The curve that a request means, searched unless it was lately. */
  private async curve(request: CurveRequest, run: RunOptions): Promise<Result<MesaSlope>> {
    const { workloadText, options, strategy, einsum } = request
    const key = JSON.stringify([workloadText, options, strategy, einsum])
    const known = this.curves.get(key)
    if (known !== undefined) {
      this.curves.delete(key)
      this.curves.set(key, known)
      return ok(known)
    }
    // What is kept here is the curve alone, of many workloads.
    const found = await this.host.explorer.explore(workloadText, options, run, false)
    if (!found.ok) return found
    const { bufferBytes, trafficBytes, macs } = curveOf(found.value, strategy, einsum)
    const slope = { bufferBytes, trafficBytes, macs }
    this.curves.set(key, slope)
    if (this.curves.size > CURVES_KEPT) this.curves.delete(this.curves.keys().next().value!)
    return ok(slope)
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
