import type { MachineCase } from '../contract/case-file'
import type { Machine } from '../core/machine/machine'
import { machineProblem, type MachineProblem } from '../core/machine/problem'
import { err, type Fault, type Result } from '../core/support/result'
import type { Einsum, Workload } from '../core/workload/einsum'
import { readMachinePresets } from '../files/machine-presets'
import type { Context } from './context'
import { optionFault, orExit } from './exit'
import { loadWorkload } from './load-workload'
import type { WorkloadOptions } from './options'

/** What a command on a machine works on; `file` is named in faults. */
export interface MachineInputs extends Pick<MachineCase, 'roles' | 'mapping' | 'constraints'> {
  readonly file: string
  readonly machine: Machine
  readonly workload: Workload
}

type Reading = Pick<Context, 'reader' | 'signal'>

/** The value, or the end of the command; faults name the file. */
export const orExitIn = <T>(file: string, result: Result<T>): T =>
  orExit(result.ok ? result : err(result.error.map((fault): Fault => ({ file, ...fault }))))

/** A case file with all of it. */
export async function evaluationInputs(file: string, { reader, signal }: Reading): Promise<MachineInputs> {
  const { machine, workload, ...rest } = orExit(await reader.case(file, signal))
  if (machine === null) return missing(file, 'architecture', 'give it architecture: with nodes')
  if (workload === null) return missing(file, 'workload', 'give it workload:')
  return { file, machine, workload, ...rest }
}

/** A case, or a workload by preset or file; its machine may come from an option. */
export async function mappingInputs(
  name: string,
  options: WorkloadOptions & { readonly machine?: string },
  context: Context,
): Promise<MachineInputs> {
  const isPreset = (await context.presets()).workloads.some(({ id }) => id === name)
  const found = isPreset ? null : orExit(await context.reader.caseIfAny(name, context.signal))
  const given = options.machine === undefined ? null : await machineNamed(options.machine, context)
  const machine = given ?? found?.machine
  if (!machine)
    return orExit(
      err([
        optionFault('--machine', 'No machine is given', '', `name a file or one of ${await machineIds()}`),
      ]),
    )
  const workload =
    found?.workload ?? (await loadWorkload(name, { ...options, einsum: undefined }, context)).workload
  return {
    file: name,
    machine,
    workload,
    roles: found?.roles ?? new Map(),
    mapping: found?.mapping ?? null,
    constraints: found?.constraints ?? null,
  }
}

async function machineNamed(name: string, { reader, signal }: Reading): Promise<Machine> {
  const preset = (await readMachinePresets()).find(({ id }) => id === name.replaceAll('-', '_'))
  if (preset !== undefined) return preset.machine
  if (!/[./\\]/.test(name))
    return orExit(
      err([
        optionFault(
          '--machine',
          'There is no such machine',
          name,
          `give a file or one of ${await machineIds()}`,
        ),
      ]),
    )
  const { machine } = orExit(await reader.case(name, signal))
  return machine ?? missing(name, 'architecture', 'give it architecture: with nodes')
}

const machineIds = async (): Promise<string> => (await readMachinePresets()).map(({ id }) => id).join(', ')

const missing = (file: string, path: string, hint: string): never =>
  orExit(err([{ code: 'missing-field', file, path, message: 'A field is missing', hint }]))

/** The Einsums that are meant: one by its name, or all products. */
export function einsumsOf(workload: Workload, name: string | undefined): readonly Einsum[] {
  const all = workload.einsums
  if (name === undefined) return all.length === 1 ? all : all.filter(({ kind }) => kind === 'product')
  const found = all.filter((einsum) => einsum.name === name)
  const known = all.map((einsum) => einsum.name).join(', ')
  return found.length > 0
    ? found
    : orExit(err([optionFault('--einsum', 'There is no such Einsum', name, `choose one of ${known}`)]))
}

export const problemOn = ({ file, machine, roles }: MachineInputs, einsum: Einsum): MachineProblem =>
  orExitIn(file, machineProblem(machine, einsum, roles))
