import { CANCELLED } from '../contract/messages'
import { err, type Err, type Fault } from '../core/support/result'

export const isAbort = (error: unknown, signal: AbortSignal | undefined): boolean =>
  signal?.aborted === true || (error instanceof Error && error.name === 'AbortError')

/** The fault of a cancelled search; its code is the signal's reason if that is a string. */
export function cancelledFault(signal: AbortSignal | undefined): Err<readonly Fault[]> {
  const code = typeof signal?.reason === 'string' ? signal.reason : CANCELLED
  return err([
    { code, path: '', message: 'The search was cancelled', hint: 'start it again to see its result' },
  ])
}
