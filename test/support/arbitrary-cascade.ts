import fc from 'fast-check'
import { buildWorkload } from '../../src/core/workload/build-workload'
import type { Workload } from '../../src/core/workload/einsum'

const RANKS = ['b', 'h', 'm', 'k', 'n', 'j'] as const
const SIZES = { B: 2, H: 3, M: 4, K: 2, N: 3, J: 4 }

/**
 * Cascades of many kinds: products of earlier tensors and of weights, sums, point-wise maps and reductions, tensors that
 * several Einsums read, and tensors that none reads.
 */
export const arbitraryCascade = (longest: number): fc.Arbitrary<Workload> =>
  fc
    .array(
      fc.record({
        kind: fc.constantFrom('product', 'product', 'product', 'map', 'sum', 'add'),
        reads: fc.nat(),
        also: fc.nat(),
        weights: fc.boolean(),
        fresh: fc.subarray([...RANKS], { minLength: 1, maxLength: 3 }),
        kept: fc.subarray([...RANKS], { minLength: 1, maxLength: 4 }),
        reduced: fc.boolean(),
      }),
      { minLength: 2, maxLength: longest },
    )
    .map((steps) => {
      const known = new Map<string, readonly string[]>([['X', ['b', 'm', 'k']]])
      const einsums: string[] = []
      const reductions: Record<string, string> = {}
      for (const [i, step] of steps.entries()) {
        const names = [...known.keys()]
        const first = names[step.reads % names.length]!
        const ranks = known.get(first)!
        const out = `T${i}`
        const access = (name: string, of: readonly string[]) => `${name}[${of.join(', ')}]`
        const same = names.filter((name) => name !== first && known.get(name)!.join() === ranks.join())
        let output: readonly string[] = ranks
        if (step.kind === 'product') {
          const other = step.weights
            ? undefined
            : names.find((name, at) => name !== first && at >= step.also % names.length)
          const second = other ?? `W${i}`
          const others = other ? known.get(other)! : step.fresh
          const all = [...new Set([...ranks, ...others])]
          const kept = all.filter((rank) => step.kept.includes(rank as never))
          output = kept.length > 0 ? kept : [all[0]!]
          einsums.push(`${access(out, output)} = ${access(first, ranks)} * ${access(second, others)}`)
        } else if (step.kind === 'sum' && ranks.length > 1) {
          output = ranks.slice(0, -1)
          einsums.push(`${access(out, output)} = ${access(first, ranks)}`)
        } else if (step.kind === 'add' && same.length > 0) {
          einsums.push(`${access(out, ranks)} = ${access(first, ranks)} + ${access(same[0]!, ranks)}`)
        } else {
          einsums.push(`${access(out, ranks)} = exp(${access(first, ranks)})`)
        }
        if (step.reduced) reductions[out] = 'norm'
        known.set(out, output)
      }
      const built = buildWorkload({
        rank_sizes: SIZES,
        bits_per_value: { All: 8, X: 16 },
        row_reductions: reductions,
        einsums,
      })
      if (!built.ok) throw new Error(JSON.stringify(built.error))
      return built.value
    })
