import { err, ok, type Fault, type Result } from '../support/result'

/** Ranks of real workloads are smaller; searches of larger ones would not end. */
export const LARGEST_RANK_SIZE = 2 ** 27

const ROOT = 'workload.rank_sizes'

/** Checks sizes and resolves aliases such as `P: M`, by rank or rank variable as written. */
export function resolveRankSizes(
  given: Readonly<Record<string, unknown>>,
): Result<Readonly<Record<string, number>>> {
  const faults: Fault[] = []
  const sizes: Record<string, number> = {}
  for (const rank of Object.keys(given)) {
    const size = sizeOf(rank, given, [])
    if (size.ok) sizes[rank] = size.value
    else faults.push(size.error)
  }
  return faults.length > 0 ? err(faults) : ok(sizes)
}

function sizeOf(
  rank: string,
  given: Readonly<Record<string, unknown>>,
  seen: readonly string[],
): Result<number, Fault> {
  const value = given[rank]
  const path = `${ROOT}.${seen[0] ?? rank}`
  if (typeof value !== 'string' || /^[\s\d+\-.]/.test(value)) return checkSize(value, path)
  if (seen.includes(rank)) {
    return err({
      code: 'alias-cycle',
      path,
      message: `Rank ${[...seen, rank].join(' = ')} is defined by itself`,
      value,
      hint: 'give one of these ranks a size',
    })
  }
  if (!Object.hasOwn(given, value)) {
    return err({
      code: 'unknown-rank',
      path,
      message: 'Rank takes its size from a rank that has none',
      value,
      hint: `write a whole number, or one of ${
        Object.keys(given)
          .filter((name) => name !== rank)
          .join(', ') || 'your ranks'
      }`,
    })
  }
  return sizeOf(value, given, [...seen, rank])
}

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
