import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as v from 'valibot'
import { parse } from 'yaml'
import type { Returns } from '../contract/messages'
import {
  architecturesSchema,
  chipsSchema,
  technologiesSchema,
  workloadIndexSchema,
} from '../contract/preset-schema'
import { parseWorkloadText } from '../contract/workload-file'
import { assert } from '../core/support/assert'

export type Presets = Returns<'presets.read'>

/** Folder of the shipped presets, found upwards from the running code: in the project and in a packaged app alike. */
export function presetsFolder(from = dirname(fileURLToPath(import.meta.url))): string {
  for (let folder = from; ; folder = dirname(folder)) {
    for (const inside of ['resources/presets', 'presets']) {
      const candidate = join(folder, inside)
      if (existsSync(join(candidate, 'workloads.yaml'))) return candidate
    }
    assert(folder !== dirname(folder), 'the shipped presets lie beside the program')
  }
}

/** Every shipped preset. They are ours: one that does not parse is a bug and throws. */
export async function readPresets(folder = presetsFolder()): Promise<Presets> {
  const read = async (file: string): Promise<unknown> => parse(await readFile(join(folder, file), 'utf8'))
  const index = v.parse(workloadIndexSchema, await read('workloads.yaml'))
  const technologies = v.parse(technologiesSchema, await read('technologies.yaml'))
  const chips = v.parse(chipsSchema, await read('chips.yaml'))
  const architectures = v.parse(architecturesSchema, await read('architectures.yaml'))
  const workloads = index.flatMap(({ title: group, ids }) =>
    ids.map(async (id) => {
      const text = await readFile(join(folder, 'workloads', `${id}.yaml`), 'utf8')
      const workload = parseWorkloadText(text, `${id}.yaml`)
      assert(workload.ok, `the preset ${id} parses`)
      const { name, description, source } = workload.value
      return { id, title: name, description, source, group, text }
    }),
  )
  return {
    workloads: await Promise.all(workloads),
    technologies,
    chips,
    architectures: architectures.map(({ id, title, architecture }) => {
      const technology = technologies.find((known) => known.id === architecture.technology)
      assert(technology, `the architecture ${id} names a shipped technology`)
      return { id, title, architecture: { ...architecture, technology } }
    }),
  }
}
