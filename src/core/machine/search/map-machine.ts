import type { Factors } from '../../model/pieces'
import { NEVER_STOPS, type Checkpoint } from '../../support/checkpoint'
import { err, ok, type Fault, type Result } from '../../support/result'
import type { Rules } from '../counting/counts'
import { evaluate, type Evaluation } from '../evaluate'
import type { Nest } from '../mapping'
import type { MachineProblem } from '../problem'
import { unconstrained, type Constraints } from './constraints'
import { flatten } from './flatten'
import { trafficProblem, type Objective } from './objective'
import { rebuild } from './rebuild'
import { searchMappings } from './search'
import type { Order } from './skeletons'
import { whyNone } from './why-none'

export interface MapOptions {
  readonly objective: Objective
  readonly rules: Rules
  readonly order: Order
  readonly factors?: Factors
  readonly constraints?: Constraints
}

/** The best mapping that was found. */
export interface Mapped {
  readonly nest: Nest
  readonly evaluation: Evaluation
  /** pJ, s, pJ*s or bytes. */
  readonly value: number
  /** 0: no mapping is better. Otherwise the share of the value by which one could be. */
  readonly gap: number
  /** Complete mappings that were evaluated. */
  readonly leaves: number
}

/** The best mapping of an Einsum on a machine. `isLate` ends the search with the best so far and the proven gap. */
export function mapMachine(
  problem: MachineProblem,
  options: MapOptions,
  checkpoint: Checkpoint = NEVER_STOPS,
  isLate: () => boolean = () => false,
): Result<Mapped> {
  const { objective, rules, order, constraints = unconstrained(problem.tensors.length) } = options
  if (options.factors === 'imperfect') return err([NO_PARTIAL_SEARCH])
  const flat = flatten(problem, constraints)
  const priced = objective.kind === 'traffic' ? trafficProblem(flat.problem, objective.memory) : flat.problem
  const input = { problem: priced, objective, rules, order, constraints: flat.constraints }
  const { best, bound, leaves } = searchMappings(input, checkpoint, isLate)
  if (best === null) return err(whyNone(problem, order, constraints))
  const nest = rebuild(problem, flat, best)
  const evaluation = evaluate(nest, rules)
  const value = objectiveValue(objective, evaluation)
  return ok({
    nest,
    evaluation,
    value,
    gap: bound === null || value <= bound ? 0 : (value - bound) / value,
    leaves,
  })
}

const NO_PARTIAL_SEARCH: Fault = {
  code: 'imperfect-machine',
  path: 'factors',
  message: 'Mappings with partial tiles are evaluated, but not searched yet',
  value: 'imperfect',
  hint: 'search with perfect factors, or give the mapping to piste evaluate',
}

/** What an evaluation is worth: pJ, s, pJ*s or bytes. */
export function objectiveValue(objective: Objective, found: Evaluation): number {
  switch (objective.kind) {
    case 'energy':
      return found.totalEnergy
    case 'latency':
      return found.latency
    case 'edp':
      return found.totalEnergy * found.latency
    case 'traffic': {
      const bytes = found.traffic[objective.memory]!
      return bytes.read + bytes.written
    }
  }
}
