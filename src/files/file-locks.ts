import { createHash, randomUUID } from 'node:crypto'
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { inTurn } from './in-turn'
import { hasEnded } from './processes'

const RETRY_MS = 20
/** A save takes far less; who holds a lock longer hangs, and must not hang others. */
const PATIENCE_MS = 5000

/**
 * Lets one job at a time at a file: within this process by waiting in turn, and among the processes that share
 * `folder` by a file there that names its holder. A holder that has ended counts for nothing.
 */
export class FileLocks {
  private readonly turns = new Map<string, { readonly next: ReturnType<typeof inTurn>; waiting: number }>()

  constructor(private readonly folder: string) {}

  /** The job's result; undefined where another process holds the file for too long. */
  async withLock<T>(file: string, job: () => Promise<T>): Promise<T | undefined> {
    const turn = this.turns.get(file) ?? { next: inTurn(), waiting: 0 }
    this.turns.set(file, turn)
    turn.waiting++
    try {
      return await turn.next(() => this.amongProcesses(file, job))
    } finally {
      if (--turn.waiting === 0) this.turns.delete(file)
    }
  }

  private async amongProcesses<T>(file: string, job: () => Promise<T>): Promise<T | undefined> {
    const lock = join(this.folder, `${createHash('sha256').update(file).digest('hex').slice(0, 32)}.lock`)
    await mkdir(this.folder, { recursive: true, mode: 0o700 }).catch(() => undefined)
    for (const began = Date.now(); ; await pause(RETRY_MS)) {
      const taken = await take(lock)
      if (taken === 'held' && Date.now() - began > PATIENCE_MS) return undefined
      if (taken === 'held') continue
      try {
        return await job()
      } finally {
        if (taken === 'taken') await rm(lock, { force: true }).catch(() => undefined)
      }
    }
  }
}

/** `impossible` where no lock can be had at all, as on a full disk: that must not keep a file from being saved. */
async function take(lock: string): Promise<'taken' | 'held' | 'impossible'> {
  try {
    const handle = await open(lock, 'wx', 0o600)
    await handle.writeFile(String(process.pid)).finally(() => handle.close())
    return 'taken'
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : ''
    if (code !== 'EEXIST') return 'impossible'
    if (await isAbandoned(lock)) await remove(lock)
    return 'held'
  }
}

async function isAbandoned(lock: string): Promise<boolean> {
  try {
    const [holder, { mtimeMs }] = await Promise.all([readFile(lock, 'utf8'), stat(lock)])
    // Its holder is about to write its number, or ended before it could.
    return holder === '' ? Date.now() - mtimeMs > PATIENCE_MS / 2 : hasEnded(Number(holder), mtimeMs)
  } catch {
    return false
  }
}

/** Two that find a lock abandoned do not both remove it: only one can move it away. */
async function remove(lock: string): Promise<void> {
  const away = `${lock}-${randomUUID()}`
  await rename(lock, away)
    .then(() => rm(away, { force: true }))
    .catch(() => undefined)
}
