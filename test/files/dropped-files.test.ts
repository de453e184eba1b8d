import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DroppedFiles, MOST_DROPPED } from '../../src/files/dropped-files'
import { temporaryName } from '../../src/files/left-overs'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'piste-drop-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const content = (text: string) => Readable.from([Buffer.from(text)])
const filesBelow = () =>
  readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile())

describe('files dropped on a window', () => {
  it.each([
    ['model.onnx', 'model.onnx'],
    ['../../etc/passwd', 'passwd'],
    ['..', 'file'],
    ['.bashrc', 'bashrc'],
    ['', 'file'],
    ['a\0b/c d', 'c_d'],
    ['x'.repeat(5000), 'x'.repeat(100)],
  ])('keep their name as far as it is one: %j', async (name, kept) => {
    const taken = await new DroppedFiles(folder).take(name, content('x'))
    expect(taken.ok && basename(taken.value)).toBe(kept)
    expect(taken.ok && readFileSync(taken.value, 'utf8')).toBe('x')
  })

  it('are bounded in size and number, and gone when the window is', async () => {
    const dropped = new DroppedFiles(folder, 10)
    expect(await dropped.take('large', content('x'.repeat(11)))).toMatchObject({
      ok: false,
      error: [{ code: 'file-too-large', file: 'large' }],
    })
    expect(filesBelow()).toEqual([])
    for (let i = 0; i < MOST_DROPPED + 3; i++) await dropped.take('same', content(String(i)))
    expect(filesBelow().length).toBe(MOST_DROPPED)
    await dropped.clear()
    expect(readdirSync(folder)).toEqual([])
  })

  it('come one at a time, and one that breaks off leaves nothing', async () => {
    const dropped = new DroppedFiles(folder)
    const slow = new Readable({ read: () => undefined })
    slow.push('half')
    const first = dropped.take('slow', slow)
    expect(await dropped.take('other', content('x'))).toMatchObject({ error: [{ code: 'file-busy' }] })
    slow.destroy(Object.assign(new Error('aborted'), { code: 'ECONNRESET' }))
    expect(await first).toMatchObject({ ok: false })
    expect(filesBelow()).toEqual([])
  })

  it('of a program that was killed are removed by the next', async () => {
    const { pid } = spawnSync(process.execPath, ['--version'])
    const left = join(folder, temporaryName('dropped').replace(`-${process.pid}-`, `-${pid}-`))
    mkdirSync(join(left, '1'), { recursive: true })
    await new DroppedFiles(folder).take('x', content('x'))
    expect(existsSync(left)).toBe(false)
  })
})
