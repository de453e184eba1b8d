import type { Returns } from './messages'
import { PROJECT_FORMAT, PROJECT_VERSION, USUAL_SETTINGS, type Project } from './project-file'

/** A new project: a preset workload on the first architecture, at the best share. */
export function newProject(
  presets: Pick<Returns<'presets.read'>, 'workloads' | 'architectures'>,
  presetId = 'gpt3-6.7b',
): Project {
  const preset = presets.workloads.find(({ id }) => id === presetId) ?? presets.workloads[0]!
  return {
    format: PROJECT_FORMAT,
    version: PROJECT_VERSION,
    name: 'untitled',
    workload: { preset: preset.id, text: preset.text },
    architecture: presets.architectures[0]!.architecture,
    bufferShare: null,
    search: { mapspace: 'full', factors: 'perfect' },
    fusion: { strategy: 'fused', execution: 'sequential', along: {}, recompute: 'halo' },
    overlays: [],
    designs: [],
    settings: USUAL_SETTINGS,
  }
}
