import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formsOf } from '../../../../src/core/analysis/floor/einsum-floor'
import { formsAround } from '../../../../src/core/analysis/floor/intermediate-floor'
import { projectionOf } from '../../../../src/core/analysis/floor/projection'
import type { Einsum } from '../../../../src/core/workload/einsum'
import { operationsOf, type Operations } from '../../../support/any-schedule'
import { cascadeOf } from '../../../support/einsums'

const width = fc.constantFrom(4, 8, 12, 16)
const widthsOf = <T extends string>(...names: T[]) =>
  fc
    .tuple(...names.map(() => width))
    .map((of) => Object.fromEntries(names.map((name, i) => [name, of[i]!])) as Record<T, number>)

/** Elements that some operations touch, of the tensors named. */
const touched = (
  { list, tensors }: Operations,
  some: readonly number[],
  names: readonly string[],
): number[] =>
  [...new Set(some.flatMap((at) => [...list[at]!.reads, list[at]!.writes]))].filter((element) =>
    names.includes(tensors[element]!),
  )
const bitsOf = ({ widths: of }: Operations, elements: readonly number[]): number =>
  elements.reduce((sum, element) => sum + of[element]!, 0)

const EINSUMS = [
  ['Z[m,n] = A[m,k] * B[k,n]', { M: 2, N: 2, K: 3 }],
  ['Z[m,n] = A[m,k] * B[k,n]', { M: 3, N: 1, K: 4 }],
  ['Z[m,n] = A[m] * B[n]', { M: 4, N: 3 }],
  ['Z[h,m,n] = A[h,m,k] * B[h,k,n]', { H: 3, M: 2, N: 2, K: 1 }],
  ['Z[m,p] = A[H: p + r] * B[m,r]', { M: 2, P: 3, R: 2 }],
  ['Z[m,p] = A[H: 2*p + 3*r] * B[m,r]', { M: 1, P: 4, R: 3 }],
  ['Z[p] = A[c, H: 2*p + r] * B[c,r]', { C: 2, P: 2, R: 3 }],
  ['Z[g,p] = A[g, H: p + 2*r] * B[g,r]', { G: 2, P: 3, R: 2 }],
  ['Z[p] = A[H: p + r + q] * B[r,q]', { P: 3, R: 2, Q: 2 }],
  ['Z[d] = A[H: x + d] * B[W: 1*x - 1*d]', { D: 3, X: 4 }],
] as const

describe('what takes part in some operations of an Einsum', () => {
  it.each(EINSUMS)('%s: no set of operations has less at hand', (text, sizes) => {
    const { einsums } = cascadeOf([text], sizes, { A: 8, B: 16, Z: 4 })
    const operations = operationsOf(einsums)
    for (const charged of [
      ['A', 'B', 'Z'],
      ['A', 'B'],
      ['A', 'Z'],
      ['B', 'Z'],
    ]) {
      for (const { tensors, work } of formsOf(einsums[0]!, new Set(charged))) {
        const size = operations.list.length
        expect(work.total).toBe(size)
        for (let set = 1; set < 2 ** size; set++) {
          const some = operations.list.flatMap((_, at) => ((set >> at) & 1 ? [at] : []))
          const bits = bitsOf(operations, touched(operations, some, tensors))
          if (work.atHand(some.length) > bits * (1 + 1e-12))
            expect.unreachable(`${charged.join()} ${some.join()}: ${work.atHand(some.length)} above ${bits}`)
        }
      }
    }
  })

  it('a product has a form, and so has each convolution', () => {
    for (const [text, sizes] of EINSUMS.slice(0, 7)) {
      const { einsums } = cascadeOf([text], sizes)
      expect(formsOf(einsums[0]!, new Set(['A', 'B', 'Z'])).length, text).toBeGreaterThan(0)
    }
  })

  it('all operations have all operands at hand, where no windows overlap', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 9 }),
        widthsOf('A', 'B', 'Z'),
        (M, N, bits) => {
          const [einsum] = cascadeOf(['Z[h,m,n] = A[h,m,k] * B[h,k,n]'], { H: 3, M, N, K: 4 }, bits).einsums
          const [form] = formsOf(einsum!, new Set(['A', 'B', 'Z']))
          const all = 3 * (4 * M * bits.A + 4 * N * bits.B + M * N * bits.Z)
          expect(form!.work.atHand(form!.work.total)).toBeCloseTo(all, 6)
        },
      ),
    )
  })

  it('distinct elements of a window are counted, and the overlap is what the windows have', () => {
    const size = fc.integer({ min: 1, max: 6 })
    fc.assert(
      fc.property(size, size, size, size, size, (P, R, Q, stride, dilation) => {
        for (const text of [`H: ${stride}*p + ${dilation}*r`, `H: ${stride}*p - ${dilation}*r + q`]) {
          const [einsum] = cascadeOf([`Z[p] = A[${text}] * B[r,q]`], { P, R, Q }).einsums
          const { touched: count, overlap } = projectionOf(einsum!, einsum!.inputs[0]!)
          const ways = new Map<number, number>()
          for (let p = 0; p < P; p++)
            for (let r = 0; r < R; r++)
              for (let q = 0; q < (text.includes('q') ? Q : 1); q++) {
                const at = text.includes('q') ? stride * p - dilation * r + q : stride * p + dilation * r
                ways.set(at, (ways.get(at) ?? 0) + 1)
              }
          const most = Math.max(...ways.values())
          if (text.includes('q')) {
            expect(count).toBeLessThanOrEqual(ways.size)
            expect(overlap).toBeGreaterThanOrEqual(most)
          } else expect([count, overlap]).toEqual([ways.size, most])
        }
      }),
    )
  })
})

const PAIR = ['P[h,m,n] = A[h,m,k] * B[h,k,n]', 'C[h,m,j] = P[h,m,n] * W[h,n,j]']

describe('what takes part in some operations around an intermediate', () => {
  const size = fc.integer({ min: 1, max: 3 })
  const pair = fc
    .record({
      H: fc.integer({ min: 1, max: 2 }),
      M: size,
      N: size,
      K: size,
      J: size,
      bits: widthsOf('A', 'B', 'P', 'W', 'C'),
    })
    .map(({ bits, ...sizes }) => cascadeOf(PAIR, sizes, bits).einsums)
  // Both products, the one that makes P, or the one that uses it.
  const products = fc
    .tuple(pair, fc.constantFrom([0, 1], [0], [1]))
    .map(([both, which]) => which.map((at) => both[at]!))
  const operandsOf = (einsums: readonly Einsum[]) =>
    einsums
      .flatMap(({ inputs, output }) => [...inputs, output].map(({ tensor }) => tensor))
      .filter((name) => name !== 'P')
  const formOf = (einsums: readonly Einsum[], charged: readonly string[], kind: string) =>
    formsAround('P', einsums, new Set(charged)).find(({ key }) => key.startsWith(kind))

  /** Cells of P with all their operations among these, and those with some. */
  const cellsOf = ({ list, tensors }: Operations, some: readonly number[]) => {
    const usesOf = (at: number) => [...list[at]!.reads, list[at]!.writes].find((e) => tensors[e] === 'P')!
    const count = (among: readonly number[]) => {
      const found = new Map<number, number>()
      for (const at of among) found.set(usesOf(at), (found.get(usesOf(at)) ?? 0) + 1)
      return found
    }
    const all = count(list.map((_, at) => at))
    const here = count(some)
    return {
      whole: [...here.keys()].filter((cell) => here.get(cell) === all.get(cell)),
      any: [...here.keys()],
    }
  }
  const someOf = (operations: Operations, chosen: readonly number[]) => [
    ...new Set(chosen.map((at) => at % operations.list.length)),
  ]
  const choice = fc.array(fc.nat(), { minLength: 1, maxLength: 100 })

  it('finished cells have their rows and columns at hand, or cross (Eq. 43)', () => {
    fc.assert(
      fc.property(products, fc.nat(), choice, fc.nat(), (einsums, free, chosen, cross) => {
        const operations = operationsOf(einsums)
        const some = someOf(operations, chosen)
        const all = operandsOf(einsums)
        // Of two products, one operand may be free.
        const charged = all.length < 4 ? all : all.filter((_, at) => at !== free % 8)
        const { work } = formOf(einsums, charged, 'once')!
        const { whole, any } = cellsOf(operations, some)
        const crossing = cross % (any.length - whole.length + 1)
        const bits =
          bitsOf(operations, touched(operations, some, charged)) + bitsOf(operations, any.slice(0, crossing))
        const finished = whole.length + crossing
        if (finished > 0) expect(work.atHand(finished)).toBeLessThanOrEqual(bits * (1 + 1e-12))
      }),
      { numRuns: 600 },
    )
  })

  it('operations have rows, columns, and cells of other parts at hand (Eq. 44)', () => {
    fc.assert(
      fc.property(products, choice, (einsums, chosen) => {
        const operations = operationsOf(einsums)
        const some = someOf(operations, chosen)
        const charged = operandsOf(einsums)
        const { work } = formOf(einsums, charged, 'work')!
        const { whole, any } = cellsOf(operations, some)
        const others = any.filter((cell) => !whole.includes(cell))
        const bits = bitsOf(operations, [...touched(operations, some, charged), ...others])
        expect(work.atHand(some.length)).toBeLessThanOrEqual(bits * (1 + 1e-9))
      }),
      { numRuns: 600 },
    )
  })
})
