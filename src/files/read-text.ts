import { err, ok, type Result } from '../core/support/result'
import { readUpTo, withRegularFile } from './open-regular'

/** No workload or project comes near this; what does is refused before it is read. */
export const LARGEST_FILE_BYTES = 10 * 2 ** 20

/** A file's text. Refuses what is no regular file, files past `LARGEST_FILE_BYTES` (unread), and what is not UTF-8. */
export const readText = (file: string): Promise<Result<string>> =>
  withRegularFile(file, async (handle, sizeBytes) => {
    if (sizeBytes > LARGEST_FILE_BYTES) return tooLarge(file, sizeBytes)
    const content = await readUpTo(handle, LARGEST_FILE_BYTES + 1)
    return content.length > LARGEST_FILE_BYTES ? tooLarge(file, content.length) : decode(content, file)
  })

const tooLarge = (file: string, sizeBytes: number): Result<never> =>
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
