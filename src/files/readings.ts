import { parseProject } from '../contract/parse-project'
import { parseWorkloadText } from '../contract/workload-file'
import { readCase, readCaseIfAny } from './case-files'
import { importFile } from './importers'

/** What is read of inputs that may be large. Arguments and values go from thread to thread, so they are plain data. */
export const READINGS = {
  workload: parseWorkloadText,
  project: parseProject,
  import: importFile,
  case: readCase,
  caseIfAny: readCaseIfAny,
} as const

export type Readings = typeof READINGS
export type Reading = keyof Readings

/** A job of `reading.worker`. */
export interface ReadingJob<K extends Reading = Reading> {
  readonly kind: K
  readonly args: Parameters<Readings[K]>
}
