import * as v from 'valibot'
import { MOST_FAULTS } from '../core/support/list-text'
import { err, ok, type Fault, type Result } from '../core/support/result'
import { PROJECT_FORMAT, PROJECT_VERSION, projectSchema, type Project } from './project-file'

/** Steps from each older version to the next; the list grows by one whenever `PROJECT_VERSION` does. */
const MIGRATIONS: readonly ((project: Record<string, unknown>) => Record<string, unknown>)[] = [
  (project) => ({
    ...project,
    version: 2,
    fusion: { strategy: 'unfused', execution: 'sequential', along: {}, recompute: 'halo' },
    designs: [],
  }),
]

const headerSchema = v.looseObject({
  format: v.literal(PROJECT_FORMAT),
  version: v.pipe(v.number(), v.integer(), v.minValue(1)),
})

/** Whether a file's text says that it is a project, whole or damaged further in, of whatever version. */
export function isProject(text: string): boolean {
  try {
    return v.is(headerSchema, JSON.parse(text))
  } catch {
    return false
  }
}

/** Reads a project file's text: checked, migrated to the present version, or refused with the field and the hint. */
export function parseProject(text: string, file: string): Result<Project> {
  const refuse = (fault: Omit<Fault, 'file' | 'path'> & { path?: string }) =>
    err([{ path: '', file, ...fault }])
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch {
    // What the reader of JSON says quotes the file, which may be anybody's.
    return refuse({
      code: 'project-not-json',
      message: 'The file is damaged or no Piste project: it is not JSON',
      hint: 'open a file that Piste saved; an autosave may still hold your work',
    })
  }
  const header = v.safeParse(headerSchema, content)
  if (!header.success) {
    return refuse({
      code: 'project-alien',
      path: String(header.issues[0].path?.[0]?.key ?? ''),
      message: 'This is no Piste project',
      hint: `its format must be “${PROJECT_FORMAT}”; to open a workload, load its YAML`,
    })
  }
  const { version } = header.output
  if (version > PROJECT_VERSION) {
    return refuse({
      code: 'project-newer',
      path: 'version',
      message: 'The project was written by a newer Piste',
      value: String(version),
      hint: `update Piste; this one reads versions up to ${PROJECT_VERSION}`,
    })
  }
  const migrated = MIGRATIONS.slice(version - 1).reduce<Record<string, unknown>>(
    (project, step) => step(project),
    header.output,
  )
  const project = v.safeParse(projectSchema, migrated)
  return project.success
    ? ok(project.output)
    : err(project.issues.slice(0, MOST_FAULTS).map((issue) => ({ ...faultOf(issue), file })))
}

/** An error of the schema as a fault with the field's path. */
export function faultOf(issue: v.BaseIssue<unknown>): Fault {
  const missing = issue.received === 'undefined'
  return {
    code: missing ? 'missing-field' : 'wrong-field',
    path: v.getDotPath(issue) ?? '',
    message: missing ? 'A field is missing' : issue.message,
    hint:
      issue.type === 'check'
        ? 'write a value in that range'
        : `write ${issue.expected ?? 'a value in range'} here`,
    ...(missing ? {} : { value: issue.received.slice(0, 80) }),
  }
}

/** The text of a project file. The same project always gives the same bytes. */
export const printProject = (project: Project): string => `${JSON.stringify(project, null, 2)}\n`
