import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Rules } from '../../../src/core/machine/counting/counts'
import type { MachineProblem } from '../../../src/core/machine/problem'
import { unconstrained, type Constraints } from '../../../src/core/machine/search/constraints'
import { mapMachine, objectiveValue } from '../../../src/core/machine/search/map-machine'
import type { Objective } from '../../../src/core/machine/search/objective'
import { NEVER_STOPS } from '../../../src/core/support/checkpoint'
import type { Order } from '../../../src/core/machine/search/skeletons'
import { drawMachine, drawProduct, drawWindow, type Draw } from '../../support/arbitrary-machine'
import { problemOf, referenceCases } from '../../support/machine'
import { everyEvaluation, everyMapping, type Tried } from '../../support/machine-exhaustive'

const MOST_MAPPINGS = 1500
const RUNS = Number(process.env['PISTE_RUNS'] ?? 60)

function drawConstraints(draw: Draw, { ranks, tensors, memories, dims }: MachineProblem): Constraints {
  const pick = (max: number) => draw(fc.nat, { max })
  const free = unconstrained(tensors.length)
  switch (pick(5)) {
    case 0: {
      const fixed = memories.flatMap(({ allowed }, m) => (m > 0 && allowed[0] && draw(fc.boolean) ? [m] : []))
      return { ...free, holders: free.holders.map((_, t) => (t === 0 ? fixed : null)) }
    }
    case 1:
      return memories.length < 2
        ? free
        : {
            ...free,
            notAbove: [{ rank: pick(ranks.length - 1), tensor: pick(tensors.length - 1), memory: 1 }],
          }
    case 2:
      return dims.length === 0
        ? free
        : {
            ...free,
            spatial: [{ rank: pick(ranks.length - 1), dim: pick(dims.length - 1), count: 1 + pick(1) }],
          }
    default:
      return free
  }
}

/** The least value, and among equals the least energy. */
function bestOf(objective: Objective, tried: readonly Tried[]): { value: number; energy: number } {
  const values = tried.map(({ evaluation }) => objectiveValue(objective, evaluation))
  const value = Math.min(...values)
  const energies = tried.flatMap(({ evaluation }, i) =>
    values[i]! <= value * (1 + 1e-9) ? [evaluation.totalEnergy] : [],
  )
  return { value, energy: Math.min(...energies) }
}

describe('the mapper finds what trying every mapping finds', () => {
  const check =
    (rules: Rules, order: Order, shape: 'plain' | 'windowed' = 'plain') =>
    () => {
      let compared = 0
      fc.assert(
        fc.property(fc.gen(), (draw) => {
          const nodes = drawMachine(draw, draw(fc.nat, { max: shape === 'plain' ? 2 : 1 }))
          const problem = problemOf({
            architecture: { name: 'drawn', nodes },
            workload: shape === 'plain' ? drawProduct(draw) : drawWindow(draw),
          })
          const mappings = everyMapping(problem, order, MOST_MAPPINGS)
          fc.pre(mappings !== null)
          const constraints = drawConstraints(draw, problem)
          const tried = everyEvaluation(problem, mappings, rules, constraints)
          const objectives: Objective[] = [
            { kind: 'energy' },
            { kind: 'latency' },
            { kind: 'edp' },
            { kind: 'traffic', memory: problem.memories.length - 1 },
          ]
          for (const objective of objectives) {
            const found = mapMachine(problem, { objective, rules, order, constraints })
            expect(found.ok).toBe(tried.length > 0)
            if (!found.ok) continue
            compared++
            const best = bestOf(objective, tried)
            const { value, evaluation, gap } = found.value
            expect(evaluation.violations).toEqual([])
            expect(value, objective.kind).toBeCloseTo(best.value, 9 - Math.log10(best.value + 1e-12))
            expect(gap).toBeLessThan(1e-9)
            if (objective.kind === 'latency')
              expect(evaluation.totalEnergy).toBeCloseTo(best.energy, 9 - Math.log10(best.energy + 1e-12))
          }
        }),
        { numRuns: RUNS },
      )
      expect(compared).toBeGreaterThan(0)
    }
  it('machine rules, free order', check('machine', 'free'))
  it('machine rules, listed order', check('machine', 'listed'))
  it('peer rules, free order', check('peer', 'free'))
  it('peer rules, listed order', check('peer', 'listed'))
  it('windows', check('machine', 'free', 'windowed'))
  it('windows in the listed order', check('machine', 'listed', 'windowed'))
  it('windows, peer rules', check('peer', 'free', 'windowed'))
})

describe('a search that is stopped', () => {
  it('at its time limit returns a mapping, and a gap that the least value confirms', () => {
    let unproven = 0
    fc.assert(
      fc.property(fc.gen(), fc.constantFrom('energy', 'latency', 'edp'), (draw, kind) => {
        const nodes = drawMachine(draw, 2)
        const problem = problemOf({ architecture: { name: 'drawn', nodes }, workload: drawProduct(draw) })
        const options = { objective: { kind } as Objective, rules: 'machine', order: 'free' } as const
        const proven = mapMachine(problem, options)
        const late = mapMachine(problem, options, NEVER_STOPS, () => true)
        expect(late.ok).toBe(proven.ok)
        if (!late.ok || !proven.ok) return
        const { value, gap } = late.value
        if (gap > 0) unproven++
        expect(value).toBeGreaterThanOrEqual(proven.value.value * (1 - 1e-9))
        expect(value * (1 - gap)).toBeLessThanOrEqual(proven.value.value * (1 + 1e-9))
      }),
      { numRuns: RUNS },
    )
    expect(unproven).toBeGreaterThan(0)
  })

  it('at a checkpoint gives up', () => {
    const stop = new Error('stopped')
    const problem = problemOf(referenceCases('tiny01')[0]!)
    const options = { objective: { kind: 'energy' }, rules: 'machine', order: 'free' } as const
    const search = () =>
      mapMachine(problem, options, () => {
        throw stop
      })
    expect(search).toThrow(stop)
  })
})
