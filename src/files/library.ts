import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import {
  isOf,
  libraryEntryIn,
  LIBRARY_KINDS,
  ownId,
  printLibraryEntry,
  type LibraryEntry,
} from '../contract/library-file'
import { readYaml } from '../contract/yaml-text'
import { err, ok, type Result } from '../core/support/result'
import { writeAtomic } from './atomic-write'
import type { Presets } from './presets'
import { readText } from './read-text'

/** Far more than one needs; it is read in some tens of milliseconds. */
const LONGEST_ENTRY = 16_384

/** A user's own technologies, chips and architectures: a file each, in the user's data folder. */
export class Library {
  constructor(private readonly dataFolder: string) {}

  /** The presets with the user's own behind them. A file that cannot be read any more is passed over. */
  async beside(presets: Presets): Promise<Presets> {
    const entries = await this.read()
    return {
      ...presets,
      technologies: [
        ...presets.technologies,
        ...entries.filter(isOf('technology')).map(({ entry }) => entry),
      ],
      chips: [...presets.chips, ...entries.filter(isOf('chip')).map(({ entry }) => entry)],
      architectures: [
        ...presets.architectures,
        ...entries.filter(isOf('architecture')).map(({ entry }) => ({
          id: ownId(entry.name),
          title: entry.name,
          architecture: entry,
        })),
      ],
    }
  }

  /** Keeps an entry; one of the same kind and name is replaced. */
  async save(given: LibraryEntry): Promise<Result<LibraryEntry>> {
    const id = ownId(given.entry.name)
    const entry = (
      given.kind === 'architecture' ? given : { ...given, entry: { ...given.entry, id } }
    ) as LibraryEntry
    const written = await writeAtomic(this.fileOf(entry.kind, id), printLibraryEntry(entry), {
      ownerOnly: true,
    })
    return written.ok ? ok(entry) : written
  }

  async remove(kind: LibraryEntry['kind'], id: string): Promise<void> {
    await rm(this.fileOf(kind, id), { force: true })
  }

  /** Reads an entry that somebody handed on, and keeps it. */
  async take(file: string): Promise<Result<LibraryEntry>> {
    const entry = await readLibraryEntry(file)
    return entry.ok ? this.save(entry.value) : entry
  }

  private async read(): Promise<readonly LibraryEntry[]> {
    const names = (await readdir(this.folder).catch(() => [])).filter((name) => name.endsWith('.yaml')).sort()
    const entries = await Promise.all(
      names.map(async (name) => {
        const entry = await readLibraryEntry(join(this.folder, name))
        return entry.ok ? [entry.value] : []
      }),
    )
    return entries.flat()
  }

  private fileOf(kind: LibraryEntry['kind'], id: string): string {
    return join(this.folder, `${kind}-${id.replaceAll(/[^\w-]/g, '')}.yaml`)
  }

  private get folder(): string {
    return join(this.dataFolder, 'library')
  }
}

/** The technology, chip or architecture that a file holds. */
export async function readLibraryEntry(file: string): Promise<Result<LibraryEntry>> {
  const text = await readText(file)
  if (!text.ok) return text
  if (text.value.length > LONGEST_ENTRY)
    return err([
      {
        code: 'too-large',
        path: '',
        file,
        message: `A technology, chip or architecture has at most ${LONGEST_ENTRY} characters`,
        hint: 'leave out what is not needed',
      },
    ])
  const read = readYaml(text.value)
  const entry = read.ok ? libraryEntryIn(read.value.content) : undefined
  if (entry === undefined)
    return err([
      {
        code: 'no-entry',
        path: '',
        file,
        message: 'The file holds no technology, chip or architecture',
        hint: `begin it with one of ${LIBRARY_KINDS.map((kind) => `${kind}:`).join(', ')}`,
      },
    ])
  return entry.ok ? entry : err(entry.error.map((fault) => ({ ...fault, file })))
}
