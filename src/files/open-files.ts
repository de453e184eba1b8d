import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { writeAtomic } from './atomic-write'

/**
 * Which projects are open in which windows, of this Piste and of others on the machine: a note each in the user's data
 * folder, under the id of the process that left it. Notes of processes that have ended do not count.
 */
export class OpenFiles {
  private readonly own = new Map<string, Set<string>>()

  constructor(private readonly dataFolder: string) {}

  /** Notes that a window has a file open in place of what it had before; says whether another window has it too. */
  async open(window: string, path: string | null): Promise<boolean> {
    await this.close(window)
    if (path === null) return false
    const elsewhere = await this.isOpen(path)
    const windows = this.own.get(path) ?? new Set()
    this.own.set(path, windows.add(window))
    // That the note cannot be left must not keep the file from being opened.
    await writeAtomic(join(this.folder, this.noteOf(path)), JSON.stringify({ path, pid: process.pid })).catch(
      () => undefined,
    )
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
    await mkdir(this.folder, { recursive: true }).catch(() => undefined)
    const notes = (await readdir(this.folder).catch(() => [])).filter((note) => note.startsWith(digest(path)))
    for (const note of notes) if (isAlive(await pidIn(join(this.folder, note)))) return true
    return false
  }

  private noteOf(path: string): string {
    return `${digest(path)}-${process.pid}.json`
  }

  private get folder(): string {
    return join(this.dataFolder, 'open')
  }
}

const digest = (path: string): string => createHash('sha256').update(path).digest('hex').slice(0, 24)

async function pidIn(note: string): Promise<number | null> {
  try {
    const content: unknown = JSON.parse(await readFile(note, 'utf8'))
    return typeof content === 'object' &&
      content !== null &&
      'pid' in content &&
      typeof content.pid === 'number'
      ? content.pid
      : null
  } catch {
    return null
  }
}

/** Whether a process of that number runs; signal 0 asks and does nothing. */
function isAlive(pid: number | null): boolean {
  if (pid === null || pid === process.pid) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
