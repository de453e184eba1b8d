import { parse } from 'yaml'
import { libraryEntryIn } from '../contract/library-file'
import { IS_LIBRARY_ENTRY } from '../contract/messages'
import { parseWorkloadText } from '../contract/workload-file'
import type { ImportedWorkload, ImportOptions } from '../core/interchange/imported'
import { err, ok, type Fault, type Result } from '../core/support/result'
import { readUpTo, withRegularFile } from './open-regular'
import { readText } from './read-text'

/** Reads a file that is no workload of ours; undefined where it is none of this format either. */
export type Importer = (content: unknown, options: ImportOptions) => Result<ImportedWorkload> | undefined

const fault = (file: string, code: string, message: string, hint: string): Result<never> =>
  err([{ code, path: '', file, message, hint }])

const KNOWN =
  'choose a workload (YAML, JSON), a Hugging Face config.json, a Timeloop or AccelForge workload, or an ONNX model'

/**
 * Reads any file that a workload can be had from. What it is shows in its content; its name only helps to say what is
 * wrong.
 */
export async function importWorkload(
  file: string,
  options: ImportOptions,
  importers: readonly Importer[],
  readBinary: (file: string, options: ImportOptions) => Promise<Result<ImportedWorkload>>,
): Promise<Result<ImportedWorkload>> {
  const binary = await isBinary(file)
  if (!binary.ok) return binary
  if (binary.value) return named(await readBinary(file, options), file)
  const text = await readText(file)
  if (!text.ok) return text
  let content: unknown
  try {
    content = parse(text.value, { maxAliasCount: 100, logLevel: 'silent' })
  } catch {
    // Our own reader says where the text is broken.
    const workload = parseWorkloadText(text.value, file)
    return workload.ok ? fault(file, 'unknown-format', 'This is no workload', KNOWN) : workload
  }
  if (typeof content !== 'object' || content === null)
    return fault(file, 'unknown-format', 'This is neither a workload nor a model', KNOWN)
  if ('format' in content && content.format === 'piste')
    return fault(file, 'is-project', 'This is a project', 'open it instead of importing it')
  if (libraryEntryIn(content) !== undefined)
    return fault(
      file,
      IS_LIBRARY_ENTRY,
      'This is a technology, chip or architecture',
      'drop it on the window to keep it',
    )
  for (const importer of importers) {
    const found = importer(content, options)
    if (found !== undefined) return named(found, file)
  }
  if (!('workload' in content))
    return fault(file, 'unknown-format', 'This is no file that Piste knows', KNOWN)
  const workload = parseWorkloadText(text.value, file)
  return workload.ok
    ? ok({
        format: 'piste',
        name: workload.value.name,
        text: text.value,
        repeats: 1,
        unmodelled: [],
        notes: [],
      })
    : workload
}

const named = <T>(result: Result<T>, file: string): Result<T> =>
  result.ok ? result : err(result.error.map((one): Fault => ({ ...one, file: one.file ?? file })))

const HEAD_BYTES = 4096

/** Whether a file's beginning holds bytes that no text has. */
const isBinary = (file: string): Promise<Result<boolean>> =>
  withRegularFile(file, async (handle) => {
    const head = await readUpTo(handle, HEAD_BYTES)
    if (head.length === 0) return fault(file, 'file-empty', 'The file is empty', KNOWN)
    return ok(head.includes(0) || head.some((byte) => byte < 9 || (byte > 13 && byte < 32 && byte !== 27)))
  })
