import { open } from 'node:fs/promises'
import { err, ok, type Result } from '../core/support/result'
import { fileFault } from './file-faults'

/** No workload or project comes near this; what does is refused before it is read. */
export const LARGEST_FILE_BYTES = 10 * 2 ** 20

/** A file's text. Refuses folders, files past `LARGEST_FILE_BYTES` (unread), and what is not UTF-8. */
export async function readText(file: string): Promise<Result<string>> {
  const tooLarge = (sizeBytes: number) =>
    err([
      {
        code: 'file-too-large',
        path: '',
        file,
        message: 'The file is too large to be a workload or a project',
        value: `${Math.round(sizeBytes / 2 ** 20)} MiB`,
        hint: `choose one of at most ${LARGEST_FILE_BYTES / 2 ** 20} MiB`,
      },
    ])
  try {
    const handle = await open(file, 'r')
    try {
      const about = await handle.stat()
      if (about.isDirectory())
        return err([
          { code: 'file-eisdir', path: '', file, message: 'This is a folder', hint: 'choose a file' },
        ])
      if (about.size > LARGEST_FILE_BYTES) return tooLarge(about.size)
      // Pipes and devices tell no size, and a file may grow: what is read is bounded too.
      const chunks: Buffer[] = []
      let length = 0
      for await (const chunk of handle.createReadStream({ autoClose: false }) as AsyncIterable<Buffer>) {
        chunks.push(chunk)
        length += chunk.length
        if (length > LARGEST_FILE_BYTES) return tooLarge(length)
      }
      return decode(Buffer.concat(chunks), file)
    } finally {
      await handle.close()
    }
  } catch (error) {
    return fileFault(error, file)
  }
}

function decode(content: Buffer, file: string): Result<string> {
  try {
    return ok(new TextDecoder('utf-8', { fatal: true }).decode(content))
  } catch {
    return err([
      {
        code: 'file-not-text',
        path: '',
        file,
        message: 'The file is not text',
        hint: 'choose a YAML, JSON or .piste file in UTF-8',
      },
    ])
  }
}
