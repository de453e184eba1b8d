import { asArchitecture } from '../contract/architecture-schema'
import { workloadTitle } from '../contract/llm-shape'
import type { Design, Project } from '../contract/project-file'
import { optionsOf } from '../contract/search-schema'
import type { NamedDesign, ReportInputs } from '../core/report/report'
import { ok, type Result } from '../core/support/result'
import type { Explored, Explorer } from './explorer'

/** Searches a project and its designs: all that its report needs. */
export async function exploreProject(
  explorer: Explorer,
  project: Project,
  signal: AbortSignal | undefined,
): Promise<Result<ReportInputs>> {
  const run = signal ? { signal } : {}
  const found = await explorer.explore(project.workload.text, optionsOf(project), run)
  if (!found.ok) return found
  const designs: NamedDesign[] = []
  for (const design of project.designs) {
    const explored = await explorer.explore(design.workload.text, optionsOf(design), run)
    if (!explored.ok) return explored
    designs.push({ ...inputsOf(design, explored.value), name: design.name, weight: design.weight })
  }
  return ok({
    ...inputsOf(project, found.value),
    title: project.name,
    designs,
    unitChoice: project.settings.units,
  })
}

/** The inputs of a design's figures, and the title of its workload. */
const inputsOf = (
  {
    workload: { text },
    architecture,
    fusion: { strategy },
    bufferShare,
  }: Pick<Design, 'workload' | 'architecture' | 'fusion' | 'bufferShare'>,
  { workload, exploration }: Explored,
) => ({
  workload,
  exploration,
  workloadTitle: workloadTitle(workload.name, text),
  architecture: asArchitecture(architecture),
  strategy,
  bufferShare,
})
