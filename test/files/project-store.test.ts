import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FILE_EXISTS, NO_FILE } from '../../src/contract/messages'
import { parseProject, printProject } from '../../src/contract/parse-project'
import { fileFault } from '../../src/files/file-faults'
import { ProjectStore } from '../../src/files/project-store'
import { readText } from '../../src/files/read-text'
import { writeAtomic } from '../../src/files/atomic-write'
import { aProject } from '../support/project'

let folder: string
let store: ProjectStore
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'piste-files-'))
  store = new ProjectStore(join(folder, 'data'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const code = (result: { ok: boolean; error?: readonly { code: string }[] }) =>
  result.ok ? 'ok' : result.error?.[0]?.code

describe('projects on disk', () => {
  it('come back as they were saved, and are remembered', async () => {
    const path = join(folder, 'new folder', 'a project.piste')
    const project = await aProject()
    const saved = await store.save(path, project, null)
    expect(code(saved)).toBe('ok')
    const opened = await store.open(path)
    expect(opened).toMatchObject({ ok: true, value: { path, project } })
    expect((await store.recent())[0]).toMatchObject({ path, name: 'a project' })
    expect(printProject(project)).toBe(readFileSync(path, 'utf8'))
  })

  it('are not overwritten when the file changed meanwhile', async () => {
    const path = join(folder, 'p.piste')
    const project = await aProject()
    const saved = await store.save(path, project, null)
    writeFileSync(path, 'somebody else was here')
    const again = await store.save(path, project, saved.ok ? saved.value.revision : null)
    expect(code(again)).toBe('changed-on-disk')
    expect(readFileSync(path, 'utf8')).toBe('somebody else was here')
  })

  it('leave the file unchanged if it cannot be written', async () => {
    const path = join(folder, 'is a folder')
    mkdirSync(path)
    expect(code(await writeAtomic(path, 'x'))).toMatch(/^file-/)
    expect(existsSync(path)).toBe(true)
    const file = join(folder, 'file')
    writeFileSync(file, 'whole')
    expect(code(await writeAtomic(join(file, 'below'), 'x'))).toMatch(/^file-/)
    expect(readFileSync(file, 'utf8')).toBe('whole')
  })

  it.runIf(existsSync('/dev/full'))('say so when the disk is full', async () => {
    const full = await import('node:fs/promises').then((fs) =>
      fs.writeFile('/dev/full', 'x').catch((error: unknown) => error),
    )
    expect(fileFault(full, '/dev/full').error[0]).toMatchObject({ code: 'file-enospc', file: '/dev/full' })
  })

  it('are not overwritten when the file is a different one, and are written again when it is gone', async () => {
    const path = join(folder, 'p.piste')
    const project = await aProject()
    const saved = await store.save(path, project, null)
    const revision = saved.ok ? saved.value.revision : ''
    const binary = Buffer.from([0xff, 0xfe, 0x80])
    writeFileSync(path, binary)
    expect(code(await store.save(path, project, revision))).toBe('changed-on-disk')
    expect(readFileSync(path)).toEqual(binary)
    rmSync(path)
    expect(code(await store.save(path, project, revision))).toBe('ok')
  })

  it('never replace another file without being asked', async () => {
    const path = join(folder, 'p.piste')
    const project = await aProject()
    expect(code(await store.save(path, project, NO_FILE))).toBe('ok')
    expect(code(await store.save(path, project, NO_FILE))).toBe(FILE_EXISTS)
    expect(code(await store.save(join(folder, 'p'), project, NO_FILE))).toBe(FILE_EXISTS)
    expect(code(await store.save(path, { ...project, name: 'other' }, null))).toBe('ok')
  })

  it('are all remembered when opened at once, each once', async () => {
    const project = await aProject()
    const paths = ['a', 'b', 'c', 'a'].map((name) => join(folder, `${name}.piste`))
    await Promise.all(paths.map((path) => store.save(path, project, null)))
    expect((await store.recent()).map(({ name }) => name).sort()).toEqual(['a', 'b', 'c'])
  })

  it('are saved and opened also if the list of recent files cannot be written', async () => {
    const blocked = join(folder, 'a file')
    writeFileSync(blocked, '')
    const forgetful = new ProjectStore(blocked)
    const path = join(folder, 'p.piste')
    expect(code(await forgetful.save(path, await aProject(), null))).toBe('ok')
    expect(code(await forgetful.open(path))).toBe('ok')
    expect(await forgetful.recent()).toEqual([])
  })
})

describe('bad project files are refused with the file, the field and the hint', () => {
  const cases: readonly [string, (text: string) => string, string, string][] = [
    ['truncated', (text) => text.slice(0, 200), 'project-not-json', ''],
    ['alien', () => '{"hello": 1}', 'project-alien', 'format'],
    ['a list', () => '[]', 'project-alien', 'format'],
    ['newer', (text) => text.replace(/"version": \d+/, '"version": 99'), 'project-newer', 'version'],
    ['negative die', (text) => text.replace(/"die": [\d.]+/, '"die": -3'), 'wrong-field', 'architecture.die'],
    [
      'share above 1',
      (text) => text.replace('"bufferShare": null', '"bufferShare": 3'),
      'wrong-field',
      'bufferShare',
    ],
    ['missing field', (text) => text.replace(/"clock": [\d.]+,/, ''), 'missing-field', 'architecture.clock'],
  ]
  it('one of version 1 is migrated: it has no fusion', async () => {
    const { fusion, designs, ...rest } = await aProject()
    const old = JSON.stringify({ ...rest, version: 1 })
    expect(parseProject(old, 'x.piste')).toEqual({ ok: true, value: { ...rest, fusion, designs } })
  })

  it.each(cases)('%s', async (_, damage, expected, path) => {
    const parsed = parseProject(damage(printProject(await aProject())), 'x.piste')
    expect(parsed).toMatchObject({ ok: false, error: [{ code: expected, path, file: 'x.piste' }] })
  })
})

describe('text is read within limits', () => {
  it('refuses a missing file, a folder, a binary or a huge file', async () => {
    expect(code(await readText(join(folder, 'nothing')))).toBe('file-enoent')
    expect(code(await readText(folder))).toBe('file-eisdir')
    const binary = join(folder, 'binary')
    writeFileSync(binary, Buffer.from([0xff, 0xfe, 0x80]))
    expect(code(await readText(binary))).toBe('file-not-text')
    const huge = join(folder, 'huge')
    writeFileSync(huge, '')
    truncateSync(huge, 200 * 2 ** 20)
    expect(code(await readText(huge))).toBe('file-too-large')
  })

  it.runIf(existsSync('/dev/zero'))('refuses a file without end and without a size', async () => {
    expect(code(await readText('/dev/zero'))).toBe('file-too-large')
  })

  it('gives the system’s reason, and a hint', () => {
    const refused = Object.assign(new Error('no'), { code: 'EACCES' })
    expect(fileFault(refused, '/secret').error[0]).toMatchObject({
      code: 'file-eacces',
      file: '/secret',
      message: 'There is no permission',
    })
    expect(() => fileFault(new Error('a bug'), '/x')).toThrow('a bug')
  })
})
