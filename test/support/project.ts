import { readLlmShape, withLlmShape } from '../../src/contract/llm-shape'
import { newProject } from '../../src/contract/new-project'
import type { Project } from '../../src/contract/project-file'
import { readPresets } from '../../src/files/presets'

/** A small project with a very short search. */
export const aProject = async (preset = 'gemm-16k-1k-1k'): Promise<Project> => ({
  ...newProject(await readPresets(), preset),
  name: 'a project',
})

/** The same in the paper's mapspace, unfused. */
export async function aPaperProject(preset: string): Promise<Project> {
  const { search, fusion, ...rest } = await aProject(preset)
  return {
    ...rest,
    search: { ...search, mapspace: 'paper' },
    fusion: { ...fusion, strategy: 'unfused' },
  }
}

/** GPT-3 6.7B with this number of pinned designs: five batch sizes, four strategies, a die for each. */
export async function manyDesigns(count: number): Promise<Project> {
  const base = await aPaperProject('gpt3-6.7b')
  const shape = readLlmShape(base.workload.text)!
  const strategies = ['unfused', 'tiled', 'flashattention', 'segmented'] as const
  const { architecture, search } = base
  return {
    ...base,
    name: 'many designs',
    fusion: { ...base.fusion, strategy: 'segmented' },
    settings: { ...base.settings, beside: 'designs' },
    designs: Array.from({ length: count }, (_, i) => ({
      id: `d${i + 1}`,
      name: `Design ${i + 1}`,
      workload: { preset: null, text: withLlmShape(base.workload.text, { ...shape, batch: 2 ** (i % 5) }) },
      architecture: { ...architecture, die: 200 + 50 * i },
      bufferShare: null,
      search,
      fusion: { ...base.fusion, strategy: strategies[i % strategies.length]! },
      weight: 0,
    })),
  }
}
