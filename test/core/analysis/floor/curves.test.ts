import fc from 'fast-check'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { floorUnder, fusedFloor, unfusedFloor, type Floor } from '../../../../src/core/analysis/floor/floor'
import { curveOf, strategiesOf } from '../../../../src/core/explore/read'
import type { SearchOptions } from '../../../../src/core/mappers/mapper'
import type { Workload } from '../../../../src/core/workload/einsum'
import { arbitraryCascade } from '../../../support/arbitrary-cascade'
import { cascadeOf } from '../../../support/einsums'
import { explore } from '../../../support/explore'
import { preset } from '../../../support/fusion'
import { arbitraryPlainCascade, arbitraryWindowCascade } from '../../../support/loop-trees/arbitrary'
import { curves } from '../../../support/loop-trees/truth'
import { pointsOf } from '../../../support/search'
import { curveNamed, truths, type Point } from '../../../support/truth'

/** Points that lie below the floor: none. */
const below = (points: readonly Point[], floor: Floor): readonly Point[] =>
  points.filter(([buffer, traffic]) => floor(buffer).bytes > traffic)

/** How far the points lie above the floor at the most. */
const loosest = (points: readonly Point[], floor: Floor): number =>
  Math.max(...points.map(([buffer, traffic]) => traffic / floor(buffer).bytes))

describe('reference curves of single Einsums', () => {
  for (const folder of ['single', 'retention'] as const)
    it.each(truths(folder).map((truth) => [truth.name, truth] as const))(
      `${folder}: %s is nowhere below its floor, and not far above it`,
      (name, { workload, points }) => {
        const floor = unfusedFloor(workload.einsums)
        expect(below(points, floor)).toEqual([])
        expect(loosest(points, floor)).toBeLessThan(name.startsWith('conv') ? 4.2 : 1.8)
        // The last point attains the minimum.
        const [buffer, traffic] = points.at(-1)!
        expect(floor(buffer)).toMatchObject({ bytes: traffic, validity: 'compulsory' })
      },
    )

  it('4096 cubed: within 1.25 of the floor from 1 KiB to 8 MiB', () => {
    const floor = unfusedFloor(
      truths('single').find(({ name }) => name === 'gemm_4096_4096_4096')!.workload.einsums,
    )
    const points = curveNamed('single', 'gemm_4096_4096_4096')
    expect(
      loosest(
        points.filter(([b]) => b >= 2 ** 10 && b <= 2 ** 23),
        floor,
      ),
    ).toBeLessThan(1.25)
  })
})

describe('reference curves of GPT-3', () => {
  const SETS: Readonly<Record<string, readonly string[] | undefined>> = {
    ffn: ['fc1', 'fc2'],
    mha: ['QK', 'QKV'],
    six: ['Q_proj', 'QK', 'QKV', 'final', 'fc1', 'fc2'],
    block: undefined,
  }
  const files = readdirSync(join(import.meta.dirname, '../../../fixtures/truth/fused'))
  it.each(files.map((file) => file.replace('.csv', '')))('%s is nowhere below its floor', (name) => {
    const { einsums } = preset('gpt3-6.7b', SETS[name.split('_')[0]!])
    const points = curveNamed('fused', name)
    const floor = name.endsWith('unfused') ? unfusedFloor(einsums) : fusedFloor(einsums, 'halo')
    expect(below(points, floor)).toEqual([])
    if (name === 'ffn_tiled') expect(loosest(points, floor)).toBeLessThan(3.2)
  })
})

describe('reference curves over loop trees', () => {
  it.each(curves(() => true).map((curve) => [curve.name, curve] as const))(
    '%s is nowhere below its floor',
    (_, { einsums, recompute, points }) => {
      expect(below(points, fusedFloor(einsums, recompute))).toEqual([])
    },
  )
})

/** Points of all of a workload's curves that lie below their floors: none. */
function belowAny(workload: Workload, options: Partial<SearchOptions>): readonly unknown[] {
  const exploration = explore(workload, options)
  return [
    ...strategiesOf(exploration).map((strategy) => ({ strategy, einsum: null })),
    ...exploration.members.map(({ einsum }) => ({ strategy: 'unfused' as const, einsum })),
  ].flatMap(({ strategy, einsum }) =>
    below(
      pointsOf(curveOf(exploration, strategy, einsum)),
      floorUnder({ workload, exploration }, strategy, einsum),
    ).map((point) => ({ strategy, einsum, point })),
  )
}

describe('computed once', () => {
  const pair = ['P[m,n] = A[m,k] * B[k,n]', 'C[m,j] = P[m,n] * W[n,j]']
  const sizes = { M: 64, N: 64, K: 2, J: 2, Q: 63, R: 2 }
  const validityOf = (einsums: readonly string[], recompute: 'halo' | 'any') =>
    fusedFloor(cascadeOf(einsums, sizes).einsums, recompute)(8).validity

  it('is assumed of plain products, unless they may be computed again', () => {
    expect(validityOf(pair, 'halo')).toBe('computed-once')
    expect(validityOf(pair, 'any')).not.toBe('computed-once')
  })

  it('is assumed nowhere in a cascade that reads an intermediate through a window, or at two shifts', () => {
    for (const next of ['D[q,j] = C[M: q + r, j] * F[r]', 'D[q,j] = C[M: q, j] * C[M: q + 1, j]'])
      expect(validityOf([...pair, next], 'halo')).not.toBe('computed-once')
  })
})

describe('random Einsums and cascades', () => {
  const size = (max: number) => fc.integer({ min: 1, max })
  const width = fc.constantFrom(4, 8, 12, 16)

  it('no point of a single Einsum is below its floor, in either mapspace, with either kind of factors', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(
          'Z[m,n] = A[m,k] * B[k,n]',
          'Z[h,m,n] = A[h,m,k] * B[h,k,n]',
          'Z[h,m,n] = A[h,m,k] * B[k,n]',
          'Z[m,h] = A[m] * B[k,h]',
          'Z[m] = A[m,k] * B[m,n] * C[k,n]',
          'Z[m,n] = exp(A[m,n]) / B[m]',
          'Z[m,h] = A[h, H: m + k] * B[h,k]',
          'Z[m,n] = A[h, H: 2*m + k] * B[h,n,k]',
          'Z[m,n] = A[h, H: 2*m + 3*k] * B[h,n,k]',
        ),
        fc.record({ M: size(12), N: size(6), K: size(6), H: size(3) }),
        fc.record({ A: width, B: width, Z: width }),
        fc.record({
          mapspace: fc.constantFrom('paper', 'full'),
          factors: fc.constantFrom('perfect', 'imperfect'),
        }),
        (text, sizes, bits, options) => {
          expect(belowAny(cascadeOf([text], sizes, bits), { ...options, fuse: 'never' })).toEqual([])
        },
      ),
      { numRuns: 150 },
    )
  })

  it('no point of a cascade over loop trees is below its floor', () => {
    fc.assert(
      fc.property(
        fc.oneof(arbitraryPlainCascade(3, [1, 2, 3, 4, 6]), arbitraryWindowCascade(5)),
        fc.constantFrom('halo', 'any'),
        ({ sizes, bits, einsums }, recompute) => {
          const workload = cascadeOf(einsums, sizes, bits)
          expect(belowAny(workload, { fuse: 'always', recompute })).toEqual([])
        },
      ),
      { numRuns: 60 },
    )
  })

  it("no point of the paper's strategies is below its floor", () => {
    fc.assert(
      fc.property(arbitraryCascade(4), fc.constantFrom('sequential', 'pipelined'), (workload, execution) => {
        expect(belowAny(workload, { mapspace: 'paper', fuse: 'always', execution })).toEqual([])
      }),
      { numRuns: 60 },
    )
  })
})

describe('presets', () => {
  const ids = readdirSync(join(import.meta.dirname, '../../../../resources/presets/workloads')).map((file) =>
    file.replace('.yaml', ''),
  )
  it.each(ids)("no point of %s is below its floor, unfused or by the paper's strategies", (id) => {
    const workload = preset(id)
    expect(belowAny(workload, { mapspace: 'paper', fuse: 'if-possible' })).toEqual([])
    expect(belowAny(workload, { mapspace: 'full', fuse: 'never' })).toEqual([])
  })

  it.each(['chain-1k', 'ffn-32k-4k-16k', 'mobilenet-v2-block', 'vit-b16'])(
    'no point of %s over loop trees is below its floor',
    (id) => {
      expect(belowAny(preset(id), { fuse: 'always' })).toEqual([])
    },
  )
})
