import type { Chain, ChainMember } from '../../src/core/mappers/chain-fusion/chain'

/**
 * Fused execution by the formulas of docs/model.md, section 6, slowly: every cut of a chain, every number of row
 * blocks, every way to split k and n in three, every way to combine them. It uses none of the engine's shortcuts.
 */
export interface Way {
  readonly need: number
  readonly traffic: number
}

type Loop = readonly [rank: 'm' | 'k' | 'n', count: number]
interface Option {
  readonly input: { readonly tile: number; readonly traffic: number }
  readonly weights: { readonly tile: number; readonly traffic: number; readonly whole: boolean }
  readonly output: { readonly tile: number; readonly traffic: number }
}

const divisors = (size: number): number[] =>
  Array.from({ length: size }, (_, i) => i + 1).filter((d) => size % d === 0)

/** Product of the loops, outermost first, down to the innermost with iterations that indexes the tensor. */
function visits(loops: readonly Loop[], relevant: string): number {
  const last = loops.findLastIndex(([rank, count]) => count > 1 && relevant.includes(rank))
  return loops.slice(0, last + 1).reduce((product, [, count]) => product * count, 1)
}

/** Every tiling of a member under a template: outer loops as given, then K1, N1, then one tile. */
function options(member: ChainMember, m1: number, order: string, k2s: number[], n2s: number[]): Option[] {
  const { rows, k, n, heads, batch, bytesPerValue: bytes } = member
  const attention = heads.input > 1 && heads.weights > 1 && heads.output > 1
  const found: Option[] = []
  const m0 = rows / m1
  for (const k2 of k2s)
    for (const n2 of n2s)
      for (const k0 of divisors(k / k2))
        for (const n0 of divisors(n / n2)) {
          const [k1, n1] = [k / k2 / k0, n / n2 / n0]
          const count = { m: m1, k: k2, n: n2 }
          const outer = [...order].map((rank): Loop => [rank as 'm', count[rank as 'm']])
          const whole = k0 === k && n0 === n
          const perBatch = whole ? batch : m1 < batch ? batch / m1 : 1
          found.push({
            input: {
              tile: m0 * k1 * k0 * heads.input * bytes.input,
              traffic: m0 * k1 * k0 * visits(outer, 'mk') * heads.input * bytes.input,
            },
            weights: {
              tile: k0 * n0 * (whole || attention ? heads.weights : 1) * bytes.weights,
              traffic:
                k0 *
                n0 *
                visits([...outer, ['k', k1], ['n', n1]], 'kn') *
                heads.weights *
                perBatch *
                bytes.weights,
              whole,
            },
            output: {
              tile: m0 * n1 * n0 * heads.output * bytes.output,
              traffic: (2 * m0 * n1 * n0 * visits(outer, 'mn') - rows * n) * heads.output * bytes.output,
            },
          })
        }
  return found
}

/** Buffer of a segment whose members run in turn. */
function sequentialNeed(members: readonly ChainMember[], chosen: readonly Option[]): number {
  let need = 0
  for (let i = 0; i < chosen.length;) {
    const { input, weights, output } = chosen[i]!
    if (!weights.whole) {
      need = Math.max(need, input.tile + weights.tile + output.tile)
      i++
      continue
    }
    let end = i
    while (chosen[end + 1]?.weights.whole) end++
    let [sum, rows] = [0, 0]
    for (let e = i; e <= end; e++) {
      const { k, n, heads, bytesPerValue: bytes } = members[e]!
      sum += chosen[e]!.weights.tile
      const before = e > i ? k * heads.input * bytes.input : 0
      const after = e < end ? n * heads.output * bytes.output : 0
      rows = Math.max(rows, before + after)
    }
    need = Math.max(need, sum + input.tile + chosen[end]!.output.tile + rows)
    i = end + 1
  }
  return need
}

const pipelinedNeed = (chosen: readonly Option[]): number =>
  chosen.reduce((sum, { weights }) => sum + weights.tile, 0) +
  Math.max(...chosen.map(({ input, output }) => input.tile + output.tile))

export type Form = 'kn' | 'flat' | 'flash'

/** Every way to run members `from..to` fused in a form. */
export function segmentWays(
  { members }: Chain,
  from: number,
  to: number,
  form: Form,
  execution: 'sequential' | 'pipelined',
): Way[] {
  const part = members.slice(from, to + 1)
  const ways: Way[] = []
  for (const m1 of divisors(part[0]!.rows)) {
    const lists = part.map((member, at) => templateOptions(member, at, part.length, form, m1))
    const walk = (chosen: Option[]): void => {
      const at = chosen.length
      if (at === part.length) {
        const weights = chosen.reduce((sum, option) => sum + option.weights.traffic, 0)
        ways.push({
          need: execution === 'sequential' ? sequentialNeed(part, chosen) : pipelinedNeed(chosen),
          traffic: weights + chosen[0]!.input.traffic + chosen.at(-1)!.output.traffic,
        })
        return
      }
      const before = chosen.at(-1)
      for (const option of lists[at]!)
        if (before === undefined || before.output.tile === option.input.tile) walk([...chosen, option])
    }
    walk([])
  }
  return ways
}

function templateOptions(member: ChainMember, at: number, length: number, form: Form, m1: number): Option[] {
  const [ks, ns] = [divisors(member.k), divisors(member.n)]
  const [first, last] = [at === 0, at === length - 1]
  if (form === 'flash') return first ? options(member, m1, 'nm', [1], ns) : options(member, m1, 'km', ks, [1])
  if (form === 'flat') return first ? options(member, m1, 'mk', ks, [1]) : options(member, m1, 'mn', [1], ns)
  if (first) return member.reduced ? options(member, m1, 'mk', ks, [1]) : options(member, m1, 'mnk', ks, ns)
  if (length === 2) return options(member, m1, 'mkn', ks, ns)
  if (last) return options(member, m1, 'mn', [1], ns)
  return at === 1 ? options(member, m1, 'mk', ks, [1]) : options(member, m1, 'm', [1], [1])
}

/** A product alone: all splits of its ranks, all orders of the outer loops, and streamed weights for a GEMM. */
export function aloneWays(
  { ranks, bytesPerValue: bytes }: ChainMember,
  pinned = { input: false, output: false },
): Way[] {
  const { shared, m, k, n } = ranks
  const ways: Way[] = []
  const streams = shared === 1
  const orders = ['mkn', 'mnk', 'kmn', 'knm', 'nmk', 'nkm']
  const sizes = { input: shared * m * k, output: shared * m * n }
  for (const s0 of divisors(shared))
    for (const tm of divisors(m))
      for (const tk of divisors(k))
        for (const tn of divisors(n))
          for (const k0 of streams ? divisors(tk) : [tk])
            for (const n0 of streams ? divisors(tn) : [tn])
              for (const order of orders) {
                const count = { m: m / tm, k: k / tk, n: n / tn }
                const outer: Loop[] = [...order].map((rank) => [rank as 'm', count[rank as 'm']])
                const heads = shared / s0
                const middle: Loop[] = [
                  ['n', tn / n0],
                  ['k', tk / k0],
                ]
                // Heads run outermost: they index all three operands, so no other position saves a visit.
                const cost = (tile: number, loops: readonly Loop[], relevant: string) =>
                  heads * s0 * tile * visits(loops, relevant)
                const input = cost(tm * tk, outer, 'mk') * bytes.input
                const weights = cost(k0 * n0, [...outer, ...middle], 'kn') * bytes.weights
                const output = (2 * cost(tm * tn, outer, 'mn') - sizes.output) * bytes.output
                ways.push({
                  need:
                    (pinned.input ? sizes.input : s0 * tm * tk) * bytes.input +
                    s0 * k0 * n0 * bytes.weights +
                    (pinned.output ? sizes.output : s0 * tm * tn) * bytes.output,
                  traffic: (pinned.input ? 0 : input) + weights + (pinned.output ? 0 : output),
                })
              }
  return ways
}

export const least = (ways: readonly Way[], buffer: number): number =>
  ways.reduce((min, { need, traffic }) => (need <= buffer ? Math.min(min, traffic) : min), Infinity)

/** Pareto points of a list, so that sums over many lists stay small. */
export function pareto(ways: readonly Way[]): Way[] {
  const sorted = [...ways].sort((a, b) => a.need - b.need || a.traffic - b.traffic)
  let lowest = Infinity
  return sorted.filter(({ traffic }) => {
    if (traffic >= lowest) return false
    lowest = traffic
    return true
  })
}

/** Least traffic of the whole chain at a buffer size, over all 2^(E-1) cuts. */
export function segmentedLeast(
  segments: (from: number, to: number) => readonly Way[],
  length: number,
  buffer: number,
): number {
  let best = Infinity
  for (let cuts = 0; cuts < 2 ** (length - 1); cuts++) {
    let [from, total] = [0, 0]
    for (let e = 0; e < length; e++) {
      if (e + 1 < length && (cuts & (1 << e)) === 0) continue
      total += least(segments(from, e), buffer)
      from = e + 1
    }
    best = Math.min(best, total)
  }
  return best
}
