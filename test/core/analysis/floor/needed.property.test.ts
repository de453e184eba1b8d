import fc from 'fast-check'
import { expect, it } from 'vitest'
import { neededParts } from '../../../../src/core/analysis/floor/needed'
import { projectionOf } from '../../../../src/core/analysis/floor/projection'
import { operationsOf } from '../../../support/any-schedule'
import { cascadeOf } from '../../../support/einsums'
import { arbitraryPlainCascade, arbitraryWindowCascade } from '../../../support/loop-trees/arbitrary'

it('the needed part of an Einsum is no more than the outputs depend on, operation by operation', () => {
  let parts = 0
  fc.assert(
    fc.property(
      fc.oneof(arbitraryWindowCascade(6), arbitraryPlainCascade(3, [1, 2, 3])),
      ({ einsums: texts, sizes, bits }) => {
        const { einsums } = cascadeOf(texts, sizes, bits)
        const { list, makers, tensors, wanted } = operationsOf(einsums)
        const needed = new Set<number>()
        const visit = (at: number): void => {
          if (needed.has(at)) return
          needed.add(at)
          for (const element of list[at]!.reads) makers[element]!.forEach(visit)
        }
        wanted.forEach((isWanted, element) => isWanted && makers[element]!.forEach(visit))
        for (const [i, part] of neededParts(einsums).entries()) {
          if (part === null) continue
          const own = [...needed].filter((at) => list[at]!.einsum === i).map((at) => list[at]!)
          const points = part.variables.reduce((product, { size }) => product * size, 1)
          if (points < einsums[i]!.variables.reduce((product, { size }) => product * size, 1)) parts++
          expect(points).toBeLessThanOrEqual(own.length)
          for (const access of part.inputs) {
            const read = own.flatMap(({ reads }) => reads.filter((e) => tensors[e] === access.tensor))
            expect(projectionOf(part, access).touched).toBeLessThanOrEqual(new Set(read).size)
          }
        }
      },
    ),
    { numRuns: 200 },
  )
  expect(parts).toBeGreaterThan(0)
})
