import { mkdir, open, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Readable } from 'node:stream'
import { err, ok, type Result } from '../core/support/result'
import { formatBytes } from '../core/units/format'
import { fileFault } from './file-faults'
import { removeTemporary, temporaryFolder } from './left-overs'

/** Protocol buffers, and so ONNX models, are no larger. */
export const LARGEST_DROPPED_BYTES = 2 ** 31
/** Who drops another file is done with the ones long before. */
export const MOST_DROPPED = 4

/**
 * Files that a browser handed over without a path, of one window: kept in a scratch folder of their own until the
 * window has gone. A file past the last few takes the oldest one's place.
 */
export class DroppedFiles {
  private folder: Promise<string> | undefined
  private readonly kept: string[] = []
  private taking = false
  private taken = 0

  constructor(
    private readonly parent: string,
    private readonly largestBytes = LARGEST_DROPPED_BYTES,
  ) {}

  /** Streams a file to disk; however large, it is never held whole in memory. What is refused is not read to its end. */
  async take(name: string, content: Readable): Promise<Result<string>> {
    if (this.taking)
      return refuse(name, 'file-busy', 'Another file is being read', 'drop it again when that is done')
    this.taking = true
    // It may break off before anybody reads it; the reader is told then.
    content.on('error', () => undefined)
    try {
      this.folder ??= temporaryFolder(this.parent, 'dropped')
      // A folder each, so that each keeps its name.
      const own = join(await this.folder, String(++this.taken))
      await mkdir(own, { mode: 0o700 })
      while (this.kept.length >= MOST_DROPPED) await rm(this.kept.shift()!, { recursive: true, force: true })
      const file = join(own, fileNameOf(name))
      const whole = await this.write(file, content).catch(async (error: unknown) => {
        await rm(own, { recursive: true, force: true })
        throw error
      })
      if (!whole) {
        await rm(own, { recursive: true, force: true })
        const most = formatBytes(this.largestBytes)
        return refuse(
          name,
          'file-too-large',
          'The file is too large to be a model',
          `choose one of at most ${most}`,
        )
      }
      this.kept.push(own)
      return ok(file)
    } catch (error) {
      return fileFault(error, name)
    } finally {
      this.taking = false
    }
  }

  /** False where there is more of it than may be. */
  private async write(file: string, content: Readable): Promise<boolean> {
    const handle = await open(file, 'wx', 0o600)
    try {
      let length = 0
      // Destroying a request would take its answer with it.
      for await (const chunk of content.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
        length += chunk.length
        if (length > this.largestBytes) return false
        await handle.writeFile(chunk)
      }
      return true
    } finally {
      await handle.close()
    }
  }

  async clear(): Promise<void> {
    const folder = await this.folder?.catch(() => undefined)
    this.folder = undefined
    this.kept.length = 0
    if (folder !== undefined) await removeTemporary(folder)
  }
}

const refuse = (file: string, code: string, message: string, hint: string): Result<never> =>
  err([{ code, path: '', file, message, hint }])

/** Only the last part of a name, and nothing that a path could be made of. */
const fileNameOf = (name: string): string =>
  basename(name)
    .replaceAll(/[^\w.-]+/g, '_')
    .replace(/^\.+/, '')
    .slice(-100) || 'file'
