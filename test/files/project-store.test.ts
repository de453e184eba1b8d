import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ANY_FILE, FILE_EXISTS, FILE_IS_OTHER, NO_FILE } from '../../src/contract/messages'
import { parseProject, printProject } from '../../src/contract/parse-project'
import { fileFault } from '../../src/files/file-faults'
import { ProjectStore } from '../../src/files/project-store'
import { importFile } from '../../src/files/importers'
import { readOnnxGraph } from '../../src/files/onnx/read-graph'
import { readUpTo } from '../../src/files/open-regular'
import { LARGEST_FILE_BYTES, readText } from '../../src/files/read-text'
import { writeAtomic } from '../../src/files/atomic-write'
import { aPaperProject, aProject } from '../support/project'

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

  it('from one revision, saved twice at once: the second is told, also by another way to the file', async () => {
    const path = join(folder, 'p.piste')
    const link = join(folder, 'link.piste')
    symlinkSync(path, link)
    const project = await aProject()
    const saved = await store.save(path, project, null)
    let revision = saved.ok ? saved.value.revision : ''
    const other = new ProjectStore(join(folder, 'data'))
    for (let i = 0; i < 10; i++) {
      const [a, b] = await Promise.all([
        store.save(path, { ...project, name: `a${i}` }, revision),
        (i % 2 === 0 ? store : other).save(link, { ...project, name: `b${i}` }, revision),
      ])
      expect([code(a), code(b)].sort()).toEqual(['changed-on-disk', 'ok'])
      const won = a.ok ? a : b
      revision = won.ok ? won.value.revision : ''
      const there = await store.open(path)
      expect(there.ok && there.value.revision).toBe(revision)
    }
    expect(lstatSync(link).isSymbolicLink()).toBe(true)
    expect(readdirSync(join(folder, 'data', 'locks'))).toEqual([])
  })

  it('are saved where a process ended in the middle of a save', async () => {
    const path = join(folder, 'p.piste')
    const project = await aProject()
    await store.save(path, project, null)
    const { pid } = spawnSync(process.execPath, ['--version'])
    const name = createHash('sha256').update(path).digest('hex').slice(0, 32)
    writeFileSync(join(folder, 'data', 'locks', `${name}.lock`), String(pid))
    expect(code(await store.save(path, project, null))).toBe('ok')
  })

  it('replace what is no project only when that was asked for', async () => {
    const project = await aProject()
    const path = join(folder, 'model.onnx')
    writeFileSync(path, 'weights')
    for (const expected of [null, NO_FILE])
      expect(code(await store.save(path, project, expected))).toBe(FILE_IS_OTHER)
    expect(readFileSync(path, 'utf8')).toBe('weights')
    expect(code(await store.save(path, project, ANY_FILE))).toBe('ok')
    // The name that was agreed to lacked the ending.
    writeFileSync(join(folder, 'q.piste'), printProject({ ...project, name: 'q' }))
    expect(code(await store.save(join(folder, 'q'), project, null))).toBe(FILE_EXISTS)
  })

  it('are known to be open elsewhere by whichever way they were come to', async () => {
    const path = join(folder, 'p.piste')
    await store.save(path, await aProject(), null)
    symlinkSync(path, join(folder, 'link.piste'))
    expect(await store.openFiles.open('one', path)).toBe(false)
    expect(await store.openFiles.open('two', join(folder, 'link.piste'))).toBe(true)
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

describe('files that are no projects', () => {
  it('are refused without a word of what is in them', async () => {
    const path = join(folder, 'secret.piste')
    for (const text of [
      'root:x:0:0',
      '{"password": "hunter2"',
      '"hunter2"',
      'hunter2: [',
      '{"format": "hunter2"}',
    ]) {
      writeFileSync(path, text)
      const { error } = (await store.open(path)) as { error: readonly object[] }
      expect(JSON.stringify(error), text).not.toMatch(/hunter2|root|password/)
    }
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
    const { fusion, designs, ...rest } = await aPaperProject('gemm-16k-1k-1k')
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

  it.runIf(existsSync('/dev/zero'))('refuses what is no regular file, without waiting for it', async () => {
    const pipe = join(folder, 'pipe')
    spawnSync('mkfifo', [pipe])
    const importing = importFile(pipe, { dimensions: {} })
    for (const refused of [
      readText(pipe),
      readText('/dev/zero'),
      importing,
      readOnnxGraph(pipe),
      store.open(pipe),
    ])
      expect(code(await refused)).toBe('file-not-regular')
    expect(code(await writeAtomic(pipe, 'x'))).toBe('file-not-regular')
    expect(lstatSync(pipe).isFIFO()).toBe(true)
    expect(code(await readText('/proc/kmsg'))).toMatch(/^file-/)
  })

  it('refuses what grows past the bound while it is read', async () => {
    const { handle } = { handle: { read: vi.fn((buffer: Buffer) => ({ buffer, bytesRead: buffer.length })) } }
    const read = await readUpTo(handle as unknown as FileHandle, LARGEST_FILE_BYTES + 1)
    expect(read.length).toBe(LARGEST_FILE_BYTES + 1)
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
