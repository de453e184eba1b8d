import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { costOfTree } from '../../../../src/core/mappers/loop-trees/counting'
import type { CascadeProblem } from '../../../../src/core/mappers/loop-trees/problem'
import { decodeMapping, encodeMapping } from '../../../../src/core/mapping/codec'
import {
  arbitraryPlainCascade,
  arbitraryWindowCascade,
  problemOf,
} from '../../../support/loop-trees/arbitrary'
import { randomFrom, randomTree } from '../../../support/loop-trees/random-tree'
import { execute } from '../../../support/loop-trees/simulator'

const TREES = 60

/** Grows trees over a cascade and executes those that are legal; how many were. */
function executeSome(problem: CascadeProblem, seed: number, factors: 'perfect' | 'imperfect'): number {
  const random = randomFrom(seed)
  let legal = 0
  for (let i = 0; i < TREES; i++) {
    const mapping = randomTree(problem, random, factors, 'any')
    if (mapping === null) continue
    const words: number[] = []
    encodeMapping(mapping, words)
    const column = { words: Float64Array.from(words), offsets: Uint32Array.of(0, words.length) }
    expect(decodeMapping(column, 0)).toEqual(mapping)
    const cost = costOfTree(problem, mapping)
    if (!cost.ok) continue
    legal++
    const { peak, traffic, points } = cost.value
    expect(execute(problem, mapping), JSON.stringify(mapping)).toEqual({ peak, traffic, points })
  }
  return legal
}

describe(
  'what a tree costs by the rules is what its execution, element by element, costs',
  { timeout: 60_000 },
  () => {
    it.each([
      ['plain cascades', arbitraryPlainCascade(3, [1, 2, 3, 4])],
      ['windows', arbitraryWindowCascade(4)],
    ] as const)('%s', (_, cascades) => {
      let legal = 0
      fc.assert(
        fc.property(cascades, fc.nat(), fc.constantFrom('perfect', 'imperfect'), (cascade, seed, factors) => {
          const problem = problemOf(cascade)
          // A read beyond what is produced (padding) has no elements to execute.
          if (problem.tensors.every(({ exact }) => exact)) legal += executeSome(problem, seed, factors)
        }),
        { numRuns: 250 },
      )
      expect(legal).toBeGreaterThan(500)
    })
  },
)
