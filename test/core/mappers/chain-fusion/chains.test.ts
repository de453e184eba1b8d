import { trafficAt } from '../../../../src/core/front/read'
import { describe, expect, it } from 'vitest'

import type { Exploration } from '../../../../src/core/mappers/mapper'
import type { Strategy } from '../../../../src/core/mappers/strategy'
import { chainFusion } from '../../../../src/core/mappers/chain-fusion/chain-fusion'
import {
  checkStrategy,
  curveOf,
  segmentationText,
  segmentsAt,
  strategiesOf,
  viewOf,
} from '../../../../src/core/explore/read'
import { buildWorkload } from '../../../../src/core/workload/build-workload'
import type { Workload } from '../../../../src/core/workload/einsum'
import { OPTIONS } from '../../../support/explore'
import { detailOf, fusionOf, preset } from '../../../support/fusion'
import { decoder, gemmChain } from '../../../support/llm'
import { pointsOf } from '../../../support/search'

function workloadOf(
  einsums: readonly string[],
  rank_sizes: Readonly<Record<string, number>>,
  row_reductions?: Readonly<Record<string, string>>,
): Workload {
  const named = einsums.map((einsum) => {
    const [name, text] = einsum.includes(' := ') ? einsum.split(' := ') : [undefined, einsum]
    return name === undefined ? text! : { name, einsum: text! }
  })
  const workload = buildWorkload({ rank_sizes, bits_per_value: { All: 8 }, einsums: named, row_reductions })
  if (!workload.ok) throw new Error(JSON.stringify(workload.error))
  return workload.value
}

/** Chains by the names of their members. */
const chainsOf = ({ chains }: Exploration) => chains.map((members) => members.join(' '))
const memberOf = (bound: Exploration, name: string) => {
  const { clusters, instances } = detailOf(bound)
  return instances
    .flatMap(({ cluster, einsums }) =>
      clusters[cluster]!.chains.flatMap(({ members }) =>
        members.filter(({ einsum }) => bound.einsums[einsums[einsum]!] === name),
      ),
    )
    .at(0)!
}
const end = (bound: Exploration, strategy: Strategy) => pointsOf(curveOf(bound, strategy)).at(-1)!

const ATTENTION = [
  'QK := S[b,h,m,p] = Q[b,m,h,e] * K[b,p,h,e]',
  'QKV := A[b,m,h,f] = S[b,h,m,p] * V[b,p,h,f]',
]
const SIZES = { B: 2, H: 3, M: 8, P: 8, E: 4, F: 4, G: 2, X: 2, D: 12, C: 24 }

describe('rows, heads and batch are derived from the Einsums', () => {
  it('in the block, rows are batch and sequence, and heads index the tensors between the projections', () => {
    const block = fusionOf(preset('gpt3-6.7b'), 'paper')
    expect(chainsOf(block)).toEqual(['Q_proj QK QKV final fc1 fc2'])
    expect(memberOf(block, 'QK')).toMatchObject({
      rows: 32768,
      k: 128,
      n: 2048,
      heads: { input: 32, weights: 32, output: 32 },
      batch: 16,
      reduced: true,
    })
    expect(memberOf(block, 'Q_proj')).toMatchObject({
      rows: 32768,
      k: 4096,
      n: 128,
      heads: { input: 1, weights: 32, output: 32 },
      batch: 1,
      reduced: false,
    })
    expect(memberOf(block, 'fc1')).toMatchObject({
      k: 4096,
      n: 16384,
      heads: { input: 1, weights: 1, output: 1 },
    })
  })

  it('multi-query: heads do not index weights, so they are rows', () => {
    const bound = fusionOf(
      workloadOf(['S[b,h,m,p] = Q[b,m,h,e] * K[b,p,e]', 'A[b,m,h,f] = S[b,h,m,p] * V[b,p,f]'], SIZES),
      'paper',
    )
    expect(memberOf(bound, 'S')).toMatchObject({
      rows: 48,
      batch: 2,
      heads: { input: 1, weights: 1, output: 1 },
    })
    expect(strategiesOf(bound)).toContain('flashattention')
  })

  it('grouped-query: groups are heads with their own weights, and the heads of a group share them', () => {
    const bound = fusionOf(preset('llama3-8b'), 'paper')
    expect(chainsOf(bound)).toEqual(['Q_proj QK QKV final', 'gate down'])
    expect(memberOf(bound, 'QK')).toMatchObject({ heads: { input: 32, weights: 8, output: 32 } })
    expect(memberOf(bound, 'final')).toMatchObject({ k: 128, heads: { input: 32, weights: 32, output: 1 } })
  })

  it('names of ranks do not matter', () => {
    const one = fusionOf(gemmChain(32, [8, 16, 8]), 'paper')
    const other = fusionOf(
      workloadOf(['T[z, q] = S[z, w] * U[w, q]', 'R[z, o] = T[z, q] * N[q, o]'], {
        Z: 32,
        W: 8,
        Q: 16,
        O: 8,
      }),
      'paper',
    )
    expect(
      pointsOf(curveOf(other, 'segmented')).map(([buffer, traffic]) => [buffer * 2, traffic * 2]),
    ).toEqual(pointsOf(curveOf(one, 'segmented')))
  })

  it('the order of operands does not matter', () => {
    const rows = { M: 32, K: 8, N: 16, J: 8 }
    const bounds = [
      ['H[m,n] = X[m,k] * W[k,n]', 'Y[m,j] = H[m,n] * V[n,j]'],
      ['H[m,n] = X[m,k] * W[k,n]', 'Y[m,j] = V[n,j] * H[m,n]'],
    ].map((einsums) => pointsOf(curveOf(fusionOf(workloadOf(einsums, rows), 'paper'), 'segmented')))
    expect(bounds[0]).toEqual(bounds[1])
  })
})

describe('all cascades', () => {
  it('a merge continues along the operand of least traffic, or along the user’s choice', () => {
    const block = fusionOf(preset('gpt3-6.7b'), 'paper')
    expect(block.merges).toHaveLength(2)
    const along = fusionOf(preset('gpt3-6.7b'), 'paper', { along: { QK: 'K_proj' } })
    expect(chainsOf(along)).toEqual(['K_proj QK', 'QKV final fc1 fc2'])
    expect(end(along, 'segmented')[1]).toBeGreaterThan(end(block, 'segmented')[1])
    expect(along.breaks.map(({ reason }) => reason).join()).toContain('as set')
  })

  it('a merge that does not exist is refused, with the list of those that do', () => {
    const plan = (along: Record<string, string>) =>
      chainFusion.plan(
        {
          workload: preset('gpt3-6.7b'),
          options: { ...OPTIONS, mapspace: 'paper', fuse: 'always', along },
        },
        [],
      )
    expect(plan({ QK: 'fc1' })).toMatchObject({
      ok: false,
      error: [{ hint: 'choose one of Q_proj, K_proj' }],
    })
    expect(plan({ fc1: 'QK' })).toMatchObject({ ok: false, error: [{ hint: 'chains meet at QK, QKV' }] })
  })

  it('an intermediate with several consumers ends a chain, with a reason', () => {
    const bound = fusionOf(
      workloadOf(
        [
          'A[m,n] = X[m,k] * W[k,n]',
          'B[m,j] = A[m,n] * V[n,j]',
          'C[m,l] = A[m,n] * U[n,l]',
          'D[m,c] = B[m,j] * T[j,c]',
        ],
        { M: 16, K: 4, N: 4, J: 4, L: 4, C: 4 },
      ),
      'paper',
    )
    expect(chainsOf(bound)).toEqual(['B D'])
    expect(bound.breaks).toMatchObject([
      { tensor: 'A', producer: 'A', reason: 'it has several consumers: B, C' },
    ])
  })

  it('a chain ends where rows do not run through, and the reason names both Einsums', () => {
    const bound = fusionOf(
      workloadOf(['A[m,n] = X[m,k] * W[k,n]', 'B[n,j] = A[m,n] * V[m,j]'], { M: 16, K: 4, N: 4, J: 4 }),
      'paper',
    )
    expect(chainsOf(bound)).toEqual([])
    expect(bound.breaks[0]!.reason).toMatch(/B passes on no row of A \(m\)/)
    expect(pointsOf(curveOf(bound, 'segmented'))).toEqual(pointsOf(curveOf(bound, 'unfused')))
  })

  it('convolutions are bounded unfused', () => {
    const bound = fusionOf(
      workloadOf(['A[m,p] = I[c, H: p + r] * F[m,c,r]', 'B[l,q] = A[m, P: q + s] * G[l,m,s]'], {
        M: 4,
        P: 10,
        C: 3,
        R: 3,
        L: 2,
        Q: 8,
        S: 3,
      }),
      'paper',
    )
    expect(chainsOf(bound)).toEqual([])
    expect(bound.breaks[0]!.reason).toContain('no product of two operands with plain ranks')
    expect(strategiesOf(bound)).toEqual(['unfused'])
  })

  it('FLAT and FlashAttention refuse an FFN, and the reason names both Einsums', () => {
    const ffn = checkStrategy(fusionOf(gemmChain(8, [4, 8, 4]), 'paper'), 'flat')
    expect(ffn).toMatchObject({ ok: false, error: [{ code: 'strategy-does-not-apply' }] })
    expect(JSON.stringify(ffn)).toMatch(/X1 and X2/)
    expect(checkStrategy(fusionOf(workloadOf(ATTENTION, SIZES), 'paper'), 'flat').ok).toBe(true)
  })

  it('a chain of 200 GEMMs can be searched', () => {
    const bound = fusionOf(
      gemmChain(
        64,
        Array.from({ length: 201 }, (_, i) => [8, 12, 16][i % 3]!),
      ),
      'paper',
    )
    const segments = segmentsAt(bound, 'segmented', end(bound, 'segmented')[0])
    expect(segments.flatMap(({ einsums }) => einsums)).toEqual(Array.from({ length: 200 }, (_, i) => i))
    const ends = bound.algorithmicMinimum
    expect(end(bound, 'segmented')[1]).toBe(ends)
  })

  it('identical layers are searched once, and a deep cascade has the right sum', () => {
    const one = decoder(1, { m: 16, d: 12, h: 2, e: 6, c: 24 })
    const [shallow, deep] = [
      fusionOf(one, 'paper'),
      fusionOf(decoder(5, { m: 16, d: 12, h: 2, e: 6, c: 24 }), 'paper'),
    ]
    expect(detailOf(deep).clusters).toHaveLength(2)
    for (const [buffer, traffic] of pointsOf(curveOf(deep, 'segmented')))
      expect(traffic).toBe(5 * trafficAt(curveOf(shallow, 'segmented'), buffer))
  })
})

describe('reductions and point-wise Einsums', () => {
  const softmax = [
    ATTENTION[0]!,
    'exp := EX[b,h,m,p] = exp(S[b,h,m,p])',
    'sum := SUM[b,h,m] = EX[b,h,m,p]',
    'div := SM[b,h,m,p] = EX[b,h,m,p] / SUM[b,h,m]',
    'QKV := A[b,m,h,f] = SM[b,h,m,p] * V[b,p,h,f]',
  ]

  it('a softmax that is written out is applied in place, and needs whole rows as with a flag', () => {
    const written = fusionOf(workloadOf(softmax, SIZES), 'paper')
    const flagged = fusionOf(workloadOf(ATTENTION, SIZES, { S: 'softmax' }), 'paper')
    expect(chainsOf(written)).toEqual(['QK QKV'])
    expect(memberOf(written, 'QK').reduced).toBe(true)
    for (const strategy of ['tiled', 'flat', 'flashattention'] as const)
      expect(pointsOf(curveOf(written, strategy))).toEqual(pointsOf(curveOf(flagged, strategy)))
    const [buffer] = end(written, 'segmented')
    expect(segmentationText(written, segmentsAt(written, 'segmented', buffer))).toBe('QK+exp+sum+div+QKV')
  })

  it('a point-wise Einsum at a cut runs alone and is charged', () => {
    const written = fusionOf(workloadOf(softmax, SIZES), 'paper')
    const flagged = fusionOf(workloadOf(ATTENTION, SIZES), 'paper')
    const [buffer] = pointsOf(curveOf(written, 'segmented'))[0]!
    expect(segmentationText(written, segmentsAt(written, 'segmented', buffer))).toBe(
      'QK | exp | sum | div | QKV',
    )
    const { S, EX, SUM } = { S: 384, EX: 384, SUM: 48 }
    const moved = trafficAt(curveOf(written, 'unfused'), 4096) - trafficAt(curveOf(flagged, 'unfused'), 4096)
    expect(moved).toBe(S + EX + (EX + SUM) + (EX + SUM + 384))
  })

  it('a reduction restricts the templates of a first member', () => {
    const plain = fusionOf(workloadOf(ATTENTION, SIZES), 'paper')
    const reduced = fusionOf(workloadOf(ATTENTION, SIZES, { S: 'softmax' }), 'paper')
    const least = (bound: Exploration) => pointsOf(curveOf(bound, 'tiled'))[0]![0]
    expect(least(reduced)).toBeGreaterThan(least(plain))
  })

  it('a gate is read value by value from the backing store', () => {
    const bound = fusionOf(
      workloadOf(
        [
          'gate := GATE[m,c] = X[m,d] * WG[d,c]',
          'up := UP[m,c] = Y[m,d] * WU[d,c]',
          'act := ACT[m,c] = silu(GATE[m,c]) * UP[m,c]',
          'down := Z[m,j] = ACT[m,c] * WD[c,j]',
        ],
        { M: 32, D: 8, C: 16, J: 8 },
      ),
      'paper',
    )
    expect(chainsOf(bound)).toEqual(['gate down'])
    const [buffer, traffic] = end(bound, 'segmented')
    // UP is written once and read once; ACT and GATE never leave the buffer.
    const [X, W, UP, Z] = [256, 128, 512, 256]
    expect(traffic).toBe(X + W + (X + W + UP) + UP + W + Z)
    expect(segmentationText(bound, segmentsAt(bound, 'segmented', buffer))).toBe('up | gate+act+down')
  })

  it('a gain per column is applied in place: its ranks are no heads', () => {
    const einsums = ['A[m,n] = X[m,k] * W[k,n]', 'B[m,n] = A[m,n] * G[n]', 'C[m,j] = B[m,n] * V[n,j]']
    const bound = fusionOf(workloadOf(einsums, { M: 16, K: 4, N: 6, J: 4 }), 'paper')
    expect(chainsOf(bound)).toEqual(['A C'])
    expect(memberOf(bound, 'A')).toMatchObject({ rows: 16, heads: { input: 1, weights: 1, output: 1 } })
    const [X, W, G, V, C] = [64, 24, 6, 24, 64]
    expect(end(bound, 'segmented')[1]).toBe(X + W + G + V + C)
  })

  it('names do not matter: the batch follows from the ranks', () => {
    const renamed = ATTENTION.map((einsum) => einsum.replaceAll(/\bb\b/g, 'w'))
    const sizes = { ...SIZES, W: SIZES.B }
    for (const strategy of ['tiled', 'flat', 'flashattention', 'segmented'] as const)
      expect(pointsOf(curveOf(fusionOf(workloadOf(renamed, sizes), 'paper'), strategy))).toEqual(
        pointsOf(curveOf(fusionOf(workloadOf(ATTENTION, SIZES), 'paper'), strategy)),
      )
  })

  it('segments of identical layers bear the names of their own layer', () => {
    const workload = decoder(3, { m: 16, d: 12, h: 2, e: 6, c: 24 })
    const bound = fusionOf(workload, 'paper')
    const [buffer] = end(bound, 'segmented')
    for (const segment of segmentsAt(bound, 'segmented', buffer)) {
      const names = segment.einsums.map((i) => workload.einsums[i]!.name)
      const view = viewOf(bound, workload, segment, buffer)
      expect(new Set(view.tensors.map(({ einsum }) => einsum))).toEqual(
        new Set(names.filter((name) => view.tensors.some(({ einsum }) => einsum === name))),
      )
      const tensors = new Set(
        segment.einsums.flatMap((i) => {
          const { inputs, output } = workload.einsums[i]!
          return [...inputs, output].map(({ tensor }) => tensor)
        }),
      )
      for (const { tensor } of view.tensors) expect(tensors).toContain(tensor)
    }
  })

  it('a reduction over rows cannot stay inside a segment', () => {
    const bound = fusionOf(
      workloadOf(
        ['A[m,n] = X[m,k] * W[k,n]', 'S[n] = A[m,n]', 'N[m,n] = A[m,n] / S[n]', 'B[m,j] = N[m,n] * V[n,j]'],
        { M: 16, K: 4, N: 4, J: 4 },
      ),
      'paper',
    )
    expect(chainsOf(bound)).toEqual([])
  })

  it('a reduction of a tensor that no Einsum writes is refused', () => {
    const built = buildWorkload({
      rank_sizes: { M: 2, K: 2, N: 2 },
      einsums: ['Z[m,n] = A[m,k] * B[k,n]'],
      row_reductions: { Q: 'softmax' },
    })
    expect(built).toMatchObject({
      ok: false,
      error: [{ path: 'workload.row_reductions.Q', hint: 'name one of Z, or leave it out' }],
    })
  })
})
