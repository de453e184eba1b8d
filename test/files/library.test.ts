import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { printLibraryEntry, type LibraryEntry } from '../../src/contract/library-file'
import { Library } from '../../src/files/library'
import { readPresets } from '../../src/files/presets'
import { aProject } from '../support/project'

let folder: string
let library: Library
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'piste-library-'))
  library = new Library(folder)
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

async function entries(): Promise<Record<LibraryEntry['kind'], LibraryEntry>> {
  const { architecture } = await aProject()
  const { chips } = await readPresets()
  return {
    technology: {
      kind: 'technology',
      entry: { ...architecture.technology, name: 'Our 5 nm', areaUm2PerByte: 0.31 },
    },
    architecture: { kind: 'architecture', entry: { ...architecture, name: 'Nächster Chip / B0' } },
    chip: { kind: 'chip', entry: { ...chips[0]!, name: '../../etc/passwd' } },
  }
}
async function beside() {
  const presets = await library.beside(await readPresets())
  return {
    technology: presets.technologies.map(({ id }) => id),
    architecture: presets.architectures.map(({ id }) => id),
    chip: presets.chips.map(({ id }) => id),
  }
}

describe('a user’s own technologies, chips and architectures', () => {
  it('are listed after the presets, one file each, until they are removed', async () => {
    const before = await beside()
    const ids = { technology: 'own-our-5-nm', architecture: 'own-n-chster-chip-b0', chip: 'own-etc-passwd' }
    for (const entry of Object.values(await entries()))
      expect(await library.save(entry)).toMatchObject({ ok: true })
    const after = await beside()
    for (const kind of ['technology', 'architecture', 'chip'] as const)
      expect(after[kind]).toEqual([...before[kind], ids[kind]])
    expect(readdirSync(folder)).toEqual(['library'])
    for (const kind of ['technology', 'architecture', 'chip'] as const) await library.remove(kind, ids[kind])
    expect(await beside()).toEqual(before)
  })

  it('of the same kind and name is replaced, never a preset', async () => {
    const { technology } = await entries()
    const named = (areaUm2PerByte: number): LibraryEntry => ({
      kind: 'technology',
      entry: {
        ...(technology.entry as Extract<LibraryEntry, { kind: 'technology' }>['entry']),
        areaUm2PerByte,
      },
    })
    await library.save(named(1))
    await library.save(named(2))
    const { technologies } = await library.beside(await readPresets())
    expect(technologies.filter(({ name }) => name === 'Our 5 nm')).toMatchObject([{ areaUm2PerByte: 2 }])
    expect(technologies.slice(0, -1)).toEqual((await readPresets()).technologies)
  })

  it('are read unchanged from a file that was passed on', async () => {
    const { architecture } = await entries()
    const file = join(folder, 'handed on.yaml')
    writeFileSync(file, printLibraryEntry(architecture))
    expect(await library.take(file)).toEqual({ ok: true, value: architecture })
    const kept = join(folder, 'library', readdirSync(join(folder, 'library'))[0]!)
    expect(readFileSync(kept, 'utf8')).toBe(readFileSync(file, 'utf8'))
  })

  it.each([
    ['technology: { name: x }', /technology\.id/],
    ['technology: { id: x, name: x, areaUm2PerMac: -1, areaUm2PerByte: 1, source: x }', /areaUm2PerMac/],
    ['workload: {}', /holds no technology, chip or architecture/],
    ['architecture: { version: 0.4, nodes: [] }', /holds no technology, chip or architecture/],
    ['[', /holds no technology/],
  ])('%s is refused, naming the field', async (text, words) => {
    const file = join(folder, 'bad.yaml')
    writeFileSync(file, text)
    const taken = await library.take(file)
    expect(taken.ok).toBe(false)
    if (!taken.ok) {
      expect(JSON.stringify(taken.error)).toMatch(words)
      expect(taken.error[0]!.file).toBe(file)
    }
    expect(readdirSync(folder)).toEqual(['bad.yaml'])
  })

  it('that cannot be read are skipped', async () => {
    mkdirSync(join(folder, 'library'))
    writeFileSync(join(folder, 'library', 'technology-own-broken.yaml'), '{{{')
    expect(await beside()).toEqual(
      await new Library(join(folder, 'empty')).beside(await readPresets()).then((p) => ({
        technology: p.technologies.map(({ id }) => id),
        architecture: p.architectures.map(({ id }) => id),
        chip: p.chips.map(({ id }) => id),
      })),
    )
  })

  it('that are far longer than any are refused unread', async () => {
    const { technology } = await entries()
    const file = join(folder, 'long.yaml')
    writeFileSync(file, printLibraryEntry(technology) + '#'.repeat(20_000))
    expect(await library.take(file)).toMatchObject({ ok: false, error: [{ code: 'too-large', file }] })
  })
})
