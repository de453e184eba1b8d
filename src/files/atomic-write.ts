import { lstat, mkdir, open, readlink, realpath, rename, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { ok, type Result } from '../core/support/result'
import { fileFault } from './file-faults'
import { removeLeftOvers, temporaryName, withTemporary } from './left-overs'
import { notRegular } from './open-regular'

export interface WriteOptions {
  /** What is only its owner's business: no one else may read the file, nor look into folders made for it. */
  readonly ownerOnly?: boolean
}

/**
 * Writes a file whole or not at all: a temporary file beside it, fsync, rename. Makes missing folders, follows
 * symbolic links, also those that lead to no file yet, and keeps the permissions of the file that it replaces. What is
 * there and is no regular file is refused.
 */
export async function writeAtomic(
  file: string,
  content: string | Buffer,
  { ownerOnly = false }: WriteOptions = {},
): Promise<Result<true>> {
  try {
    await makeFolder(dirname(file), ownerOnly)
    const target = await targetOf(file)
    // A link may lead into a folder that is missing.
    if (dirname(target) !== dirname(file)) await makeFolder(dirname(target), ownerOnly)
    const there = await stat(target).catch(() => undefined)
    if (there !== undefined && !there.isFile() && !there.isDirectory()) return notRegular(file)
    await replace(target, content, ownerOnly ? 0o600 : there === undefined ? 0o666 : there.mode & 0o777)
    return ok(true)
  } catch (error) {
    return fileFault(error, file)
  }
}

const MOST_LINKS = 40

/** Where a path leads through symbolic links, whether or not there is a file yet. */
export async function targetOf(file: string, linksLeft = MOST_LINKS): Promise<string> {
  try {
    return await realpath(file)
  } catch (error) {
    // Links that lead round in a circle, folders without permission: told by whoever opens the file.
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT') || linksLeft === 0)
      throw error
    const about = await lstat(file).catch(() => undefined)
    if (about?.isSymbolicLink() === true)
      return targetOf(resolve(await realpath(dirname(file)), await readlink(file)), linksLeft - 1)
    // Nothing there: the folder's links are followed as far as it exists.
    const folder = dirname(file)
    return folder === file ? file : join(await targetOf(folder, linksLeft), file.slice(folder.length))
  }
}

async function replace(file: string, content: string | Buffer, mode: number): Promise<void> {
  const folder = dirname(file)
  await removeLeftOvers(folder)
  const temporary = join(folder, `.${temporaryName('write')}.tmp`)
  await withTemporary(temporary, async () => {
    const handle = await open(temporary, 'wx', mode)
    try {
      // Unlike a single write, this goes on after a short one, and so hears of a full disk.
      await handle.writeFile(content)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(temporary, file)
  })
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
async function makeFolder(folder: string, ownerOnly: boolean, parentMade = false): Promise<void> {
  try {
    await mkdir(folder, ownerOnly ? 0o700 : 0o777)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : ''
    // Below /proc the system goes on saying so, however often the folder above is made.
    if (code === 'ENOENT' && dirname(folder) !== folder && !parentMade) {
      await makeFolder(dirname(folder), ownerOnly)
      return makeFolder(folder, ownerOnly, true)
    }
    // On a read-only disk, and at a drive's root, the refusal comes before the folder is seen to be there.
    const exists = await stat(folder).then(
      (about) => about.isDirectory(),
      () => false,
    )
    if (!exists) throw error
  }
}
