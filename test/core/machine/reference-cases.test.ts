import { describe, expect, it } from 'vitest'
import type { Rules } from '../../../src/core/machine/counting/counts'
import { evaluate } from '../../../src/core/machine/evaluate'
import type { MappingItem } from '../../../src/core/machine/mapping'
import { asExpected, nestOf, referenceCases, type Expected, type ReferenceCase } from '../../support/machine'

const COUNTS = referenceCases('counts_')
const PEER = referenceCases('peer_')
const TINY = referenceCases('tiny')

/** Integers must be equal; other numbers to 1e-9 of their size. */
function expectSame(found: unknown, expected: unknown, path: string): void {
  if (typeof expected === 'number' && !Number.isInteger(expected)) {
    expect(Math.abs((found as number) / expected - 1), path).toBeLessThan(1e-9)
  } else if (typeof expected === 'object' && expected !== null)
    for (const [key, value] of Object.entries(expected))
      expectSame((found as Record<string, unknown>)[key], value, `${path}.${key}`)
  else if (typeof expected === 'number') expect(found, path).toBeCloseTo(expected, 9)
  else expect(found, path).toEqual(expected)
}

function check(one: ReferenceCase, mapping: readonly MappingItem[], rules: Rules, expected: Expected): void {
  const nest = nestOf(one, mapping)
  const evaluation = evaluate(nest, rules)
  const found = asExpected(nest, evaluation)
  expect(Object.keys(found.counts).sort()).toEqual(Object.keys(expected.counts).sort())
  expect(found.counts).toEqual(expected.counts)
  expectSame(found, expected, one.name)
  expect(evaluation.violations).toEqual([])
}

describe('reference cases of machines', () => {
  it('there are all of them', () => {
    expect([COUNTS.length, PEER.length, TINY.length]).toEqual([36, 8, 14])
  })

  it.each(COUNTS.map((one) => [one.name, one] as const))('%s: every count', (_, one) => {
    check(one, one.mapping, 'machine', one.expected.machine!)
  })

  it.each(PEER.map((one) => [one.name, one] as const))('%s: both rules', (_, one) => {
    check(one, one.mapping, 'peer', one.expected.peer!)
    check(one, one.mapping, 'machine', one.expected.machine!)
  })

  it.each(TINY.map((one) => [one.name, one] as const))('%s: the best mappings', (_, one) => {
    for (const { mapping, expected } of Object.values(one.optimum)) check(one, mapping!, 'machine', expected!)
  })
})
