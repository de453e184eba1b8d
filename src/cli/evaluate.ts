import { Option, type Command } from 'commander'
import { evaluateMapping } from '../core/machine/countable'
import type { Rules } from '../core/machine/counting/counts'
import { readMapping } from '../core/machine/mapping'
import { readOut } from '../core/machine/read-out'
import type { Factors } from '../core/model/pieces'
import { err } from '../core/support/result'
import type { Context } from './context'
import { orExit } from './exit'
import { einsumsOf, evaluationInputs, orExitIn, problemOn } from './machine-inputs'
import { exactJson, machineText } from './machine-text'
import { withRules } from './map'
import { withOutputOptions } from './options'

export function addEvaluateCommand(program: Command, context: Context): void {
  const command = program
    .command('evaluate <case>')
    .description('what a given mapping moves, takes and costs on a given machine (a case: YAML or JSON)')
    .option('--einsum <name>', 'this Einsum of the workload')
    .addOption(
      new Option('--factors <factors>', 'whether tiles must divide')
        .choices(['perfect', 'imperfect'])
        .default('imperfect'),
    )
  withOutputOptions(withRules(command), ['table', 'json']).action(
    async (
      file: string,
      options: { rules: Rules; factors: Factors; einsum?: string; format: 'table' | 'json' },
    ) => {
      const began = performance.now()
      const inputs = await evaluationInputs(file, context)
      const [einsum] = einsumsOf(inputs.workload, options.einsum)
      const problem = problemOn(inputs, einsum!)
      if (inputs.mapping === null)
        return orExit(
          err([
            {
              code: 'missing-field',
              file,
              path: 'mapping',
              message: 'The case has no mapping',
              hint: 'add mapping:, or search one with piste map',
            },
          ]),
        )
      const nest = orExitIn(file, readMapping(problem, inputs.mapping, options.factors))
      const evaluation = orExitIn(file, evaluateMapping(nest, options.rules))
      const elapsed_ms = performance.now() - began
      context.print(
        options.format === 'json'
          ? exactJson({ einsum: einsum!.name, ...readOut(nest, evaluation), elapsed_ms })
          : machineText(nest, evaluation),
      )
    },
  )
}
