import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { ok, type Result } from '../core/support/result'
import { fileFault } from './file-faults'

/** Files that a browser handed over without a path: kept in a scratch folder until their window has gone. */
export class DroppedFiles {
  private folder: Promise<string> | undefined

  /** Streams a file to disk; however large, it is never held whole in memory. */
  async take(name: string, content: Readable): Promise<Result<string>> {
    this.folder ??= mkdtemp(join(tmpdir(), 'piste-dropped-'))
    // Only the last part of the name, and nothing that a path could be made of.
    const file = join(await this.folder, basename(name).replaceAll(/[^\w.-]+/g, '_') || 'file')
    try {
      await pipeline(content, createWriteStream(file))
      return ok(file)
    } catch (error) {
      return fileFault(error, name)
    }
  }

  async clear(): Promise<void> {
    const folder = await this.folder
    this.folder = undefined
    if (folder !== undefined) await rm(folder, { recursive: true, force: true })
  }
}
