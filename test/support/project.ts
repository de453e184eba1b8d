import { readLlmShape, withLlmShape } from '../../src/contract/llm-shape'
import {
  PROJECT_FORMAT,
  PROJECT_VERSION,
  USUAL_SETTINGS,
  type Project,
} from '../../src/contract/project-file'
import { readPresets } from '../../src/files/presets'

/** A small project that searches in no time. */
export async function aProject(preset = 'gemm-16k-1k-1k'): Promise<Project> {
  const presets = await readPresets()
  const { text } = presets.workloads.find(({ id }) => id === preset)!
  return {
    format: PROJECT_FORMAT,
    version: PROJECT_VERSION,
    name: 'a project',
    workload: { preset, text },
    architecture: presets.architectures[0]!.architecture,
    bufferShare: null,
    search: { mapspace: 'full', factors: 'perfect' },
    fusion: { strategy: 'unfused', execution: 'sequential', along: {} },
    overlays: [],
    designs: [],
    settings: USUAL_SETTINGS,
  }
}

/** GPT-3 6.7B with as many designs pinned beside it: five batch sizes, four strategies, a die for each. */
export async function manyDesigns(count: number): Promise<Project> {
  const base = await aProject('gpt3-6.7b')
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
