import { isCase, parseCaseText, type MachineCase } from '../contract/case-file'
import { readYaml } from '../contract/yaml-text'
import { ok, type Result } from '../core/support/result'
import { readText } from './read-text'

/** Reads a case file: a machine, a workload and a mapping, as far as it has them. */
export async function readCase(file: string): Promise<Result<MachineCase>> {
  const text = await readText(file)
  return text.ok ? parseCaseText(text.value, file) : text
}

/** The case in a file; null if it holds something else, such as a workload. */
export async function readCaseIfAny(file: string): Promise<Result<MachineCase | null>> {
  const text = await readText(file)
  if (!text.ok) return ok(null)
  const read = readYaml(text.value)
  return read.ok && isCase(read.value.content) ? parseCaseText(text.value, file) : ok(null)
}
