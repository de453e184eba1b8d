import { err, type Fault, type Result } from '../../core/support/result'

/** The result of a call when the host no longer answers. */
export const connectionLost: Result<never> = {
  ok: false,
  error: [
    {
      code: 'connection-lost',
      path: '',
      message: 'The connection to Piste was lost',
      hint: 'check that Piste still runs; this window keeps the open project',
    },
  ],
}

/** The result of a call from a page that has no valid key. */
export const notAdmitted: Result<never> = {
  ok: false,
  error: [
    {
      code: 'not-admitted',
      path: '',
      message: 'This page was opened without its key, or with one that was used before',
      hint: 'start Piste again and open the address that it prints',
    },
  ],
}

/** The result for a dropped item that cannot be read: a folder, or a deleted file. */
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
