import fc from 'fast-check'
import { cascadeProblem, type CascadeProblem } from '../../../src/core/mappers/loop-trees/problem'
import { buildWorkload } from '../../../src/core/workload/build-workload'

/** A cascade as text and sizes: what a failing test prints. */
export interface Cascade {
  readonly sizes: Readonly<Record<string, number>>
  readonly bits: Readonly<Record<string, number>>
  readonly einsums: readonly string[]
}

export function problemOf({ sizes, bits, einsums }: Cascade): CascadeProblem {
  const built = buildWorkload({ rank_sizes: sizes, bits_per_value: { All: 8, ...bits }, einsums })
  if (!built.ok) throw new Error(built.error.map(({ message }) => message).join('; '))
  return cascadeProblem(built.value.einsums)
}

const VARIABLES = ['a', 'b', 'c', 'd', 'e', 'f'] as const

/**
 * Cascades without sums: chains, branches, stars, residuals, row reductions; inputs shared or not, tensors read twice,
 * reads by another variable than the producer's, widths.
 */
export const arbitraryPlainCascade = (longest: number, sizes: readonly number[]): fc.Arbitrary<Cascade> =>
  fc
    .record({
      sizes: fc.array(fc.constantFrom(...sizes), {
        minLength: VARIABLES.length,
        maxLength: VARIABLES.length,
      }),
      wide: fc.option(fc.nat(), { nil: undefined }),
      steps: fc.array(
        fc.record({
          first: fc.nat(),
          second: fc.option(fc.nat(), { nil: undefined }),
          weights: fc.option(fc.subarray([...VARIABLES], { minLength: 1, maxLength: 2 }), { nil: undefined }),
          output: fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }),
          foreign: fc.option(fc.tuple(fc.nat(), fc.nat()), { nil: undefined, freq: 3 }),
        }),
        { minLength: 1, maxLength: longest },
      ),
    })
    .map(({ sizes: picked, wide, steps }) => {
      const sizeOf = Object.fromEntries(VARIABLES.map((name, i) => [name, picked[i]!]))
      const known = new Map<string, readonly string[]>([['X', ['a', 'b']]])
      const einsums = steps.map((step, i) => {
        const names = [...known.keys()]
        const reads = [names[(names.length - 1 + step.first) % names.length]!]
        if (step.second !== undefined) reads.push(names[step.second % names.length]!)
        const accesses = [...new Set(reads)].map((name) => ({ name, ranks: [...known.get(name)!] }))
        if (step.weights) {
          known.set(`W${i}`, step.weights)
          accesses.push({ name: `W${i}`, ranks: [...step.weights] })
        }
        if (step.foreign) {
          const [first] = accesses
          const at = step.foreign[0] % first!.ranks.length
          const own = first!.ranks[at]!
          const others = VARIABLES.filter(
            (name) => sizeOf[name] === sizeOf[own] && !accesses.some(({ ranks }) => ranks.includes(name)),
          )
          if (others.length > 0) first!.ranks[at] = others[step.foreign[1] % others.length]!
        }
        const ranks = [...new Set(accesses.flatMap((access) => access.ranks))]
        const kept = ranks.filter((_, at) => step.output[at]).slice(0, 3)
        const output = kept.length > 0 ? kept : ranks.slice(0, 1)
        known.set(`T${i}`, output)
        const text = ({ name, ranks: indices }: { name: string; ranks: string[] }) =>
          `${name}[${indices.map((index, d) => `${known.get(name)![d]!.toUpperCase()}: ${index}`).join(', ')}]`
        return `T${i}[${output.join(', ')}] = ${accesses.map(text).join(' * ')}`
      })
      const tensors = [...known.keys()].filter((name) =>
        einsums.some((einsum) => einsum.includes(`${name}[`)),
      )
      return {
        sizes: sizeOf,
        bits: wide === undefined ? {} : { [tensors[wide % tensors.length]!]: 16 },
        einsums,
      }
    })
    .filter(({ einsums }) => einsums.every((einsum) => new Set(einsum.match(/: \w/g)).size <= 4))

/** Chains of one or two windows in a row, with strides, dilations and reversed filters, and what may hang on them. */
export const arbitraryWindowCascade = (largest: number): fc.Arbitrary<Cascade> =>
  fc
    .record({
      p: fc.integer({ min: 2, max: largest }),
      r: fc.integer({ min: 1, max: 3 }),
      s: fc.integer({ min: 1, max: 3 }),
      channels: fc.integer({ min: 1, max: 2 }),
      stride: fc.integer({ min: 1, max: 3 }),
      dilation: fc.integer({ min: 1, max: 2 }),
      reversed: fc.boolean(),
      input: fc.constantFrom('window', 'plain', 'twice', 'reversed'),
      filters: fc.boolean(),
      tail: fc.constantFrom('none', 'none', 'skip', 'branch', 'sum', 'next'),
      wide: fc.option(fc.constantFrom('T', 'I', 'O'), { nil: undefined }),
    })
    .map(({ p, r, s, channels, stride, dilation, reversed, input, filters, tail, wide }) => {
      const whole = tail === 'skip' || tail === 'sum'
      const [step, gap] = whole ? [1, 1] : [stride, dilation]
      const q = step * (p - 1) + gap * (r - 1) + 1
      const window = reversed ? `${step}*p - ${gap}*r + ${gap * (r - 1)}` : `${step}*p + ${gap}*r`
      const c = channels > 1
      const inputs = {
        window: 'I[H: q + s] * F[s]',
        plain: `I[q, a] * F[a${c ? ', c' : ''}]`,
        twice: 'I[H: q + s] * I[H: q]',
        reversed: `I[H: q - s] * F[s]`,
      }
      const einsums = [
        `T[${c ? 'c, ' : ''}q] = ${inputs[input]}${c && input !== 'plain' ? ' * E[c]' : ''}`,
        `O[p] = T[${c ? 'c, ' : ''}Q: ${window}]${filters ? ` * G[${c ? 'c, ' : ''}r]` : ''}`,
      ]
      const first = c ? 'c, Q: p' : 'Q: p'
      if (tail === 'skip') einsums.push(`Z[p] = O[p] * T[${first}]`)
      if (tail === 'sum') einsums.push(`Z[p] = O[p] + O2[p]`)
      if (tail === 'branch') einsums.push(`Z[q] = T[${c ? 'c, ' : ''}q] * K[q]`)
      if (tail === 'next') einsums.push('Z[u] = O[P: u + v]')
      return {
        sizes: { p, r, s, q, a: 2, c: 2, u: p - 1, v: 2 },
        bits: wide === undefined ? {} : { [wide]: 16 },
        einsums,
      }
    })
