import { CANCELLED } from '../contract/messages'
import { describeFault, type Fault, type Result } from '../core/support/result'

export const EXIT = { done: 0, failed: 1, wrongInput: 2, interrupted: 130 } as const

/** Ends a command early, with one line for stderr and the exit status. */
export class Exit extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message)
  }
}

/** The value, or the end of the command. Faults of the input have status 2, a cancelled search has 130. */
export function orExit<T>(result: Result<T>): T {
  if (result.ok) return result.value
  const [first, ...more] = result.error
  if (first?.code === CANCELLED) throw new Exit(EXIT.interrupted, 'piste: interrupted')
  const rest = more.length > 0 ? ` (and ${more.length} more)` : ''
  throw new Exit(
    first?.code === 'workers-lost' ? EXIT.failed : EXIT.wrongInput,
    `piste: ${first ? describeFault(first) : 'wrong input'}${rest}`,
  )
}

/** A fault of a command-line option. */
export const optionFault = (option: string, message: string, value: string, hint: string): Fault => ({
  code: 'option',
  path: option,
  message,
  value,
  hint,
})
