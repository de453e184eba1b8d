import * as v from 'valibot'
import { buildMachine, type Machine } from '../core/machine/machine'
import type { MappingItem } from '../core/machine/mapping'
import type { Role } from '../core/machine/tensor'
import type { ConstraintsDefinition } from '../core/machine/search/constraints'
import { MOST_FAULTS } from '../core/support/list-text'
import { err, ok, type Fault, type Result } from '../core/support/result'
import { buildWorkload } from '../core/workload/build-workload'
import type { Workload } from '../core/workload/einsum'
import {
  constraintsSchema,
  machineSchema,
  mappingSchema,
  spaceSchema,
  type SpaceDefinition,
} from './machine-schema'
import { faultOf } from './parse-project'
import { readWorkload } from './workload-file'
import { readYaml } from './yaml-text'

/** What a case file says: a machine, a workload, and a mapping if there is one. */
export interface MachineCase {
  readonly machine: Machine | null
  readonly workload: Workload | null
  /** By tensor, where the file gives them. */
  readonly roles: ReadonlyMap<string, Role>
  readonly mapping: readonly MappingItem[] | null
  readonly constraints: ConstraintsDefinition | null
}

/** Whether a file's content is a case, and no mere workload of ours. */
export const isCase = (content: unknown): boolean =>
  isRecord(content) &&
  ('architecture' in content || (isRecord(content['workload']) && 'tensors' in content['workload']))

/** Reads a case in YAML or JSON. Its `workload` is one of ours, or an iteration space with `ranks` and `tensors`. */
export function parseCaseText(text: string, file?: string): Result<MachineCase> {
  const named = (faults: readonly Fault[]) =>
    err(faults.slice(0, MOST_FAULTS).map((fault) => (file === undefined ? fault : { ...fault, file })))
  const read = readYaml(text)
  if (!read.ok) return named(read.error)
  const { content } = read.value
  const found = isRecord(content) ? caseOf(content) : NO_CASE
  return found.ok ? found : named(found.error)
}

const isRecord = (content: unknown): content is Record<string, unknown> =>
  typeof content === 'object' && content !== null && !Array.isArray(content)

const NO_CASE = err([
  {
    code: 'no-case',
    path: '',
    message: 'The file holds no case',
    hint: 'give it architecture: with nodes, workload:, and for evaluate mapping:',
  },
])

function caseOf(content: Record<string, unknown>): Result<MachineCase> {
  const machine = 'architecture' in content ? machineOf(content['architecture']) : ok(null)
  const workload = 'workload' in content ? workloadOf(content['workload']) : ok(null)
  const mapping = 'mapping' in content ? checked(mappingSchema, content['mapping'], 'mapping') : ok(null)
  const constraints =
    'constraints' in content ? checked(constraintsSchema, content['constraints'], 'constraints') : ok(null)
  if (machine.ok && workload.ok && mapping.ok && constraints.ok)
    return ok({
      machine: machine.value,
      workload: workload.value?.workload ?? null,
      roles: workload.value?.roles ?? new Map(),
      mapping: mapping.value,
      constraints: constraints.value,
    })
  return err([machine, workload, mapping, constraints].flatMap((part) => (part.ok ? [] : part.error)))
}

/** Checks the `architecture:` of a file. */
export function machineOf(content: unknown): Result<Machine> {
  const definition = checked(machineSchema, content, 'architecture')
  return definition.ok ? buildMachine(definition.value) : definition
}

function checked<T>(schema: v.GenericSchema<unknown, T>, content: unknown, root: string): Result<T> {
  const found = v.safeParse(schema, content)
  if (found.success) return ok(found.output)
  return err(
    found.issues.map((issue) => {
      const fault = faultOf(issue)
      return { ...fault, path: pathText(root, fault.path) }
    }),
  )
}

/** `nodes.1.keep` as `architecture.nodes[1].keep`. */
const pathText = (root: string, path: string): string =>
  path
    .split('.')
    .filter(Boolean)
    .reduce((at, key) => (/^\d+$/.test(key) ? `${at}[${key}]` : `${at}.${key}`), root)

interface CaseWorkload {
  readonly workload: Workload
  readonly roles: ReadonlyMap<string, Role>
}

function workloadOf(content: unknown): Result<CaseWorkload> {
  if (isRecord(content) && !('tensors' in content)) {
    const workload = readWorkload({ workload: content })
    return workload.ok ? ok({ workload: workload.value, roles: new Map() }) : workload
  }
  const space = checked(spaceSchema, content, 'workload')
  if (!space.ok) return space
  const { ranks, tensors, output, width_bits, roles } = space.value
  const fault = nameFault(space.value)
  if (fault !== null) return err([fault])
  const workload = buildWorkload({
    rank_sizes: ranks,
    bits_per_value: width_bits,
    einsums: [
      {
        name: output,
        tensor_accesses: Object.entries(tensors).map(([tensor, dimensions]) => ({
          name: tensor,
          projection: dimensions.map(expressionOf),
          output: tensor === output,
        })),
      },
    ],
  })
  return workload.ok ? ok({ workload: workload.value, roles: new Map(Object.entries(roles)) }) : workload
}

const expressionOf = (terms: Readonly<Record<string, number>>): string =>
  Object.entries(terms)
    .map(([variable, coefficient]) => `${coefficient}*${variable}`)
    .join(' + ')
    .replaceAll('+ -', '- ')

/** Names of tensors that do not exist. */
function nameFault({ tensors, output, roles }: SpaceDefinition): Fault | null {
  const fault = (path: string, value: string): Fault => ({
    code: 'unknown-tensor',
    path,
    message: 'There is no such tensor',
    value,
    hint: `name one of ${Object.keys(tensors).join(', ')}`,
  })
  if (!Object.hasOwn(tensors, output)) return fault('workload.output', output)
  const alien = Object.keys(roles).find((tensor) => !Object.hasOwn(tensors, tensor))
  return alien === undefined ? null : fault(`workload.roles.${alien}`, alien)
}
