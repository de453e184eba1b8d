import type { SearchOptions } from '../core/mappers/mapper'
import { type Command, InvalidArgumentError, Option } from 'commander'
import * as v from 'valibot'
import { architectureSchema, asArchitecture } from '../contract/architecture-schema'
import type { Phase } from '../contract/llm-shape'
import { isOf, type EntryOf, type LibraryEntry } from '../contract/library-file'
import { faultOf } from '../contract/parse-project'
import type { Architecture } from '../core/architecture/architecture'

import { err } from '../core/support/result'
import { parseQuantity, type QuantityKind } from '../core/units/parse-quantity'
import { isWithin, outOfRange, RANGES, type QuantityRange } from '../core/units/ranges'
import { readLibraryEntry } from '../files/library'
import type { Presets } from '../files/presets'
import { optionFault, orExit } from './exit'

export type Format = 'table' | 'csv' | 'json'

/** Options that every search takes. */
export interface CommonOptions extends Pick<SearchOptions, 'mapspace' | 'factors'> {
  readonly bits?: string
  readonly threads?: number
  readonly format: Format
  readonly mappings?: boolean
}

export const collect = (value: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  value,
]

export function positiveInteger(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1 || value > 256)
    throw new InvalidArgumentError('write a whole number from 1 to 256.')
  return value
}

function wholeNumber(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1 || value > 2 ** 27)
    throw new InvalidArgumentError('write a whole number from 1 to 134217728.')
  return value
}

export const withSearchOptions = (command: Command): Command =>
  withLlmShapeOptions(command)
    .option('--bits <bits>', 'bits per value: 8, or A=8,Z=16')
    .addOption(
      new Option('--mapspace <mapspace>', 'full is the tightest known, paper exactly that of the paper')
        .choices(['full', 'paper'])
        .default('full'),
    )
    .addOption(
      new Option('--factors <factors>', 'whether tiles must divide ranks')
        .choices(['perfect', 'imperfect'])
        .default('perfect'),
    )
    .option('--threads <n>', 'worker threads', positiveInteger)

export const withOutputOptions = (
  command: Command,
  formats: readonly Format[] = ['table', 'csv', 'json'],
): Command =>
  command.addOption(new Option('--format <format>', 'how to print').choices(formats).default('table'))

/** A workload by preset or file, or one Einsum given on the command line. */
export interface WorkloadOptions {
  readonly expr?: string
  readonly rank?: readonly string[]
  readonly einsum?: string | undefined
  readonly bits?: string
  readonly phase?: Phase
  readonly dimension?: readonly string[]
  readonly batch?: number
  readonly length?: number
}

/** What an LLM layer works on; the preset's own values unless given. */
export const withLlmShapeOptions = (command: Command): Command =>
  command
    .addOption(
      new Option(
        '--phase <phase>',
        'of an LLM layer: all tokens of a prompt, or one against a cache',
      ).choices(['prefill', 'decode']),
    )
    .option('--dimension <name=size>', 'size of a dimension that an imported model leaves open', collect)
    .option('--batch <sequences>', 'sequences at a time of an LLM layer', wholeNumber)
    .option('--length <tokens>', 'tokens attended to by an LLM layer', wholeNumber)

export const withExpression = (command: Command): Command =>
  command
    .option('--expr <einsum>', "an Einsum instead of a workload: 'Z[m,n] = A[m,k] * B[k,n]'")
    .option('--rank <name=size>', 'size of a rank of --expr; give one for each', collect)
    .option('--einsum <name>', 'only this Einsum of the workload')

/** The architecture's parameters as flags; the default architecture gives the others. */
export interface ArchitectureOptions {
  readonly arch?: string
  readonly technology?: string
  readonly macArea?: string
  readonly byteArea?: string
  readonly die?: string
  readonly io?: string
  readonly clock?: string
  readonly bandwidth?: string
}

export const withArchitecture = (command: Command): Command =>
  command
    .option('--arch <id|file>', 'architecture to start from (piste presets architectures)')
    .option('--technology <id|file>', 'areas per MAC and per byte (piste presets technologies)')
    .option('--mac-area <µm²>', 'area of a MAC')
    .option('--byte-area <µm²>', 'area of a byte of SRAM')
    .option('--die <mm²>', 'whole die')
    .option('--io <share>', 'share of the die that is I/O')
    .option('--clock <Hz>', 'clock, such as 0.7GHz')
    .option('--bandwidth <B/s>', 'DRAM bandwidth, such as 147.8GB/s')

export async function architectureOf(options: ArchitectureOptions, presets: Presets): Promise<Architecture> {
  const base =
    options.arch === undefined
      ? presets.architectures[0]!.architecture
      : (presets.architectures.find(({ id }) => id === options.arch)?.architecture ??
        (await entryGiven('--arch', options.arch, 'architecture', presets.architectures)).entry)
  const named =
    options.technology === undefined
      ? undefined
      : (presets.technologies.find(({ id }) => id === options.technology) ??
        (await entryGiven('--technology', options.technology, 'technology', presets.technologies)).entry)
  const quantity = (
    option: string,
    text: string | undefined,
    kind: QuantityKind,
    range: QuantityRange,
    otherwise: number,
  ): number => {
    if (text === undefined) return otherwise
    const value = parseQuantity(text, kind)
    if (!value.ok)
      return orExit(err([{ ...value.error, path: option, message: `The value ${value.error.message}` }]))
    return isWithin(range, value.value)
      ? value.value
      : orExit(err([optionFault(option, outOfRange(range), text, 'give a value in that range')]))
  }
  const technology = named ?? base.technology
  const own = options.macArea !== undefined || options.byteArea !== undefined
  const architecture = {
    ...base,
    name: options.die === undefined && named === undefined && !own ? base.name : 'this die',
    technology: {
      ...technology,
      ...(own
        ? { id: 'custom', name: 'given on the command line', source: 'given on the command line' }
        : {}),
      areaUm2PerMac: quantity(
        '--mac-area',
        options.macArea,
        'area-um2',
        RANGES.areaUm2PerMac,
        technology.areaUm2PerMac,
      ),
      areaUm2PerByte: quantity(
        '--byte-area',
        options.byteArea,
        'area-um2',
        RANGES.areaUm2PerByte,
        technology.areaUm2PerByte,
      ),
    },
    die: quantity('--die', options.die, 'area-mm2', RANGES.die, base.die),
    ioShare: quantity('--io', options.io, 'share', RANGES.ioShare, base.ioShare),
    clock: quantity('--clock', options.clock, 'frequency', RANGES.clock, base.clock),
    dramBandwidth: quantity(
      '--bandwidth',
      options.bandwidth,
      'bandwidth',
      RANGES.dramBandwidth,
      base.dramBandwidth,
    ),
  }
  const checked = v.safeParse(architectureSchema, architecture)
  return checked.success
    ? asArchitecture(checked.output)
    : orExit(err(checked.issues.map((issue) => faultOf(issue))))
}

/** The library entry in a file that is given instead of an id. Anything else is refused with the known ids. */
async function entryGiven<K extends LibraryEntry['kind']>(
  option: string,
  given: string,
  kind: K,
  known: readonly { readonly id: string }[],
): Promise<EntryOf<K>> {
  const found = /[./\\]/.test(given) ? orExit(await readLibraryEntry(given)) : undefined
  const wanted = isOf(kind)
  if (found !== undefined && wanted(found)) return found
  return orExit(
    err([
      optionFault(
        option,
        found === undefined ? `There is no such ${kind}` : `The file holds no ${kind}`,
        given,
        `give a file or one of ${known.map(({ id }) => id).join(', ')}`,
      ),
    ]),
  )
}
