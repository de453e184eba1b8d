import { createHash } from 'node:crypto'
import { basename, extname, join, resolve } from 'node:path'
import { ANY_FILE, FILE_EXISTS, FILE_IS_OTHER, NO_FILE } from '../contract/messages'
import { isProject, parseProject, printProject } from '../contract/parse-project'
import type { Project } from '../contract/project-file'
import { err, ok, type Fault, type Result } from '../core/support/result'
import { targetOf, writeAtomic } from './atomic-write'
import { FileLocks } from './file-locks'
import { inTurn } from './in-turn'
import { Library } from './library'
import { OpenFiles } from './open-files'
import { readText } from './read-text'

const MOST_RECENT = 12

/** Reads the text of a project file. */
interface ProjectReader {
  project(text: string, file: string): Promise<Result<Project>>
}

/** Reads on the calling thread: for files that are known to be short. */
const READ_HERE: ProjectReader = { project: (text, file) => Promise.resolve(parseProject(text, file)) }

/** Projects on disk, and what is remembered about them in the user's data folder. */
export class ProjectStore {
  /** Two files opened at once must not forget one. */
  private readonly next = inTurn()

  /** Which windows have which projects open. */
  readonly openFiles: OpenFiles
  /** What the user keeps beside the presets. */
  readonly library: Library
  private readonly locks: FileLocks

  constructor(
    private readonly dataFolder: string,
    private readonly reader = READ_HERE,
  ) {
    this.locks = new FileLocks(join(dataFolder, 'locks'))
    this.openFiles = new OpenFiles(dataFolder)
    this.library = new Library(dataFolder)
  }

  async open(path: string): Promise<Result<{ path: string; project: Project; revision: string }>> {
    const file = resolve(path)
    const text = await readText(file)
    if (!text.ok) return text
    const project = await this.reader.project(text.value, file)
    if (!project.ok) return project
    await this.remember(file)
    return ok({ path: file, project: project.value, revision: revisionOf(text.value) })
  }

  /**
   * Saves atomically. Refuses when the file is not the one that `expectedRevision` names: nothing is lost unseen, and of
   * two who save at once the second is told.
   */
  async save(
    path: string,
    project: Project,
    expectedRevision: string | null,
  ): Promise<Result<{ path: string; revision: string }>> {
    const file = resolve(extname(path) === '' ? `${path}.piste` : path)
    // Nobody was asked about a file by the name that the ending makes.
    const expected = expectedRevision === null && extname(path) === '' ? NO_FILE : expectedRevision
    // Whoever comes to the file by another way waits too.
    const target = await targetOf(file).catch(() => file)
    const text = printProject(project)
    const saved = await this.locks.withLock(target, async () => {
      const refused = await refusalOf(file, expected)
      return refused === undefined ? writeAtomic(file, text) : err([refused])
    })
    if (saved === undefined) return err([busy(file)])
    if (!saved.ok) return saved
    await this.remember(file)
    return ok({ path: file, revision: revisionOf(text) })
  }

  async recent(): Promise<readonly { path: string; name: string; openedAt: string }[]> {
    const text = await readText(this.recentFile)
    if (!text.ok) return []
    try {
      const list: unknown = JSON.parse(text.value)
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
      const text = JSON.stringify([entry, ...others].slice(0, MOST_RECENT), null, 2)
      await writeAtomic(this.recentFile, text, { ownerOnly: true })
    })
  }

  private get recentFile(): string {
    return join(this.dataFolder, 'recent.json')
  }
}

/** Why a project must not be saved over what is there; undefined where it may. */
async function refusalOf(file: string, expectedRevision: string | null): Promise<Fault | undefined> {
  if (expectedRevision === ANY_FILE) return undefined
  const there = await readText(file)
  // A file that has gone may be written anew.
  if (!there.ok && there.error[0]?.code === 'file-enoent') return undefined
  const other = !there.ok || !isProject(there.value)
  if (expectedRevision === null || expectedRevision === NO_FILE)
    return other ? isOther(file) : expectedRevision === null ? undefined : taken(file)
  return there.ok && revisionOf(there.value) === expectedRevision ? undefined : changedOnDisk(file)
}

const taken = (file: string): Fault => ({
  code: FILE_EXISTS,
  path: '',
  file,
  message: 'There is such a file already',
  hint: 'choose another name, or replace it',
})

const isOther = (file: string): Fault => ({
  code: FILE_IS_OTHER,
  path: '',
  file,
  message: 'The file that is there is no Piste project',
  hint: 'choose another name, or replace it',
})

const busy = (file: string): Fault => ({
  code: 'file-busy',
  path: '',
  file,
  message: 'Another Piste is saving this file',
  hint: 'try again in a moment, or save under another name',
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
