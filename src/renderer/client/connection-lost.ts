import { err, type Fault, type Result } from '../../core/support/result'

/** What a call comes to when the host does not answer any more. */
export const connectionLost: Result<never> = {
  ok: false,
  error: [
    {
      code: 'connection-lost',
      path: '',
      message: 'The connection to Piste was lost',
      hint: 'see whether it still runs; what you have open is kept here',
    },
  ],
}

/** What was dropped is nothing that could be read: a folder, or a file that has gone since. */
export const noFile = (name: string): Result<never, readonly Fault[]> =>
  err([
    {
      code: 'no-file',
      path: '',
      file: name,
      message: 'This could not be read as a file',
      hint: 'drop one file: a project, a workload, a config.json or a model',
    },
  ])
