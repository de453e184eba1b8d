import type { Result } from '../../core/support/result'

/** What a call comes to when the host does not answer any more. */
export const connectionLost: Result<never> = {
  ok: false,
  error: [
    {
      code: 'connection-lost',
      path: '',
      message: 'The connection to Piste was lost',
      mend: 'see whether it still runs; what you have open is kept here',
    },
  ],
}
