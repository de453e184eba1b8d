import { spawn } from 'node:child_process'
import { openSync } from 'node:fs'
import { join } from 'node:path'

const PISTE = join(import.meta.dirname, '..', '..', 'bin', 'piste.mjs')

export interface Outcome {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
  readonly elapsedMs: number
}

/**
 * Runs the command line as a process of its own, with the user's data in a folder, and its output in a file if given. It
 * is interrupted after some time if that is given.
 */
export function runPiste(
  data: string,
  args: readonly string[],
  output?: string,
  interruptAfterMs?: number,
): Promise<Outcome> {
  const began = performance.now()
  const child = spawn(process.execPath, [PISTE, ...args], {
    env: { ...process.env, PISTE_DATA: data },
    stdio: ['ignore', output === undefined ? 'pipe' : openSync(output, 'w'), 'pipe'],
  })
  if (interruptAfterMs !== undefined) setTimeout(() => child.kill('SIGINT'), interruptAfterMs)
  let [stdout, stderr] = ['', '']
  child.stdout?.on('data', (data: Buffer) => (stdout += data.toString()))
  child.stderr?.on('data', (data: Buffer) => (stderr += data.toString()))
  return new Promise((resolve) =>
    child.once('close', (status) =>
      resolve({ status, stdout, stderr, elapsedMs: performance.now() - began }),
    ),
  )
}
