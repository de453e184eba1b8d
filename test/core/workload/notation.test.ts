import { describe, expect, it } from 'vitest'
import { parseWorkloadText } from '../../../src/contract/workload-file'
import { toSearchProblem } from '../../../src/core/model/search-problem'
import { buildWorkload } from '../../../src/core/workload/build-workload'
import type { WorkloadDefinition } from '../../../src/core/workload/definition'

const built = (definition: WorkloadDefinition) => {
  const workload = buildWorkload(definition)
  if (!workload.ok) throw new Error(JSON.stringify(workload.error))
  return workload.value
}
const one = (einsum: string, rank_sizes: Record<string, unknown>) =>
  built({ rank_sizes, einsums: [einsum] }).einsums[0]!

describe('Einsum notation', () => {
  it('reads a product, its ranks in order and its MACs', () => {
    const einsum = one('Z[m,n] = A[m,k] * B[k,n]', { M: 2, K: 3, N: 4 })
    expect(einsum.kind).toBe('product')
    expect(einsum.macs).toBe(24)
    expect(einsum.variables.map(({ name, size }) => [name, size])).toEqual([
      ['m', 2],
      ['n', 4],
      ['k', 3],
    ])
  })

  it('reads affine ranks with coefficients on either side', () => {
    const einsum = one('O[p] = I[H: 2*p + r*3 - 1] * F[r]', { P: 4, R: 3 })
    expect(einsum.inputs[0]!.ranks[0]).toEqual({
      rank: 'H',
      terms: [
        { variable: 'p', coefficient: 2 },
        { variable: 'r', coefficient: 3 },
      ],
      offset: -1,
    })
  })

  it('accepts more than two operands, and counts one MAC for each point', () => {
    expect(one('Z[m] = A[m,k] * B[k] * C[k,m]', { M: 5, K: 7 }).macs).toBe(35)
  })

  it('gives point-wise Einsums no MACs', () => {
    for (const text of [
      'Z[m] = A[m] + B[m]',
      'Z[m] = exp(A[m])',
      'Z[m] = A[m] / B[m]',
      'Z[m] = max(A[m], 0)',
      'Z[m] = A[m]^2',
      'Z[m] = -A[m]',
      'Z[m] = 2 * A[m]',
    ])
      expect(one(text, { M: 5 }).macs, text).toBe(0)
  })

  it('accepts a size by rank, by rank variable, by alias, and by the rank named in an access', () => {
    expect(one('Z[m] = A[m] * B[m]', { m: 3 }).variables[0]!.size).toBe(3)
    expect(one('Z[p] = A[p] * B[p]', { M: 3, P: 'M' }).variables[0]!.size).toBe(3)
    expect(one('Z[p] = A[M: p] * B[p]', { M: 3 }).variables[0]).toEqual({ name: 'p', rank: 'M', size: 3 })
  })

  it('accepts widths by tensor', () => {
    const workload = built({
      rank_sizes: { M: 2 },
      bits_per_value: { All: 16, Z: 32 },
      einsums: ['Z[m] = A[m] * B[m]'],
    })
    expect(workload.einsums[0]!.output.bitsPerValue).toBe(32)
    expect(workload.einsums[0]!.inputs[0]!.bitsPerValue).toBe(16)
  })

  it('accepts the long form with accesses and an iteration space', () => {
    const workload = built({
      rank_sizes: {},
      einsums: [
        {
          name: 'conv',
          tensor_accesses: [
            { name: 'I', projection: { C: 'c', H: '2*p + r' } },
            { name: 'F', projection: ['c', 'r'] },
            { name: 'O', projection: ['p'], output: true },
          ],
          iteration_space_shape: { p: '0 <= p < 8', c: 4, r: 3 },
        },
      ],
    })
    expect(workload.einsums[0]).toMatchObject({ name: 'conv', macs: 96 })
    expect(workload.tensors.find(({ name }) => name === 'I')!.size).toBe(4 * 17)
  })

  it('flattens ranks that occur in the same tensors, but not those in a sum', () => {
    const names = (text: string, sizes: Record<string, number>) =>
      toSearchProblem(one(text, sizes)).ranks.map(({ name, size }) => [name, size])
    expect(names('Q[b,m,h,e] = X[b,m,d] * W[d,h,e]', { B: 2, M: 3, D: 4, H: 5, E: 6 })).toEqual([
      ['b·m', 6],
      ['h·e', 30],
      ['d', 4],
    ])
    expect(names('O[p,q] = I[H: p + r, q] * F[r]', { P: 4, Q: 5, R: 3 })).toEqual([
      ['p', 4],
      ['q', 5],
      ['r', 3],
    ])
  })

  it('reads JSON as well as YAML', () => {
    const text = JSON.stringify(
      { workload: { rank_sizes: { M: 2 }, einsums: ['Z[m] = A[m] * B[m]'] } },
      null,
      '\t',
    )
    expect(parseWorkloadText(text).ok).toBe(true)
  })

  it('finds the writer and the readers of each tensor', () => {
    const workload = built({ rank_sizes: { M: 2 }, einsums: ['Y[m] = A[m] * B[m]', 'Z[m] = exp(Y[m])'] })
    expect(workload.tensors.map(({ name, role }) => [name, role])).toEqual([
      ['A', 'input'],
      ['B', 'input'],
      ['Y', 'intermediate'],
      ['Z', 'output'],
    ])
  })
})
