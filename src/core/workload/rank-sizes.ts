import { listText, MOST_FAULTS } from '../support/list-text'
import { err, ok, type Fault, type Result } from '../support/result'

/** Ranks of real workloads are smaller; searches of larger ones would not end. */
export const LARGEST_RANK_SIZE = 2 ** 27

const ROOT = 'workload.rank_sizes'

/** Checks sizes and resolves aliases such as `P: M`, by rank or rank variable as written. */
export function resolveRankSizes(
  given: Readonly<Record<string, unknown>>,
): Result<Readonly<Record<string, number>>> {
  const entries = new Map(Object.entries(given))
  const faults: Fault[] = []
  const sizes = new Map<string, Size>()
  for (const rank of entries.keys()) {
    if (faults.length >= MOST_FAULTS) break
    const size = sizeOf(rank, entries, sizes)
    if (!size.ok) faults.push({ ...size.error, path: `${ROOT}.${rank}` })
  }
  if (faults.length > 0) return err(faults)
  return ok(Object.fromEntries([...sizes].map(([rank, size]) => [rank, size.ok ? size.value : 1])))
}

type Size = Result<number, Fault>

/** The size of a rank, and of every rank between it and the one that has a size; each is looked at once. */
function sizeOf(rank: string, given: ReadonlyMap<string, unknown>, known: Map<string, Size>): Size {
  const chain = new Set<string>()
  let at = rank
  let size: Size | undefined
  while (size === undefined) {
    const before = known.get(at)
    const value = given.get(at)
    if (before !== undefined) size = before
    else if (chain.has(at)) size = cycle([...chain, at], value)
    else {
      chain.add(at)
      if (typeof value !== 'string' || /^[\s\d+\-.]/.test(value)) size = checkSize(value, `${ROOT}.${at}`)
      else if (!given.has(value)) size = unknownRank(at, value, given)
      else at = value
    }
  }
  for (const link of chain) known.set(link, size)
  return size
}

const cycle = (ranks: readonly string[], value: unknown): Size =>
  err({
    code: 'alias-cycle',
    path: ROOT,
    message: `Rank ${listText(ranks.slice(ranks.indexOf(ranks.at(-1)!)), ' = ')} is defined by itself`,
    value: String(value),
    hint: 'give one of these ranks a size',
  })

const unknownRank = (rank: string, value: string, given: ReadonlyMap<string, unknown>): Size =>
  err({
    code: 'unknown-rank',
    path: ROOT,
    message: 'Rank takes its size from a rank that has none',
    value,
    hint: `write a whole number, or one of ${listText([...given.keys()].filter((name) => name !== rank)) || 'your ranks'}`,
  })

/** A rank's size: a whole number from 1 to `LARGEST_RANK_SIZE`. */
export function checkSize(value: unknown, path: string): Result<number, Fault> {
  const refuse = (code: string, message: string, hint: string) =>
    err({ code, path, message, hint, value: typeof value === 'string' ? `“${value}”` : String(value) })
  if (typeof value !== 'number' || Number.isNaN(value))
    return refuse('size-not-a-number', 'A rank size must be a number', 'write a whole number such as 128')
  if (value <= 0)
    return refuse('size-not-positive', 'A rank size must be at least 1', 'write a whole number from 1 up')
  if (value > LARGEST_RANK_SIZE)
    return refuse(
      'size-too-large',
      'A rank size is too large to search',
      `use at most ${LARGEST_RANK_SIZE}, or split the rank in two`,
    )
  if (!Number.isInteger(value))
    return refuse(
      'size-not-whole',
      'A rank size must be a whole number',
      `write ${Math.floor(value)} or ${Math.ceil(value)}`,
    )
  return ok(value)
}
