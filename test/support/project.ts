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
