import { readdir, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import type { Args, Returns } from '../../contract/messages'
import { ok, type Result } from '../../core/support/result'
import { fileFault } from '../../files/file-faults'

/** Past this a folder is shown in part; nobody picks a project by scrolling further. */
const MOST_ENTRIES = 2000

/** A folder's contents for the in-window file dialog: folders first, then files, hidden ones left out. */
export async function listFiles({ directory }: Args<'files.list'>): Promise<Result<Returns<'files.list'>>> {
  const folder = resolve(directory ?? homedir())
  try {
    const found = await readdir(folder, { withFileTypes: true })
    const visible = found.filter((entry) => !entry.name.startsWith('.')).slice(0, MOST_ENTRIES)
    const entries = await Promise.all(
      visible.map(async (entry) => {
        const path = join(folder, entry.name)
        const about = await stat(path).catch(() => null)
        const kind = about?.isDirectory() === true ? ('directory' as const) : ('file' as const)
        return { name: entry.name, path, kind, sizeBytes: about?.size ?? 0 }
      }),
    )
    entries.sort((a, b) => a.kind.localeCompare(b.kind) || a.name.localeCompare(b.name))
    const parent = dirname(folder)
    return ok({ directory: folder, parent: parent === folder ? null : parent, entries })
  } catch (error) {
    return fileFault(error, folder)
  }
}
