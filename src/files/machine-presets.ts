import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import { parse } from 'yaml'
import { machineOf } from '../contract/case-file'
import type { Machine } from '../core/machine/machine'
import { assert } from '../core/support/assert'
import { presetsFolder } from './presets'

/** A shipped machine with its sources. */
export interface MachinePreset {
  readonly id: string
  readonly title: string
  readonly source: string
  /** What was estimated or recalled, and not read in a source. */
  readonly unverified: readonly string[]
  readonly machine: Machine
}

const machinesSchema = v.array(
  v.strictObject({
    id: v.string(),
    title: v.string(),
    source: v.string(),
    unverified: v.array(v.string()),
    architecture: v.unknown(),
  }),
)

/** Every shipped machine. They are ours: one that is wrong is a bug and throws. */
export async function readMachinePresets(folder = presetsFolder()): Promise<readonly MachinePreset[]> {
  const content: unknown = parse(await readFile(join(folder, 'machines.yaml'), 'utf8'))
  return v.parse(machinesSchema, content).map(({ architecture, ...preset }) => {
    const machine = machineOf(architecture)
    assert(machine.ok, `the machine ${preset.id} is right`)
    return { ...preset, machine: machine.value }
  })
}
