import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, renameSync, rmSync, truncateSync, utimesSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Autosaves } from '../../src/files/autosaves'
import { aProject } from '../support/project'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'piste-autosaves-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const work = async (name: string) => ({
  project: { ...(await aProject()), name },
  path: `/somewhere/${name}.piste`,
  revision: 'r1',
})
const only = () => join(folder, readdirSync(folder)[0]!)

describe('unsaved work', () => {
  it('of a closed window is recovered completely by the next one, which clears it', async () => {
    const autosaves = new Autosaves(folder)
    const first = autosaves.begin()
    expect(await first.recover()).toBeNull()
    await first.write(await work('a'))
    first.end()
    const second = autosaves.begin()
    expect(await second.recover()).toMatchObject(await work('a'))
    await second.clear()
    second.end()
    expect(readdirSync(folder)).toEqual([])
    expect(await autosaves.begin().recover()).toBeNull()
  })

  it('of two windows are separate, and neither takes the other’s', async () => {
    const autosaves = new Autosaves(folder)
    const [first, second] = [autosaves.begin(), autosaves.begin()]
    await Promise.all([first.write(await work('a')), second.write(await work('b'))])
    expect(readdirSync(folder).length).toBe(2)
    expect(await autosaves.begin().recover()).toBeNull()
    first.end()
    second.end()
    const found = await Promise.all([autosaves.begin().recover(), autosaves.begin().recover()])
    expect(found.map((recovery) => recovery?.project.name).sort()).toEqual(['a', 'b'])
  })

  it('is recovered by one window only', async () => {
    const autosaves = new Autosaves(folder)
    const gone = autosaves.begin()
    await gone.write(await work('a'))
    gone.end()
    const found = await Promise.all(Array.from({ length: 5 }, () => autosaves.begin().recover()))
    expect(found.filter((recovery) => recovery !== null).length).toBe(1)
  })

  it('of a window that comes back with its name still belongs to it', async () => {
    const autosaves = new Autosaves(folder)
    const before = autosaves.begin('w')
    await before.write(await work('a'))
    before.end()
    const after = autosaves.begin('w')
    expect(await autosaves.begin().recover()).toBeNull()
    await after.clear()
    expect(readdirSync(folder)).toEqual([])
  })

  it('of another process is recovered when the process has ended or the machine has restarted', async () => {
    const autosaves = new Autosaves(folder)
    const gone = autosaves.begin('w')
    await gone.write(await work('a'))
    const running = only().replace(`-${process.pid}-`, `-${process.ppid}-`)
    renameSync(only(), running)
    expect(await autosaves.begin().recover()).toBeNull()
    utimesSync(running, 1000, 1000)
    const [recovering, again] = [autosaves.begin(), autosaves.begin()]
    expect(await recovering.recover()).toMatchObject({ path: '/somewhere/a.piste' })
    const { pid } = spawnSync(process.execPath, ['--version'])
    renameSync(only(), join(folder, `autosave-${pid}-w.json`))
    expect(await again.recover()).toMatchObject({ path: '/somewhere/a.piste' })
  })

  it('is found again by a reloaded page in its window', async () => {
    const autosave = new Autosaves(folder).begin()
    await autosave.write(await work('a'))
    expect(await autosave.recover()).toMatchObject({ path: '/somewhere/a.piste' })
    expect(await autosave.recover()).toMatchObject({ path: '/somewhere/a.piste' })
  })

  it('that is damaged is ignored, and does not hide an older one that is complete', async () => {
    const autosaves = new Autosaves(folder)
    const [first, second] = [autosaves.begin('first'), autosaves.begin('second')]
    await first.write(await work('a'))
    await second.write(await work('b'))
    truncateSync(join(folder, `autosave-${process.pid}-second.json`), 40)
    first.end()
    second.end()
    expect(await autosaves.begin().recover()).toMatchObject({ project: { name: 'a' } })
    expect(await autosaves.begin().recover()).toBeNull()
  })

  it('is not restored by a write that was running when it was cleared', async () => {
    const autosave = new Autosaves(folder).begin()
    void autosave.write(await work('a'))
    await autosave.clear()
    expect(readdirSync(folder)).toEqual([])
  })
})
