import { newProject } from '../contract/new-project'
import { optionsOf } from '../contract/search-schema'
import type { Project } from '../contract/project-file'
import type { Presets } from '../files/presets'
import type { Reader } from '../files/reader'
import { readText } from '../files/read-text'
import type { Explorer } from '../workers/explorer'

/** Searches what the window shows first while it opens: the project in a file, or a new one. */
export async function beginWith(
  explorer: Explorer,
  presets: Promise<Presets>,
  file: string | null,
  reader: Pick<Reader, 'project'>,
): Promise<void> {
  const project = await firstProject(presets, file, reader).catch(() => null)
  if (project === null) return
  explorer.begin(project.workload.text, optionsOf(project))
}

/** Null where there is none: the window itself is told why. */
async function firstProject(
  presets: Promise<Presets>,
  file: string | null,
  reader: Pick<Reader, 'project'>,
): Promise<Project | null> {
  if (file === null) return newProject(await presets)
  const text = await readText(file)
  const project = text.ok ? await reader.project(text.value, file) : null
  return project?.ok ? project.value : null
}
