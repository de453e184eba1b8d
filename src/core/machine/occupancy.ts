import type { HolderCounts } from './counting/counts'
import type { MachineProblem, ProblemMemory } from './problem'

const BITS_PER_BYTE = 8

/** Bytes that a tile takes in a memory; twice as many where the next one comes in meanwhile. */
export const tileBytes = ({ bits, overlap }: ProblemMemory, tensor: number, tile: bigint): number =>
  (Number(tile * BigInt(bits[tensor]!)) / BITS_PER_BYTE) * (overlap === 'double' ? 2 : 1)

/** Bytes that all tiles take in one instance of memory `at` (docs/model.md, section 10, Eq. 51). */
export const occupancyOf = (
  memory: ProblemMemory,
  at: number,
  counts: readonly (readonly HolderCounts[])[],
): number =>
  counts
    .flat()
    .filter(({ holder }) => holder.memory === at)
    .reduce((sum, { tile, holder }) => sum + tileBytes(memory, holder.tensor, tile), 0)

/** The smallest capacity for which there is a mapping: one element of each tensor that the memory must hold. */
export const leastCapacity = ({ memories, tensors }: MachineProblem, at: number): number => {
  const memory = memories[at]!
  return tensors.reduce((sum, _, t) => (memory.must[t] ? sum + tileBytes(memory, t, 1n) : sum), 0)
}
