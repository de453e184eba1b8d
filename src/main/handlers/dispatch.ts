import * as v from 'valibot'
import { channels, type Channel } from '../../contract/messages'
import { faultOf } from '../../contract/parse-project'
import { err, type Result } from '../../core/support/result'
import type { Handlers } from './handlers'

export const isChannel = (name: unknown): name is Channel =>
  typeof name === 'string' && Object.hasOwn(channels, name)

/**
 * Carries out one message from a window. What comes in is checked against the contract before a handler sees it; what
 * a handler throws is a bug, reported to `onBug` whole and to the window in one sentence.
 */
export async function dispatch(
  handlers: Handlers,
  channel: unknown,
  args: unknown,
  onBug: (error: unknown) => void,
): Promise<Result<unknown>> {
  if (!isChannel(channel)) {
    return err([
      {
        code: 'unknown-channel',
        path: '',
        message: 'The window asked for something unknown',
        value: String(channel).slice(0, 80),
        hint: 'reload the window',
      },
    ])
  }
  const checked = v.safeParse(channels[channel].args, args)
  if (!checked.success) return err(checked.issues.map(faultOf))
  try {
    // The schema of this very channel has checked the arguments; the compiler cannot follow the index.
    const handle = handlers[channel] as (args: unknown) => Promise<Result<unknown>>
    return await handle(checked.output)
  } catch (error) {
    onBug(error)
    return err([
      {
        code: 'internal',
        path: '',
        message: 'Something went wrong inside Piste',
        hint: 'try again; if it stays, report it with the log',
      },
    ])
  }
}
