import type { SearchOptions } from '../../../../src/core/mappers/mapper'
import { describe, expect, it } from 'vitest'

import { curveOf } from '../../../../src/core/explore/read'
import { retention } from '../../../../src/core/mappers/retention/retention'
import { uniform } from '../../../../src/core/mappers/uniform/uniform'
import { OPTIONS } from '../../../support/explore'
import { buildWorkload } from '../../../../src/core/workload/build-workload'
import { boundOf, pointsOf } from '../../../support/search'
import { workloadOf } from '../../../support/truth'

const FULL: SearchOptions = { ...OPTIONS, fuse: 'never' }

const cascade = (rank_sizes: Readonly<Record<string, number>>, ...einsums: readonly string[]) => {
  const workload = buildWorkload({ rank_sizes, einsums })
  if (!workload.ok) throw new Error(JSON.stringify(workload.error))
  return workload.value
}
const pair = cascade({ M: 12, K: 8, N: 8, J: 8 }, 'Y[m,n] = X[m,k] * V[k,n]', 'Z[m,j] = Y[m,n] * W[n,j]')

describe('a search cut into tasks', () => {
  it('searches Einsums of one shape once', () => {
    const plan = retention.plan({ workload: pair, options: FULL })
    expect(plan.ok && plan.value.memberOf).toEqual([0, 0])
    expect(plan.ok && new Set(plan.value.tasks.map(({ member }) => member))).toEqual(new Set([0]))
  })

  it('sums a cascade at equal buffer size', () => {
    const one = pointsOf(boundOf(workloadOf('Z[m,n] = A[m,k] * B[k,n]', { M: 12, K: 8, N: 8 }), 'full'))
    const both = boundOf(pair, 'full')
    expect(pointsOf(both)).toEqual(one.map(([buffer, traffic]) => [buffer, 2 * traffic]))
    expect(both.algorithmicMinimum).toBe(2 * (12 * 8 + 8 * 8 + 12 * 8))
    expect(both.macs).toBe(2 * 12 * 8 * 8)
  })

  it('does not depend on the order of its parts, and can be copied to a worker and back', () => {
    const workload = workloadOf('O[m,p] = I[c, H: 2*p + r] * F[m,c,r]', { P: 12, R: 4, C: 6, M: 12 })
    for (const mapspace of ['paper', 'full'] as const) {
      const mapper = mapspace === 'paper' ? uniform : retention
      const request = { workload, options: { ...FULL, mapspace, factors: 'imperfect' as const } }
      const plan = mapper.plan(request)
      if (!plan.ok) throw new Error(JSON.stringify(plan.error))
      const slices = plan.value.tasks.flatMap((task) =>
        Array.from({ length: task.slice.to - task.slice.from }, (_, i) => ({
          ...task,
          slice: { from: task.slice.from + i, to: task.slice.from + i + 1 },
        })),
      )
      expect(slices.length).toBeGreaterThan(4)
      const parts = slices.map((slice) => {
        const part = mapper.run(JSON.parse(JSON.stringify(slice)) as typeof slice)
        return structuredClone(part, { transfer: [...mapper.transferables(part)] })
      })
      const inOrder = mapper.assemble(request, plan.value, parts)
      expect(mapper.assemble(request, plan.value, [...parts].reverse())).toEqual(inOrder)
      const atOnce = boundOf(workload, mapspace, 'imperfect')
      expect(pointsOf(curveOf(inOrder, 'unfused'))).toEqual(pointsOf(atOnce))
      expect(inOrder.members[0]!.mappings).toEqual(atOnce.members[0]!.mappings)
    }
  })

  it('is never below the algorithmic minimum of a member', () => {
    for (const member of boundOf(pair, 'full').members)
      expect(member.trafficBytes.at(-1)).toBe(member.algorithmicMinimum)
  })

  it.each([
    ['Z[m,n] = A[m,k] * B[k,n]', { M: 2 ** 20, K: 2 ** 20, N: 2 ** 20 }, 'too-large-to-count'],
    ['Z[m] = A[m] * B[m] * C[m] * D[m] * E[m] * F[m] * G[m]', { M: 8 }, 'search-too-large'],
  ])('refuses %s of %j: %s', (einsum, sizes, code) => {
    const plan = retention.plan({ workload: workloadOf(einsum, sizes), options: FULL })
    expect(plan.ok).toBe(false)
    if (plan.ok) return
    expect(plan.error[0]).toMatchObject({ code, path: 'workload.einsums[0]' })
    expect(plan.error[0]!.hint).toMatch(/smaller/)
  })

  it('accepts an Einsum without a loop: every tensor is one value', () => {
    for (const mapspace of ['paper', 'full'] as const)
      expect(pointsOf(boundOf(workloadOf('Z[m] = A[m] * B[m]', { M: 1 }), mapspace))).toEqual([[3, 3]])
  })
})

describe('values of several widths', () => {
  const gemm = (widths: Readonly<Record<string, number>>) => {
    const workload = buildWorkload({
      rank_sizes: { M: 6, K: 4, N: 10 },
      bits_per_value: widths,
      einsums: ['Z[m,n] = A[m,k] * B[k,n]'],
    })
    if (!workload.ok) throw new Error(JSON.stringify(workload.error))
    return workload.value
  }

  it('of one width scale the curve in bytes', () => {
    const inBytes = pointsOf(boundOf(gemm({ All: 8 }), 'full'))
    for (const factor of [2, 4]) {
      const scaled = inBytes.map(([buffer, traffic]) => [buffer * factor, traffic * factor])
      expect(pointsOf(boundOf(gemm({ All: 8 * factor }), 'full'))).toEqual(scaled)
    }
  })

  it('wider partial sums never make a bound lower', () => {
    for (const mapspace of ['paper', 'full'] as const) {
      const narrow = boundOf(gemm({ All: 8 }), mapspace)
      const wide = boundOf(gemm({ All: 8, Z: 32 }), mapspace)
      expect(wide.trafficBytes.at(-1)).toBe(6 * 4 + 4 * 10 + 4 * 6 * 10)
      for (const [buffer, traffic] of pointsOf(wide)) {
        const at = pointsOf(narrow).findLast(([size]) => size <= buffer)
        expect(at![1]).toBeLessThanOrEqual(traffic)
      }
    }
  })
})
