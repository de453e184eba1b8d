import { open } from 'node:fs/promises'
import { err, ok, type Result } from '../core/support/result'
import { fileFault } from './file-faults'

/** No workload or project comes near this; what does is refused before it is read. */
export const LARGEST_FILE_BYTES = 10 * 2 ** 20

/** A file's text. Refuses folders, files past `LARGEST_FILE_BYTES` (unread), and what is not UTF-8. */
export async function readText(file: string): Promise<Result<string>> {
  try {
    const handle = await open(file, 'r')
    try {
      const { size, isDirectory } = await handle
        .stat()
        .then((s) => ({ size: s.size, isDirectory: s.isDirectory() }))
      if (isDirectory)
        return err([
          { code: 'file-eisdir', path: '', file, message: 'This is a folder', mend: 'choose a file' },
        ])
      if (size > LARGEST_FILE_BYTES) {
        return err([
          {
            code: 'file-too-large',
            path: '',
            file,
            message: 'The file is too large to be a workload or a project',
            value: `${Math.round(size / 2 ** 20)} MiB`,
            mend: `choose one of at most ${LARGEST_FILE_BYTES / 2 ** 20} MiB`,
          },
        ])
      }
      return decode(await handle.readFile(), file)
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
        mend: 'choose a YAML, JSON or .piste file in UTF-8',
      },
    ])
  }
}
