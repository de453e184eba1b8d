import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { chmod, mkdir, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { hasEnded, MACHINE } from './processes'

/**
 * Temporary files and folders say in their names which process of which machine they belong to. A program that is
 * killed leaves them behind; the next that works in the same folder removes them.
 */
const NAME = /^\.?piste-[a-z]+-([\da-f]{8})-(\d+)-[\da-f-]{36}(?:\.tmp)?$/

/** A temporary name of this process, unlike any other. */
export const temporaryName = (kind: string): string =>
  `piste-${kind}-${MACHINE}-${process.pid}-${randomUUID()}`

/** What this process would leave behind if it ended now; it takes these with it when it ends by itself. */
const unfinished = new Set<string>()
process.on('exit', () => {
  for (const path of unfinished) rmSync(path, { recursive: true, force: true })
})

/** Does work that needs a temporary file or folder, which is gone afterwards, however the work ends. */
export async function withTemporary<T>(path: string, work: () => Promise<T>): Promise<T> {
  unfinished.add(path)
  try {
    return await work()
  } finally {
    await removeTemporary(path)
  }
}

/** A new temporary folder that only its owner can read. Whoever asks for it removes it with `removeTemporary`. */
export async function temporaryFolder(parent: string, kind: string): Promise<string> {
  await removeLeftOvers(parent)
  await mkdir(parent, { recursive: true })
  const folder = join(parent, temporaryName(kind))
  unfinished.add(folder)
  await mkdir(folder, { mode: 0o700 })
  await chmod(folder, 0o700)
  return folder
}

export async function removeTemporary(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 3 })
  unfinished.delete(path)
}

const swept = new Map<string, Promise<void>>()

/** Removes what interrupted runs of this machine left in a folder; once a process and folder. */
export function removeLeftOvers(folder: string): Promise<void> {
  const before = swept.get(folder)
  if (before !== undefined) return before
  const sweep = removeThere(folder)
  swept.set(folder, sweep)
  return sweep
}

async function removeThere(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => [])
  await Promise.all(
    names.map(async (name) => {
      const [, machine, pid] = NAME.exec(name) ?? []
      if (machine !== MACHINE || Number(pid) === process.pid) return
      const path = join(folder, name)
      const changedAt = await stat(path).then(
        ({ mtimeMs }) => mtimeMs,
        () => Infinity,
      )
      // What is another user's stays: removing it is refused.
      if (hasEnded(Number(pid), changedAt))
        await rm(path, { recursive: true, force: true }).catch(() => undefined)
    }),
  )
}
