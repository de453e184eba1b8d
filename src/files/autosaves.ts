import { randomUUID } from 'node:crypto'
import { readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { parseProject } from '../contract/parse-project'
import type { Project } from '../contract/project-file'
import type { Result } from '../core/support/result'
import { writeAtomic } from './atomic-write'
import { inTurn } from './in-turn'
import { hasEnded } from './processes'
import { readText } from './read-text'

/** Unsaved work as it lies on disk. */
export interface Recovery {
  readonly project: Project
  /** File that it was opened from or saved to last, and its revision then. */
  readonly path: string | null
  readonly revision: string | null
  readonly savedAt: string
}

/** One window's unsaved work. */
export interface Autosave {
  write(work: Omit<Recovery, 'savedAt'>): Promise<Result<true>>
  clear(): Promise<void>
  /**
   * What this window's page left behind before it was loaded anew, else what a window that is no more did, the newest
   * first. It becomes this window's own.
   */
  recover(): Promise<Recovery | null>
  /** The window is gone; what it had not cleared is there to be recovered. */
  end(): void
}

/**
 * Unsaved work, kept against a crash: one file a window, named by process and window, so that none overwrites
 * another's. A file whose window is gone can be recovered, by one other window.
 */
export class Autosaves {
  private readonly open = new Set<string>()

  constructor(private readonly folder: string) {}

  begin(window: string = randomUUID()): Autosave {
    const file = this.fileOf(window)
    // A clear that overtook a write would leave the written file behind.
    const next = inTurn()
    this.open.add(window)
    return {
      write: (work) =>
        next(() =>
          writeAtomic(file, JSON.stringify({ ...work, savedAt: new Date().toISOString() }), {
            ownerOnly: true,
          }),
        ),
      clear: () => next(() => rm(file, { force: true })),
      recover: () => next(() => this.adopt(file)),
      end: () => this.open.delete(window),
    }
  }

  private async adopt(own: string): Promise<Recovery | null> {
    for (const left of [own, ...(await this.orphans())]) {
      const recovery = await readRecovery(left)
      if (recovery === null) continue
      try {
        await rename(left, own)
        return recovery
      } catch {
        // Another window was quicker.
      }
    }
    return null
  }

  private async orphans(): Promise<readonly string[]> {
    const names = await readdir(this.folder).catch(() => [])
    const found = names.flatMap((name) => {
      const [, pid, window] = /^autosave-(\d+)-([\w-]+)\.json$/.exec(name) ?? []
      return pid === undefined || window === undefined
        ? []
        : [{ file: join(this.folder, name), pid: Number(pid), window }]
    })
    const left = await Promise.all(
      found.map(async ({ file, pid, window }) => {
        const changedAt = await stat(file).then(
          ({ mtimeMs }) => mtimeMs,
          () => undefined,
        )
        if (changedAt === undefined) return []
        const alive = pid === process.pid ? this.open.has(window) : !hasEnded(pid, changedAt)
        return alive ? [] : [{ file, changedAt }]
      }),
    )
    return left
      .flat()
      .sort((a, b) => b.changedAt - a.changedAt)
      .map(({ file }) => file)
  }

  private fileOf(window: string): string {
    return join(this.folder, `autosave-${process.pid}-${window}.json`)
  }
}

/** A damaged autosave counts as none. */
async function readRecovery(file: string): Promise<Recovery | null> {
  const text = await readText(file)
  if (!text.ok) return null
  try {
    const { project, path, revision, savedAt } = JSON.parse(text.value) as Partial<Recovery>
    const parsed = parseProject(JSON.stringify(project), file)
    return parsed.ok && typeof savedAt === 'string'
      ? { project: parsed.value, path: path ?? null, revision: revision ?? null, savedAt }
      : null
  } catch {
    return null
  }
}
