import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { basename, extname, join, resolve } from 'node:path'
import { FILE_EXISTS, NO_FILE } from '../contract/messages'
import { parseProject, printProject } from '../contract/parse-project'
import type { Project } from '../contract/project-file'
import { err, ok, type Fault, type Result } from '../core/support/result'
import { writeAtomic } from './atomic-write'
import { inTurn } from './in-turn'
import { Library } from './library'
import { OpenFiles } from './open-files'
import { readText } from './read-text'

const MOST_RECENT = 12

/** Projects on disk, and what is remembered about them in the user's data folder. */
export class ProjectStore {
  /** Two files opened at once must not forget one. */
  private readonly next = inTurn()

  /** Which windows have which projects open. */
  readonly openFiles: OpenFiles
  /** What the user keeps beside the presets. */
  readonly library: Library

  constructor(private readonly dataFolder: string) {
    this.openFiles = new OpenFiles(dataFolder)
    this.library = new Library(dataFolder)
  }

  async open(path: string): Promise<Result<{ path: string; project: Project; revision: string }>> {
    const file = resolve(path)
    const text = await readText(file)
    if (!text.ok) return text
    const project = parseProject(text.value, file)
    if (!project.ok) return project
    await this.remember(file)
    return ok({ path: file, project: project.value, revision: revisionOf(text.value) })
  }

  /** Saves atomically. Refuses when the file is not the one that `expectedRevision` names: nothing is lost unseen. */
  async save(
    path: string,
    project: Project,
    expectedRevision: string | null,
  ): Promise<Result<{ path: string; revision: string }>> {
    const file = resolve(extname(path) === '' ? `${path}.piste` : path)
    if (expectedRevision !== null) {
      const there = await readText(file)
      // A file that has gone may be written anew; one that has become something else is not ours to replace.
      const same = there.ok
        ? revisionOf(there.value) === expectedRevision
        : there.error[0]?.code === 'file-enoent'
      if (!same) return err([expectedRevision === NO_FILE ? taken(file) : changedOnDisk(file)])
    }
    const text = printProject(project)
    const written = await writeAtomic(file, text)
    if (!written.ok) return written
    await this.remember(file)
    return ok({ path: file, revision: revisionOf(text) })
  }

  async recent(): Promise<readonly { path: string; name: string; openedAt: string }[]> {
    try {
      const list: unknown = JSON.parse(await readFile(this.recentFile, 'utf8'))
      return Array.isArray(list) ? list.filter(isRecent).slice(0, MOST_RECENT) : []
    } catch {
      return []
    }
  }

  /** Puts a file on top of the recent ones. That this fails must not fail what it is about. */
  private remember(path: string): Promise<unknown> {
    const entry = { path, name: basename(path, '.piste'), openedAt: new Date().toISOString() }
    return this.next(async () => {
      const others = (await this.recent()).filter((known) => known.path !== path)
      await writeAtomic(this.recentFile, JSON.stringify([entry, ...others].slice(0, MOST_RECENT), null, 2))
    })
  }

  private get recentFile(): string {
    return join(this.dataFolder, 'recent.json')
  }
}

const taken = (file: string): Fault => ({
  code: FILE_EXISTS,
  path: '',
  file,
  message: 'There is such a file already',
  hint: 'choose another name, or replace it',
})

const changedOnDisk = (file: string): Fault => ({
  code: 'changed-on-disk',
  path: '',
  file,
  message: 'The file was changed by someone else since it was opened',
  hint: 'save under another name, or open it again to see the change',
})

const revisionOf = (text: string): string => createHash('sha256').update(text).digest('hex')

const isRecent = (entry: unknown): entry is { path: string; name: string; openedAt: string } =>
  typeof entry === 'object' &&
  entry !== null &&
  'path' in entry &&
  typeof entry.path === 'string' &&
  'name' in entry &&
  typeof entry.name === 'string' &&
  'openedAt' in entry &&
  typeof entry.openedAt === 'string'
