import type { Checkpoint } from '../../support/checkpoint'
import type { Clock } from '../../support/clock'
import type { Result } from '../../support/result'
import type { MachineProblem } from '../problem'
import { mapMachine, type Mapped, type MapOptions } from './map-machine'

/** The search of one Einsum's mapping on a machine, fit to be sent to a worker. */
export interface MachineTask {
  readonly kind: 'machine'
  readonly label: string
  readonly cost: number
  readonly problem: MachineProblem
  readonly options: MapOptions
  /** After this time the best so far is returned with the proven gap; null: no limit. */
  readonly timeLimitMs: number | null
}

/** A part names its Einsum: parts come in any order. */
export interface MachinePart {
  readonly einsum: string
  readonly mapped: Result<Mapped>
  readonly elapsedMs: number
}

export const machineTask = (
  problem: MachineProblem,
  options: MapOptions,
  timeLimitMs: number | null,
): MachineTask => ({
  kind: 'machine',
  label: problem.einsum,
  cost: problem.memories.length,
  problem,
  options,
  timeLimitMs,
})

export function runMachineTask(
  { problem, options, timeLimitMs }: MachineTask,
  checkpoint: Checkpoint,
  now: Clock,
): MachinePart {
  const began = now()
  const isLate = () => timeLimitMs !== null && now() - began > timeLimitMs
  const mapped = mapMachine(problem, options, checkpoint, isLate)
  return { einsum: problem.einsum, mapped, elapsedMs: now() - began }
}
