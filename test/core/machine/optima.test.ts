import { describe, expect, it } from 'vitest'
import { mapMachine } from '../../../src/core/machine/search/map-machine'
import type { Objective } from '../../../src/core/machine/search/objective'
import { problemOf, referenceCases, valueOf } from '../../support/machine'

const close = (found: number, expected: number, what: string) =>
  expect(Math.abs(found / expected - 1), `${what}: ${found} for ${expected}`).toBeLessThan(1e-9)

describe('optima of reference cases', () => {
  it.each(referenceCases('tiny').map((one) => [one.name, one] as const))('%s', (_, one) => {
    for (const [kind, { value }] of Object.entries(one.optimum)) {
      const found = valueOf(
        mapMachine(problemOf(one), { objective: { kind } as Objective, rules: 'machine', order: 'free' }),
      )
      close(found.value, value, kind)
      expect(found.gap).toBeLessThan(1e-9)
      expect(found.evaluation.violations).toEqual([])
    }
  })

  it.each(referenceCases('peer_').map((one) => [one.name, one] as const))('%s', (_, one) => {
    for (const [space, { value, objective }] of Object.entries(one.optimum)) {
      const [rules, order] = space.split('/') as ['peer', 'listed']
      const found = valueOf(
        mapMachine(problemOf(one), { objective: { kind: objective } as Objective, rules, order }),
      )
      close(found.value, value, space)
      expect(found.gap).toBeLessThan(1e-9)
      expect(found.evaluation.violations).toEqual([])
    }
  })
})
