import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import { ok, type Result } from '../core/support/result'
import { fileFault } from './file-faults'

/** Writes a file whole or not at all: a temporary file beside it, fsync, rename. Makes missing folders. */
export async function writeAtomic(file: string, content: string | Buffer): Promise<Result<true>> {
  try {
    await mkdir(dirname(file), { recursive: true })
    await writeFileAtomic(file, content)
    return ok(true)
  } catch (error) {
    return fileFault(error, file)
  }
}
