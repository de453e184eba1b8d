import { libraryEntryIn } from '../contract/library-file'
import { IS_LIBRARY_ENTRY } from '../contract/messages'
import { parseWorkloadText } from '../contract/workload-file'
import { isTooDeep, readYaml, tooDeep } from '../contract/yaml-text'
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
  if (binary.value) return named(readable(await readBinary(file, options)), file)
  const text = await readText(file)
  if (!text.ok) return text
  const read = contentOf(text.value)
  if (!read.ok) return named(read, file)
  const content = read.value
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
    if (found !== undefined) return named(readable(found), file)
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

/** JSON is read by the platform, which is faster by far; what is no JSON is YAML, or broken. */
function contentOf(text: string): Result<unknown> {
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch {
    const yaml = readYaml(text)
    return yaml.ok ? ok(yaml.value.content) : yaml
  }
  return isTooDeep(content) ? tooDeep() : ok(content)
}

/** What was imported, unless no workload can be read from it: its sizes may be past what can be searched. */
export function readable(found: Result<ImportedWorkload>): Result<ImportedWorkload> {
  if (!found.ok) return found
  const workload = parseWorkloadText(found.value.text)
  if (workload.ok) return found
  // Places in a text that nobody has seen say nothing.
  return err(
    workload.error.map(({ code, path, message, hint, value }) => ({
      code,
      path,
      message: `What was read makes no workload: ${message.charAt(0).toLowerCase()}${message.slice(1)}`,
      hint,
      ...(value === undefined ? {} : { value }),
    })),
  )
}

const named = <T>(result: Result<T>, file: string): Result<T> =>
  result.ok ? result : err(result.error.map((one): Fault => ({ ...one, file: one.file ?? file })))

const HEAD_BYTES = 4096

/** Whether a file's beginning holds bytes that no text has. */
export const isBinary = (file: string): Promise<Result<boolean>> =>
  withRegularFile(file, async (handle) => {
    const head = await readUpTo(handle, HEAD_BYTES)
    if (head.length === 0) return fault(file, 'file-empty', 'The file is empty', KNOWN)
    return ok(head.includes(0) || head.some((byte) => byte < 9 || (byte > 13 && byte < 32 && byte !== 27)))
  })
