import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { err, ok, type Result } from '../../core/support/result'

export interface WebOptions {
  /** Project to open at start. */
  readonly project: string | null
  /** 0 lets the system choose. */
  readonly port: number
  readonly browser: boolean
  /** Why the app is served instead of opened in the desktop shell; said when it starts. */
  readonly because: string | null
}

/** Reads `[project.piste] [--port N] [--no-browser] [--because REASON]`. */
export function parseWebOptions(args: readonly string[]): Result<WebOptions> {
  const refuse = (path: string, message: string, hint: string, value?: string) =>
    err([{ code: 'option', path, message, hint, ...(value === undefined ? {} : { value }) }])
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        port: { type: 'string', default: '0' },
        'no-browser': { type: 'boolean', default: false },
        because: { type: 'string' },
      },
    })
    if (!/^\d{1,5}$/.test(values.port) || Number(values.port) > 65535)
      return refuse(
        '--port',
        'This is no port',
        'choose one from 1024 to 65535, or leave it out',
        values.port,
      )
    return ok({
      project: positionals[0] === undefined ? null : resolve(positionals[0]),
      port: Number(values.port),
      browser: !values['no-browser'],
      because: values.because ?? null,
    })
  } catch (error) {
    const message = error instanceof Error ? error.message.split('. ')[0]! : 'The options are wrong'
    return refuse('', message, 'use [project.piste] [--port N] [--no-browser]')
  }
}
