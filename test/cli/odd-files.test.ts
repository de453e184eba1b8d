import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { largeWorkload } from '../support/large-inputs'
import { runPiste } from '../support/run-piste'

vi.setConfig({ testTimeout: 30_000 })

const folder = mkdtempSync(join(tmpdir(), 'piste-odd-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const piste = (args: readonly string[], output?: string) => runPiste(join(folder, 'data'), args, output)

describe.runIf(existsSync('/dev/full') && existsSync('/proc/self'))('the command line', () => {
  it('refuses a pipe and a device in place of a file, without waiting for them', async () => {
    const pipe = join(folder, 'pipe')
    execFileSync('mkfifo', [pipe])
    for (const file of [pipe, '/dev/zero']) {
      const { status, stderr } = await piste(['bound', file])
      expect(stderr).toMatch(/^piste: \S+: This is a pipe, a socket or a device, not a file; .*\n$/)
      expect(status).toBe(2)
    }
  })

  it('says that what it prints to is full', async () => {
    const { status, stderr } = await piste(['presets'], '/dev/full')
    expect(stderr).toMatch(/^piste: standard output: The disk is full; .*\n$/)
    expect(status).toBe(1)
  })

  it('gives up making folders that cannot be made', async () => {
    const { status, stderr } = await piste(['report', 'gemm-4k', '-o', '/proc/a/b/c', '--format', 'csv'])
    expect(stderr).toMatch(/^piste: \/proc\/a\/b\/c\/points.csv: .*\n$/)
    expect(status).toBe(2)
  })
})

describe('quantities outside of their range', () => {
  it.each([
    ['--die', '1e308'],
    ['--clock', '1e308'],
    ['--mac-area', '1e-320'],
    ['--byte-area', '0'],
    ['--bandwidth', '1e300'],
    ['--io', '1'],
  ])('%s %s is refused with the range', async (option, value) => {
    const { status, stdout, stderr } = await piste(['mesa', 'gemm-4k', option, value])
    expect(stderr).toMatch(new RegExp(`^piste: ${option}: .* must be .*from \\S+ to .*\n$`))
    expect(stdout).toBe('')
    expect(status).toBe(2)
  })
})

it('an interruption ends the reading of a large file', async () => {
  const file = join(folder, 'large.yaml')
  writeFileSync(file, largeWorkload(16_000))
  const whole = await piste(['bound', file])
  expect(whole).toMatchObject({ status: 2, stderr: expect.stringContaining(file) as string })
  // Most of the time is reading; in the middle of it nothing else goes on.
  const stopped = await runPiste(join(folder, 'data'), ['bound', file], undefined, whole.elapsedMs / 2)
  expect(stopped).toMatchObject({ status: 130, stdout: '' })
  expect(stopped.elapsedMs).toBeLessThan(whole.elapsedMs)
})
