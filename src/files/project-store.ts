import { createHash } from 'node:crypto'
import { readFile, rm } from 'node:fs/promises'
import { basename, extname, join, resolve } from 'node:path'
import { parseProject, printProject } from '../contract/parse-project'
import type { Project } from '../contract/project-file'
import { err, ok, type Result } from '../core/support/result'
import { writeAtomic } from './atomic-write'
import { readText } from './read-text'

const MOST_RECENT = 12

interface Recovery {
  readonly project: Project
  readonly path: string | null
  readonly savedAt: string
}

/** Projects on disk, and what is remembered about them in the user's data folder. */
export class ProjectStore {
  /** `session` tells windows apart, so that one's autosave never overwrites another's. */
  constructor(
    private readonly dataFolder: string,
    private readonly session: string,
  ) {}

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
      const revision = there.ok ? revisionOf(there.value) : undefined
      if (revision !== undefined && revision !== expectedRevision) {
        return err([
          {
            code: 'changed-on-disk',
            path: '',
            file,
            message: 'The file was changed by someone else since it was opened',
            mend: 'save under another name, or open it again to see the change',
          },
        ])
      }
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

  private async remember(path: string): Promise<void> {
    const others = (await this.recent()).filter((entry) => entry.path !== path)
    const entry = { path, name: basename(path, '.piste'), openedAt: new Date().toISOString() }
    await writeAtomic(this.recentFile, JSON.stringify([entry, ...others].slice(0, MOST_RECENT), null, 2))
  }

  autosave(project: Project, path: string | null): Promise<Result<true>> {
    const recovery: Recovery = { project, path, savedAt: new Date().toISOString() }
    return writeAtomic(this.autosaveFile, JSON.stringify(recovery))
  }

  async clearAutosave(): Promise<void> {
    await rm(this.autosaveFile, { force: true })
  }

  /** What a session that did not end well left behind; a damaged autosave counts as none. */
  async recover(): Promise<Recovery | null> {
    const text = await readText(this.autosaveFile)
    if (!text.ok) return null
    try {
      const { project, path, savedAt } = JSON.parse(text.value) as Partial<Recovery>
      const parsed = parseProject(JSON.stringify(project), this.autosaveFile)
      return parsed.ok && typeof savedAt === 'string'
        ? { project: parsed.value, path: path ?? null, savedAt }
        : null
    } catch {
      return null
    }
  }

  private get recentFile(): string {
    return join(this.dataFolder, 'recent.json')
  }

  private get autosaveFile(): string {
    return join(this.dataFolder, `autosave-${this.session}.json`)
  }
}

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
