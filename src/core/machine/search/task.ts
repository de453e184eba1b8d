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

/** Tasks on one machine with the same key have the same best mapping, by positions. */
export const taskKey = ({ problem: { ranks, tensors, memories, dims }, options }: MachineTask): string =>
  JSON.stringify([
    ranks.map(({ size }) => size),
    tensors.map(({ dimensions, bits, isOutput }) => [dimensions, bits, isOutput]),
    memories.map(({ must, allowed, bits, ownCapacity }) => [must, allowed, bits, ownCapacity]),
    dims.map(({ wired, allowed }) => [wired, allowed]),
    options,
  ])

/** A part names its task by its key: parts come in any order. */
export interface MachinePart {
  readonly key: string
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

export function runMachineTask(task: MachineTask, checkpoint: Checkpoint, now: Clock): MachinePart {
  const { problem, options, timeLimitMs } = task
  const began = now()
  const isLate = () => timeLimitMs !== null && now() - began > timeLimitMs
  const mapped = mapMachine(problem, options, checkpoint, isLate)
  return { key: taskKey(task), mapped, elapsedMs: now() - began }
}
