import { lookUp } from '../core/support/look-up'
import { err, type Err, type Fault } from '../core/support/result'

const EXPLAINED: Readonly<Record<string, readonly [message: string, hint: string]>> = {
  ENOENT: ['There is no such file or folder', 'check the path'],
  EACCES: ['There is no permission', 'choose another place, or change its permissions'],
  EPERM: ['There is no permission', 'choose another place, or change its permissions'],
  EROFS: ['The disk is read-only', 'choose another place'],
  ENOSPC: ['The disk is full', 'free some space and try again; what was there before is whole'],
  EDQUOT: ['The disk quota is used up', 'free some space and try again; what was there before is whole'],
  EFBIG: ['The file would be larger than may be written here', 'choose another place'],
  EISDIR: ['This is a folder', 'choose a file'],
  ENOTDIR: ['A part of the path is a file, not a folder', 'check the path'],
  EEXIST: ['There is a file where a folder is needed', 'choose another place'],
  ELOOP: ['Its symbolic links lead round in a circle', 'choose the file itself'],
  ENXIO: ['This is a pipe, a socket or a device, not a file', 'choose a file'],
  EAGAIN: ['The file gives nothing to read', 'choose another file'],
  EMFILE: ['Too many files are open', 'close other programs and try again'],
  ENAMETOOLONG: ['The name is too long', 'choose a shorter one'],
}

/** What the operating system refused, as a fault that names the file and the hint. Anything else is a bug: rethrown. */
export function fileFault(error: unknown, file: string): Err<readonly Fault[]> {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
  const [message, hint] = lookUp(EXPLAINED, code) ?? [
    `The file system refused (${code})`,
    'choose another place',
  ]
  if (code === '') throw error
  return err([{ code: `file-${code.toLowerCase()}`, path: '', file, message, hint }])
}
