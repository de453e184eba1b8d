import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseCaseText } from '../../../src/contract/case-file'
import { countNest } from '../../../src/core/machine/counting/counts'
import { linkEnergies } from '../../../src/core/machine/counting/links'
import { stepsOf } from '../../../src/core/machine/counting/partial'
import { readMapping } from '../../../src/core/machine/mapping'
import { machineProblem } from '../../../src/core/machine/problem'
import { drawCase, type Draw, type Shape } from '../../support/arbitrary-machine'
import { countsByName, valueOf } from '../../support/machine'
import { simulate } from '../../support/machine-simulator'

const LARGEST = 2000

function check(draw: Draw, shape: Shape, factors: 'perfect' | 'imperfect'): void {
  const drawn = drawCase(draw, shape, factors)
  fc.pre(Object.values(drawn.workload.ranks).reduce((product, size) => product * size, 1) <= LARGEST)
  const { machine, workload } = valueOf(parseCaseText(JSON.stringify(drawn)))
  const problem = valueOf(machineProblem(machine!, workload!.einsums[0]!))
  const nest = readMapping(problem, drawn.mapping, factors)
  // A window's tile may be no interval: then the mapping is refused.
  if (!nest.ok) expect(nest.error.map(({ code }) => code)).toContain('tile-no-interval')
  fc.pre(nest.ok)
  const simulated = simulate(nest.value)
  const counts = countNest(nest.value, 'machine')
  expect(countsByName(problem, counts)).toEqual(simulated.counts)
  // One picojoule for each byte, and elements of one byte.
  for (const { array, energy } of linkEnergies(nest.value, counts, 'machine'))
    expect(energy).toBe(simulated.links[array] ?? 0)
  expect(Number(stepsOf(nest.value))).toBe(simulated.steps)
  // Every output has all its contributions.
  const output = problem.tensors.at(-1)!
  const each = Number(problem.macs) / output.size
  expect(simulated.outputs).toEqual(Array.from({ length: output.size }, () => each))
}

describe('counts equal those of a machine that runs the mapping element by element', () => {
  const each = (shape: Shape, factors: 'perfect' | 'imperfect') => () =>
    fc.assert(
      fc.property(fc.gen(), (draw) => check(draw, shape, factors)),
      { numRuns: Number(process.env['PISTE_RUNS'] ?? 150) },
    )
  it('perfect factors', each('plain', 'perfect'))
  it('windows that overlap', each('windowed', 'perfect'))
  it('partial tiles', each('plain', 'imperfect'))
})
