import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { builtWorker, OUT } from '../support/built-worker'

/** Runs a script in a process of its own, which may abort. */
const run = (...args: readonly string[]) =>
  new Promise<{ status: number | null; signal: string | null; output: string }>((resolve) => {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    child.stdout.on('data', (data: Buffer) => (output += data.toString()))
    child.stderr.on('data', (data: Buffer) => (output += data.toString()))
    child.once('close', (status, signal) => resolve({ status, signal, output }))
  })

describe('cancelling never ends the host', () => {
  it.each(['task', 'reading'] as const)(
    'because the %s worker is one CommonJS file that loads nothing but parts of Node',
    (name) => {
      expect(builtWorker(name)).toMatch(/\.cjs$/)
      const code = readFileSync(builtWorker(name), 'utf8')
      expect(code).not.toMatch(/^import |\bimport\(/m)
      for (const [, name] of code.matchAll(/\brequire\("([^"]+)"\)/g))
        expect(isBuiltin(name!), name).toBe(true)
    },
  )

  it('when threads are ended while they load the worker', async () => {
    const script = join(import.meta.dirname, '..', 'support', 'terminate-while-loading.mjs')
    expect(await run(script, builtWorker(), '60')).toEqual({
      status: 0,
      signal: null,
      output: '60 terminated\n',
    })
  }, 60_000)

  it('when searches are cancelled by the hundred, and those between them are right', async () => {
    const { status, output } = await run(join(OUT, 'main', 'soak.js'), '300')
    expect(output).toMatch(/^300 cancels, 0 workers lost, 4 searches between them finished, 0 wrong, /)
    expect(status).toBe(0)
  }, 60_000)
})
