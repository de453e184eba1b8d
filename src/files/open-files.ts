import { createHash } from 'node:crypto'
import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { targetOf, writeAtomic } from './atomic-write'
import { hasEnded } from './processes'

/**
 * Which projects are open in which windows, of this Piste and of others on the machine: a note each in the user's data
 * folder, under the id of the process that left it. Notes of processes that have ended do not count.
 */
export class OpenFiles {
  private readonly own = new Map<string, Set<string>>()

  constructor(private readonly dataFolder: string) {}

  /** Notes that a window has a file open in place of what it had before; says whether another window has it too. */
  async open(window: string, named: string | null): Promise<boolean> {
    await this.close(window)
    if (named === null) return false
    // A file has one note, by whichever links it was come to.
    const path = await targetOf(named).catch(() => named)
    const elsewhere = await this.isOpen(path)
    const windows = this.own.get(path) ?? new Set()
    this.own.set(path, windows.add(window))
    // That the note cannot be left must not keep the file from being opened.
    const note = JSON.stringify({ path, pid: process.pid })
    await writeAtomic(join(this.folder, this.noteOf(path)), note, { ownerOnly: true }).catch(() => undefined)
    return elsewhere
  }

  async close(window: string): Promise<void> {
    for (const [path, windows] of this.own) {
      windows.delete(window)
      if (windows.size > 0) continue
      this.own.delete(path)
      await rm(join(this.folder, this.noteOf(path)), { force: true }).catch(() => undefined)
    }
  }

  private async isOpen(path: string): Promise<boolean> {
    if (this.own.has(path)) return true
    const others = (await readdir(this.folder).catch(() => [])).flatMap((name) => {
      const pid = Number(/-(\d+)\.json$/.exec(name)?.[1] ?? process.pid)
      return pid === process.pid ? [] : [{ name, pid, note: join(this.folder, name) }]
    })
    const alive = await Promise.all(
      others.map(async ({ name, pid, note }) => {
        const about = await stat(note).catch(() => undefined)
        if (about !== undefined && !hasEnded(pid, about.mtimeMs)) return name.startsWith(digest(path))
        await rm(note, { force: true }).catch(() => undefined)
        return false
      }),
    )
    return alive.includes(true)
  }

  private noteOf(path: string): string {
    return `${digest(path)}-${process.pid}.json`
  }

  private get folder(): string {
    return join(this.dataFolder, 'open')
  }
}

const digest = (path: string): string => createHash('sha256').update(path).digest('hex').slice(0, 24)
