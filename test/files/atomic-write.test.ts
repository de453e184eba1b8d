import { spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { writeAtomic } from '../../src/files/atomic-write'
import { temporaryName } from '../../src/files/left-overs'
import { MACHINE } from '../../src/files/processes'
import { OUT } from '../support/built-worker'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'piste-write-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const posix = process.platform !== 'win32'

describe('atomic writes', () => {
  it('make the folders that are missing, and leave nothing else', async () => {
    const file = join(folder, 'a', 'b', 'c.txt')
    expect(await writeAtomic(file, 'é')).toEqual({ ok: true, value: true })
    expect(readFileSync(file, 'utf8')).toBe('é')
    expect(readdirSync(join(folder, 'a', 'b'))).toEqual(['c.txt'])
  })

  it('of the same file at the same time leave one complete file', async () => {
    const file = join(folder, 'x')
    const contents = ['a', 'b', 'c'].map((letter) => letter.repeat(1e6))
    await Promise.all(contents.map((content) => writeAtomic(file, content)))
    expect(contents).toContain(readFileSync(file, 'utf8'))
    expect(readdirSync(folder)).toEqual(['x'])
  })

  it.runIf(posix)('follow links and keep permissions', async () => {
    const file = join(folder, 'file')
    const link = join(folder, 'link')
    writeFileSync(file, 'old')
    chmodSync(file, 0o640)
    symlinkSync(file, link)
    await writeAtomic(link, 'new')
    expect(lstatSync(link).isSymbolicLink()).toBe(true)
    expect(readFileSync(file, 'utf8')).toBe('new')
    expect(statSync(file).mode & 0o777).toBe(0o640)
  })

  it.runIf(posix)(
    'follow a link to a file that is not there yet, and refuse links that lead round',
    async () => {
      const target = join(folder, 'new folder', 'file')
      const link = join(folder, 'link')
      symlinkSync(join('new folder', 'file'), link)
      symlinkSync(link, join(folder, 'link to the link'))
      expect(await writeAtomic(join(folder, 'link to the link'), 'new')).toEqual({ ok: true, value: true })
      expect(lstatSync(link).isSymbolicLink()).toBe(true)
      expect(readFileSync(target, 'utf8')).toBe('new')
      const round = join(folder, 'round')
      symlinkSync(round, round)
      expect(await writeAtomic(round, 'x')).toMatchObject({ ok: false, error: [{ code: 'file-eloop' }] })
      expect(lstatSync(round).isSymbolicLink()).toBe(true)
    },
  )

  it.runIf(existsSync('/proc/self'))('below /proc are refused and not tried for ever', async () => {
    expect(await writeAtomic('/proc/nothing/at/all', 'x')).toMatchObject({ ok: false })
    expect(await writeAtomic('/proc/self/fd/x/y', 'x')).toMatchObject({ ok: false })
  })

  it.runIf(posix)('of what is only its owner’s business are closed to others', async () => {
    const file = join(folder, 'data', 'autosave')
    await writeAtomic(file, 'x', { ownerOnly: true })
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(statSync(join(folder, 'data')).mode & 0o777).toBe(0o700)
    chmodSync(file, 0o644)
    await writeAtomic(file, 'y', { ownerOnly: true })
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  it.runIf(posix)('that were killed in the middle leave nothing past the next', async () => {
    const { pid } = spawnSync(process.execPath, ['--version'])
    const name = (machine: string, holder: number | undefined) =>
      `.piste-write-${machine}-${holder}-${randomUUID()}.tmp`
    const kept = [name(MACHINE, process.ppid), name('0'.repeat(8), pid), `.piste-write-${MACHINE}.tmp`]
    for (const left of [name(MACHINE, pid), ...kept]) writeFileSync(join(folder, left), 'half')
    mkdirSync(join(folder, temporaryName('print').replace(`-${process.pid}-`, `-${pid}-`)))
    await writeAtomic(join(folder, 'x'), 'whole')
    expect(readdirSync(folder).sort()).toEqual([...kept, 'x'].sort())
  })

  it('refuse a folder, and a path through a file, and leave both', async () => {
    const taken = join(folder, 'taken')
    mkdirSync(taken)
    expect(await writeAtomic(taken, 'x')).toMatchObject({ ok: false, error: [{ file: taken }] })
    const file = join(folder, 'file')
    writeFileSync(file, 'whole')
    expect(await writeAtomic(join(file, 'below', 'x'), 'x')).toMatchObject({
      ok: false,
      error: [{ code: 'file-enotdir' }],
    })
    expect(readFileSync(file, 'utf8')).toBe('whole')
    expect(readdirSync(folder).sort()).toEqual(['file', 'taken'])
  })

  // As on a full disk: the system writes a part, returns its length, and refuses the rest.
  it.runIf(posix && existsSync('/bin/bash'))('that fail leave the old file, and report it', () => {
    writeFileSync(join(folder, 'report.html'), 'old')
    const limited = `ulimit -f 8; trap '' XFSZ; exec "$@"`
    const command = [process.execPath, join(OUT, 'main', 'cli.js'), 'report', 'gemm-4k', '-o', folder]
    const { status, stderr } = spawnSync(
      '/bin/bash',
      ['-c', limited, 'bash', ...command, '--format', 'html'],
      { encoding: 'utf8' },
    )
    expect(stderr).toContain(join(folder, 'report.html'))
    expect(status).toBe(2)
    expect(readFileSync(join(folder, 'report.html'), 'utf8')).toBe('old')
    expect(readdirSync(folder)).toEqual(['report.html'])
  })
})
