import { describe, expect, it } from 'vitest'
import { cascadeProblem } from '../../../../src/core/mappers/loop-trees/problem'
import { buildWorkload } from '../../../../src/core/workload/build-workload'
import type { EinsumDefinition } from '../../../../src/core/workload/definition'
import { problemOf } from '../../../support/loop-trees/arbitrary'

const build = (rank_sizes: Record<string, number>, einsums: readonly EinsumDefinition[]) => {
  const built = buildWorkload({ rank_sizes, einsums })
  if (!built.ok) throw new Error('it parses')
  return cascadeProblem(built.value.einsums)
}

describe('a cascade as the search sees it', () => {
  it('takes the greatest common width as its unit', () => {
    const problem = problemOf({ sizes: { m: 2 }, bits: { T: 24 }, einsums: ['T[m] = X[m]', 'Z[m] = T[m]'] })
    expect(problem.unitBits).toBe(8)
    expect(problem.tensors.map(({ name, width, role }) => [name, width, role])).toEqual([
      ['X', 1, 'input'],
      ['T', 3, 'intermediate'],
      ['Z', 1, 'output'],
    ])
    expect(JSON.parse(JSON.stringify(problem))).toEqual(problem)
  })

  it('counts an input from its first element, whatever the signs', () => {
    const { tensors, einsums } = problemOf({
      sizes: { p: 4, r: 3 },
      bits: {},
      einsums: ['O[p] = I[H: p - r] * F[r]'],
    })
    expect(tensors[0]).toMatchObject({ name: 'I', shape: [6] })
    expect(einsums[0]!.inputs[0]!.indices[0]!.offset).toBe(2)
  })

  it('tells a tensor whose consumers do not read exactly what is produced', () => {
    const padded = build({ p: 4, r: 3 }, ['T[p] = I[p]', 'O[p] = T[H: p + r] * F[r]'])
    expect(padded.tensors.map(({ name, exact }) => [name, exact])).toContainEqual(['T', false])
  })

  it('links ranks through tensors where names have several sizes', () => {
    const { ranks, einsums } = build({}, [
      { einsum: 'A[m, p] = I[c, p] * F[m, c]', iteration_space_shape: { m: 8, c: 4, p: 6 } },
      { einsum: 'B[m, p] = A[c, p] * G[m, c]', iteration_space_shape: { m: 16, c: 8, p: 6 } },
    ])
    expect(ranks.map(({ size }) => size)).toEqual([8, 6, 4, 16])
    expect(einsums[1]!.inputs[0]!.indices).toEqual(einsums[0]!.output.indices)
  })
})
