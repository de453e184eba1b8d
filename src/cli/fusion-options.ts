import type { Execution } from '../core/mappers/mapper'
import { STRATEGIES, type Strategy } from '../core/mappers/strategy'
import { type Command, Option } from 'commander'

import { err } from '../core/support/result'
import { optionFault, orExit } from './exit'
import { collect } from './options'

/** Options of every command that fuses. */
export interface FusionFlags {
  readonly execution: Execution
  readonly along?: readonly string[]
  readonly recompute?: 'halo' | 'any'
  readonly keep?: string
  /** Undefined asks for the one of least traffic. */
  readonly strategy?: Strategy
}

export const withFusionOptions = (command: Command): Command =>
  command
    .addOption(
      new Option('--execution <execution>', 'whether members of a segment run in turn or all work at once')
        .choices(['sequential', 'pipelined'])
        .default('sequential'),
    )
    .option(
      '--along <consumer=producer>',
      'which chain continues if several meet (QK=Q_proj); default: the choice of least traffic',
      collect,
    )

export const withStrategy = (command: Command): Command =>
  command.addOption(
    new Option(
      '--strategy <strategy>',
      'how Einsums run; fuse searches fused (any loop tree) by default, and segmented in the mapspace of the paper',
    ).choices([...STRATEGIES]),
  )

/** `--along QK=Q_proj`, as consumer -> producer. */
export function parseAlong(pairs: readonly string[]): Readonly<Record<string, string>> {
  const along = new Map<string, string>(
    pairs.map((pair) => {
      const match = /^\s*([^=\s]+)\s*=\s*([^=\s]+)\s*$/.exec(pair)
      return match
        ? [match[1]!, match[2]!]
        : orExit(
            err([
              optionFault(
                '--along',
                'A choice is written consumer=producer',
                pair,
                'write --along QK=Q_proj',
              ),
            ]),
          )
    }),
  )
  if (along.size < pairs.length)
    orExit(
      err([
        optionFault('--along', 'A consumer has two choices', pairs.join(' '), 'give one for each consumer'),
      ]),
    )
  return Object.fromEntries(along)
}
