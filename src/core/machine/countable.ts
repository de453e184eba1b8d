import { err, ok, type Result } from '../support/result'
import { evaluate, type Evaluation } from './evaluate'
import type { Rules } from './counting/counts'
import type { Nest } from './mapping'

/** Evaluates a mapping, or says why its counting is not covered or the machine forbids it. */
export function evaluateMapping(nest: Nest, rules: Rules): Result<Evaluation> {
  const window = nest.problem.tensors.find(({ isWindowed }) => isWindowed)
  if (!nest.isPerfect && window !== undefined)
    return err([
      {
        code: 'partial-window',
        path: 'mapping',
        message: `Partial tiles are not counted where windows overlap, as in ${window.name}`,
        value: window.name,
        hint: 'use tiles that divide',
      },
    ])
  if (!nest.isPerfect && rules === 'peer')
    return err([
      {
        code: 'partial-peer',
        path: 'mapping',
        message: 'The peer counts partial tiles by their average, which is not reproduced',
        hint: 'use tiles that divide, or the rules machine',
      },
    ])
  const evaluation = evaluate(nest, rules)
  return evaluation.violations.length > 0 ? err(evaluation.violations) : ok(evaluation)
}
