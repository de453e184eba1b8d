import { describe, expect, it } from 'vitest'
import { costOfTree } from '../../../../src/core/mappers/loop-trees/counting'
import { searchDeep } from '../../../../src/core/mappers/loop-trees/deep'
import { searchLoopTrees } from '../../../../src/core/mappers/loop-trees/search-loop-trees'
import type { Block, Child, Holding } from '../../../../src/core/mapping/tree'
import { problemOf } from '../../../support/loop-trees/arbitrary'
import { execute } from '../../../support/loop-trees/simulator'

const PERFECT = { factors: 'perfect', recompute: 'halo' } as const

const pair = problemOf({
  sizes: { m: 4, k: 2, n: 6, p: 2 },
  bits: {},
  einsums: ['B[m, n] = X[m, k] * W[k, n]', 'C[m, p] = B[m, n] * V[n, p]'],
})
const row = problemOf({
  sizes: { q: 6, r: 3, p: 4, s: 3 },
  bits: {},
  einsums: ['T[q] = I[H: q + r] * F[r]', 'O[p] = T[Q: p + s] * G[s]'],
})

/** Trees by the names of ranks and tensors. */
const writer = ({ ranks, tensors, einsums }: typeof pair) => {
  const tensor = (name: string) => tensors.findIndex((candidate) => candidate.name === name)
  return {
    tensor,
    rank: (name: string) => ranks.findIndex((candidate) => candidate.name === name),
    leaf: (name: string): Child => ({ kind: 'einsum', einsum: einsums.findIndex((e) => e.name === name) }),
    hold: (names: string, from = 0, to = from): Holding[] =>
      names.split(' ').map((name) => ({ tensor: tensor(name), level: 1, from, to })),
  }
}
const block = (holdings: readonly Holding[], ...children: Child[]): Block => ({ holdings, children })
const tree = (root: Block) => ({ counting: 'loop-tree', root }) as const

describe('a pair by hand', () => {
  const { rank, leaf, hold } = writer(pair)
  const loop = (name: string, tile: number, body: Block): Child => ({
    kind: 'loop',
    rank: rank(name),
    tile,
    body,
  })
  const first = loop('k', 1, block(hold('W'), loop('m', 1, block([], leaf('B')))))
  const second = loop('p', 1, block(hold('V'), loop('m', 1, block([], leaf('C')))))

  it('moves 40 elements at 21', () => {
    const mapping = tree(block(hold('X C'), loop('n', 1, block(hold('B', 0, 1), first, second))))
    expect(costOfTree(pair, mapping)).toMatchObject({
      ok: true,
      value: { peak: 21, traffic: 40, points: 96 },
    })
    expect(execute(pair, mapping)).toEqual({ peak: 21, traffic: 40, points: 96 })
    expect(searchLoopTrees(pair, PERFECT).points.at(-1)).toEqual({ peak: 21, traffic: 40 })
  })

  it('moves 40 at 20 where a product may be computed twice', () => {
    expect(searchLoopTrees(pair, { ...PERFECT, recompute: 'any' }).points).toContainEqual({
      peak: 20,
      traffic: 40,
    })
  })

  it.each([
    [
      'a loop over what the producer contracts',
      loop('k', 1, block(hold('B', 0, 1), first, second)),
      /rule 3/,
    ],
    ['a loop over what the producer lacks', loop('p', 1, block(hold('B', 0, 1), first, second)), /rule 3/],
    ['a tile of the whole range', loop('n', 6, block(hold('B', 0, 1), first, second)), /below the range/],
    ['a child before what it reads', loop('n', 1, block(hold('B', 0, 1), second, first)), /comes after/],
  ])('refuses %s', (_, child, rule) => {
    const cost = costOfTree(pair, tree(block(hold('X C'), child)), 'halo')
    expect(!cost.ok && cost.error).toMatch(rule)
  })
})

describe('a halo by hand', () => {
  const { rank, leaf, hold, tensor } = writer(row)
  const loop = (name: string, body: Block): Child => ({ kind: 'loop', rank: rank(name), tile: 1, body })
  const body = (kept: readonly Holding[]): Block =>
    block(
      [...kept, ...hold('O', 1)],
      loop('r', block(hold('F'), loop('q', block(hold('I'), leaf('T'))))),
      loop('s', block(hold('G'), leaf('O'))),
    )

  it('moves 64 elements at 5 computing the overlap again', () => {
    const mapping = tree(block([], loop('p', body(hold('T', 0, 1)))))
    expect(costOfTree(row, mapping)).toMatchObject({ ok: true, value: { peak: 5, traffic: 64 } })
    expect(execute(row, mapping)).toMatchObject({ peak: 5, traffic: 64 })
  })

  it('moves 46 at 5 keeping it', () => {
    const later = block(
      hold('O', 1),
      loop('r', block(hold('F I'), leaf('T'))),
      loop('s', block(hold('G'), leaf('O'))),
    )
    const slide: Child = {
      kind: 'loop',
      rank: rank('p'),
      tile: 1,
      slides: [tensor('T')],
      first: body([]),
      body: later,
    }
    const mapping = tree(block([], slide))
    expect(costOfTree(row, mapping)).toMatchObject({ ok: true, value: { peak: 5, traffic: 46 } })
    expect(execute(row, mapping)).toMatchObject({ peak: 5, traffic: 46 })
  })
})

describe('single Einsums', () => {
  it.each([
    ['a product', { m: 2, k: 3, n: 4 }, 'Z[m, n] = A[m, k] * B[k, n]', { peak: 9, traffic: 26 }],
    ['a row convolution', { p: 4, r: 3 }, 'O[p] = I[H: p + r] * F[r]', { peak: 7, traffic: 13 }],
  ])('%s reaches its minimum', (_, sizes, einsum, last) => {
    const problem = problemOf({ sizes: sizes as Record<string, number>, bits: {}, einsums: [einsum] })
    expect(searchLoopTrees(problem, PERFECT).points.at(-1)).toEqual(last)
  })
})

describe('long cascades', { timeout: 60_000 }, () => {
  const chain = (length: number) =>
    problemOf({
      sizes: {
        m: 12,
        ...Object.fromEntries(Array.from({ length: length + 1 }, (_, i) => [`n${i}`, i % 2 ? 8 : 4])),
      },
      bits: {},
      einsums: Array.from(
        { length },
        (_, i) => `T${i + 1}[m, n${i + 1}] = T${i}[m, n${i}] * W${i}[n${i}, n${i + 1}]`,
      ),
    })

  it('lie between what is attained and what is proven', () => {
    const problem = chain(6)
    const optimum = searchLoopTrees(problem, PERFECT)
    const { points, lower, treeOf } = searchDeep(problem, PERFECT)
    const at = (curve: readonly { peak: number; traffic: number }[], capacity: number) =>
      curve.findLast(({ peak }) => peak <= capacity)?.traffic ?? Infinity
    for (const { peak } of [...points, ...lower, ...optimum.points]) {
      expect(at(lower, peak)).toBeLessThanOrEqual(at(optimum.points, peak))
      expect(at(optimum.points, peak)).toBeLessThanOrEqual(at(points, peak))
    }
    for (const [i, { peak, traffic }] of points.entries()) {
      const mapping = tree(treeOf(i))
      expect(costOfTree(problem, mapping)).toMatchObject({ ok: true, value: { peak, traffic } })
      expect(execute(problem, mapping)).toMatchObject({ peak, traffic })
    }
  })

  it('are told apart from what is proven', () => {
    expect(searchLoopTrees(chain(40), PERFECT).lower).not.toBeNull()
    expect(searchLoopTrees(chain(4), PERFECT).lower).toBeNull()
  })

  it('can be called off from the checkpoint', () => {
    const stop = () => {
      throw new Error('called off')
    }
    expect(() => searchLoopTrees(chain(8), { ...PERFECT, checkpoint: stop })).toThrow('called off')
  })
})
