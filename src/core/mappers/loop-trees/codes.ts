/** The divisors of a size, numbered by the exponents of its primes in mixed radix. */
export interface Codes {
  readonly primes: readonly Prime[]
  /** The divisor that each code stands for. */
  readonly sizes: Float64Array
  /** By code, the loops that are tried: by each prime; and of a coarse search one, by primes that make four together. */
  readonly loops: readonly (readonly CodeLoop[])[]
  readonly coarseLoops: readonly (readonly CodeLoop[])[]
}

interface KnownCodes extends Codes {
  readonly tiles: readonly number[]
  readonly primeTiles: readonly number[]
}

/** A loop of so many iterations: by how much it lowers the code. */
export interface CodeLoop {
  readonly times: number
  readonly step: number
}

export interface Prime {
  readonly prime: number
  readonly stride: number
  readonly exponents: number
}

const known = new Map<number, KnownCodes>()
const knownMaps = new Map<number, Map<number, Int32Array>>()

export function codesOf(size: number): KnownCodes {
  const found = known.get(size)
  if (found !== undefined) return found
  const primes: Prime[] = []
  let stride = 1
  for (const [prime, exponents] of primeFactors(size)) {
    primes.push({ prime, stride, exponents })
    stride *= exponents + 1
  }
  const sizes = new Float64Array(stride).fill(1)
  for (let code = 0; code < stride; code++)
    for (const { prime, stride: step, exponents } of primes)
      sizes[code]! *= prime ** (Math.floor(code / step) % (exponents + 1))
  const left = Array.from(sizes, (_, code) =>
    primes.flatMap(({ prime, stride: step, exponents }) =>
      Array.from({ length: Math.floor(code / step) % (exponents + 1) }, () => ({ times: prime, step })),
    ),
  )
  const codes = {
    primes,
    sizes,
    loops: left.map((all) => all.filter(({ times }, i) => times !== all[i - 1]?.times)),
    coarseLoops: left.map(coarseLoop),
    tiles: Array.from(sizes).filter((tile) => tile < size),
    primeTiles: primes.map(({ prime }) => size / prime),
  }
  known.set(size, codes)
  return codes
}

/** Iterations of a loop in the coarse search, at the least. */
const COARSE = 4

function coarseLoop(primes: readonly CodeLoop[]): CodeLoop[] {
  if (primes.length === 0) return []
  let [times, step] = [1, 0]
  for (const prime of primes) {
    if (times >= COARSE) break
    times *= prime.times
    step += prime.step
  }
  return [{ times, step }]
}

/** By code of a divisor of `from`, the code of the same number as a divisor of `to`, which `from` divides. */
export function codeMap(from: number, to: number): Int32Array {
  let maps = knownMaps.get(from)
  if (maps === undefined) knownMaps.set(from, (maps = new Map()))
  const found = maps.get(to)
  if (found !== undefined) return found
  const [outer, inner] = [codesOf(from), codesOf(to)]
  const map = Int32Array.from(outer.sizes, (_, code) =>
    outer.primes.reduce((sum, { prime, stride, exponents }) => {
      const exponent = Math.floor(code / stride) % (exponents + 1)
      const at = inner.primes.find((candidate) => candidate.prime === prime)
      return at === undefined ? sum : sum + exponent * at.stride
    }, 0),
  )
  maps.set(to, map)
  return map
}

function primeFactors(size: number): Map<number, number> {
  const factors = new Map<number, number>()
  let left = size
  for (let prime = 2; left > 1; prime++) {
    if (prime * prime > left) prime = left
    for (; left % prime === 0; left /= prime) factors.set(prime, (factors.get(prime) ?? 0) + 1)
  }
  return factors
}

/** Sizes that divide a range, below it: of them, those that leave a prime number of iterations. */
export const primeTiles = (size: number): readonly number[] => codesOf(size).primeTiles

export const divisorTiles = (size: number): readonly number[] => codesOf(size).tiles
