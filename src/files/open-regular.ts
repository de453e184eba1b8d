import { constants } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { err, type Result } from '../core/support/result'
import { fileFault } from './file-faults'

/** Opening a pipe waits for its other end unless this says not to; Windows has no such flag, and no such pipes. */
const WITHOUT_WAITING = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)

/**
 * Opens a regular file to read it, and hands over its handle and size. Folders, pipes, sockets and devices are refused:
 * reading them may never end, and a thread that waits for one is lost to all other file work.
 */
export async function withRegularFile<T>(
  file: string,
  use: (handle: FileHandle, sizeBytes: number) => Promise<Result<T>>,
): Promise<Result<T>> {
  try {
    const handle = await open(file, WITHOUT_WAITING)
    try {
      const about = await handle.stat()
      if (about.isDirectory()) return refuse(file, 'file-eisdir', 'This is a folder', 'choose a file')
      if (!about.isFile()) return notRegular(file)
      return await use(handle, about.size)
    } finally {
      await handle.close()
    }
  } catch (error) {
    return fileFault(error, file)
  }
}

const refuse = (file: string, code: string, message: string, hint: string): Result<never> =>
  err([{ code, path: '', file, message, hint }])

/** The fault of what is there and is neither a file nor a folder. */
export const notRegular = (file: string): Result<never> =>
  refuse(
    file,
    'file-not-regular',
    'This is a pipe, a socket or a device, not a file',
    'save what it gives to a file, and choose that',
  )

/** At most so many bytes from the beginning of an open file; fewer where it is shorter. */
export async function readUpTo(handle: FileHandle, mostBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  // Some files tell no size, and a file may grow: what is read is bounded by what was asked for alone.
  while (length < mostBytes) {
    const wanted = Math.min(CHUNK_BYTES, mostBytes - length)
    const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(wanted), 0, wanted, length)
    if (bytesRead === 0) break
    chunks.push(buffer.subarray(0, bytesRead))
    length += bytesRead
  }
  return Buffer.concat(chunks)
}

const CHUNK_BYTES = 1 << 20
