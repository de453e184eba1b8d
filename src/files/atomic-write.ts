import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { mkdir, open, realpath, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { ok, type Result } from '../core/support/result'
import { fileFault } from './file-faults'

/**
 * Writes a file whole or not at all: a temporary file beside it, fsync, rename. Makes missing folders, follows
 * symbolic links, keeps the permissions of the file that it replaces.
 */
export async function writeAtomic(file: string, content: string | Buffer): Promise<Result<true>> {
  try {
    await makeFolder(dirname(file))
    await replace(await realpath(file).catch(() => file), content)
    return ok(true)
  } catch (error) {
    return fileFault(error, file)
  }
}

/** Temporary files of writes under way; a program that ends in the middle takes them with it. */
const unfinished = new Set<string>()
process.on('exit', () => {
  for (const file of unfinished) rmSync(file, { force: true })
})

async function replace(file: string, content: string | Buffer): Promise<void> {
  const folder = dirname(file)
  const mode = await stat(file).then(
    (about) => about.mode & 0o777,
    () => 0o666,
  )
  const temporary = join(folder, `.piste-${randomUUID()}.tmp`)
  unfinished.add(temporary)
  try {
    const handle = await open(temporary, 'wx', mode)
    try {
      // Unlike a single write, this goes on after a short one, and so hears of a full disk.
      await handle.writeFile(content)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(temporary, file)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  } finally {
    unfinished.delete(temporary)
  }
  await syncFolder(folder)
}

/** Makes the rename itself last through a power cut. Not every system can; the file is whole either way. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r')
    await handle.sync().finally(() => handle.close())
  } catch {
    // Windows opens no folders.
  }
}

/** Folder by folder: Node's own recursive `mkdir` says of a read-only disk that there is no such folder. */
async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : ''
    if (code === 'ENOENT' && dirname(folder) !== folder) {
      await makeFolder(dirname(folder))
      return makeFolder(folder)
    }
    // On a read-only disk, and at a drive's root, the refusal comes before the folder is seen to be there.
    const exists = await stat(folder).then(
      (about) => about.isDirectory(),
      () => false,
    )
    if (!exists) throw error
  }
}
