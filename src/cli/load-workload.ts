import { parseDocument, stringify } from 'yaml'
import { readLlmShape, withLlmShape } from '../contract/llm-shape'
import { YAML_OPTIONS } from '../contract/yaml-text'
import { describeUnmodelled, MISSING_DIMENSION } from '../core/interchange/imported'
import { buildWorkload } from '../core/workload/build-workload'
import { unusedRanks } from '../core/workload/unused'
import { err, ok, onOneLine, type Result } from '../core/support/result'
import type { Workload } from '../core/workload/einsum'
import type { Context } from './context'
import { optionFault, orExit } from './exit'
import type { WorkloadOptions } from './options'

export interface LoadedWorkload {
  readonly workload: Workload
  /** The file's text with the bit widths of the command line. */
  readonly text: string
  readonly preset: string | null
}

/** A workload from a preset's id, a file, or `--expr`; ends the command if there is none. */
export async function loadWorkload(
  name: string | undefined,
  options: WorkloadOptions,
  context: Pick<Context, 'presets' | 'reader' | 'signal' | 'say'>,
): Promise<LoadedWorkload> {
  if (options.expr !== undefined) return expressionOf(options.expr, options)
  const source = await sourceOf(name, options, context)
  const shaped = source.shaped ? source.text : withShape(source.text, options)
  const text = options.bits === undefined ? shaped : withBits(shaped, orExit(parseBits(options.bits)))
  const workload = orExit(await context.reader.workload(text, source.file, context.signal))
  return { workload: onlyEinsum(workload, options.einsum), text, preset: source.preset }
}

/** The text with the phase, batch and length of the flags. */
function withShape(text: string, { phase, batch, length }: WorkloadOptions): string {
  if (phase === undefined && batch === undefined && length === undefined) return text
  const shape = readLlmShape(text)
  if (shape !== null)
    return withLlmShape(text, {
      phase: phase ?? shape.phase,
      batch: batch ?? shape.batch,
      length: length ?? shape.length,
    })
  const [flag, value] = phase ? ['--phase', phase] : batch ? ['--batch', batch] : ['--length', length]
  return orExit(
    err([
      optionFault(
        flag!,
        'The workload is no LLM layer whose phase, batch and length could be set',
        String(value),
        'set its rank_sizes instead, or take one of the language models of piste presets',
      ),
    ]),
  )
}

/** An Einsum given on the command line; faults name its option. */
function expressionOf(einsum: string, options: WorkloadOptions): LoadedWorkload {
  const definition = {
    rank_sizes: orExit(parseRanks(options.rank ?? [])),
    bits_per_value: options.bits === undefined ? {} : orExit(parseBits(options.bits)),
    einsums: [einsum],
  }
  const built = buildWorkload(definition)
  const unused = built.ok ? unusedRanks(definition, built.value.einsums) : []
  const workload = unused.length > 0 ? err(unused) : built
  const optionOf = (path: string) =>
    path
      .replace('workload.einsums[0]', '--expr')
      .replace('workload.rank_sizes.', '--rank ')
      .replace('workload.bits_per_value.', '--bits ')
  if (!workload.ok) {
    return orExit(
      err(
        workload.error.map(({ span, ...fault }) => ({
          ...fault,
          path: `${optionOf(fault.path)}${span ? ` column ${span.column}` : ''}`,
        })),
      ),
    )
  }
  return { workload: workload.value, text: stringify({ workload: definition }), preset: null }
}

async function sourceOf(
  name: string | undefined,
  options: WorkloadOptions,
  { presets, reader, signal, say }: Pick<Context, 'presets' | 'reader' | 'signal' | 'say'>,
): Promise<{ text: string; file: string; preset: string | null; shaped: boolean }> {
  if (name === undefined) {
    return orExit(
      err([
        optionFault(
          'WORKLOAD',
          'No workload was named',
          '',
          'give a preset (piste presets), a file, or --expr',
        ),
      ]),
    )
  }
  const preset = (await presets()).workloads.find(({ id }) => id === name)
  if (preset && options.dimension !== undefined) orExit(err([noDimensions(options.dimension[0]!)]))
  if (preset) return { text: preset.text, file: preset.id, preset: preset.id, shaped: false }
  const { phase, batch, length } = options
  const found = await reader.import(
    name,
    { dimensions: orExit(parseDimensions(options.dimension)), phase, batch, length },
    signal,
  )
  if (!found.ok && found.error[0]?.code === 'file-enoent') {
    return orExit(
      err([
        {
          ...found.error[0],
          message: 'There is no such preset or file',
          hint: 'see piste presets, or check the path',
        },
      ]),
    )
  }
  const { text, format, notes, unmodelled } = orExit(asked(found))
  for (const note of [...notes, ...unmodelled.map(describeUnmodelled)]) say(`piste: ${onOneLine(note)}`)
  if (format !== 'onnx' && options.dimension !== undefined) orExit(err([noDimensions(options.dimension[0]!)]))
  return { text, file: name, preset: null, shaped: format === 'hugging-face' }
}

/** Flags give the dimensions that a model leaves open. */
const asked = <T>(found: Result<T>): Result<T> =>
  found.ok
    ? found
    : err(
        found.error.map((fault) =>
          fault.code === MISSING_DIMENSION
            ? { ...fault, hint: `give it: --dimension ${fault.path}=SIZE` }
            : fault,
        ),
      )

function parseDimensions(given: readonly string[] = []): Result<Record<string, number>> {
  const dimensions = new Map<string, number>()
  for (const text of given) {
    const [, name, digits] = /^\s*(\S+)\s*=\s*(\d+)\s*$/.exec(text) ?? []
    if (name === undefined || Number(digits) < 1)
      return err([
        optionFault(
          '--dimension',
          'A dimension and its size are written name=size',
          text,
          'write --dimension N=1',
        ),
      ])
    if (dimensions.has(name)) return givenTwice('--dimension', name)
    dimensions.set(name, Number(digits))
  }
  return ok(Object.fromEntries(dimensions))
}

const noDimensions = (given: string) =>
  optionFault('--dimension', 'Only ONNX models leave dimensions open', given, 'leave it out')

const givenTwice = (option: string, name: string) =>
  err([optionFault(option, 'It is given twice', name, 'give it once')])

function parseRanks(given: readonly string[]): Result<Record<string, number | string>> {
  const ranks = new Map<string, number | string>()
  for (const text of given) {
    const rank = parseRank(text)
    if (!rank.ok) return rank
    const [name, size] = rank.value
    if (ranks.has(name)) return givenTwice('--rank', name)
    ranks.set(name, size)
  }
  return ok(Object.fromEntries(ranks))
}

function parseRank(text: string): Result<[string, number | string]> {
  const match = /^\s*([A-Za-z_]\w*)\s*=\s*(\S+)\s*$/.exec(text)
  if (!match)
    return err([
      optionFault('--rank', 'A rank and its size are written name=size', text, 'write --rank m=4096'),
    ])
  const size = Number(match[2])
  return ok([match[1]!, Number.isNaN(size) ? match[2]! : size])
}

function parseBits(text: string): Result<Record<string, number>> {
  const entries = text.split(',').map((part) => /^(?:([^=]+)=)?([^=]+)$/.exec(part.trim()))
  const bits = entries.map((entry) => [entry?.[1]?.trim() ?? 'All', Number(entry?.[2] ?? NaN)] as const)
  if (bits.some(([, width]) => !Number.isFinite(width)))
    return err([
      optionFault('--bits', 'Bit widths are not readable', text, 'write --bits 8 or --bits A=8,Z=16'),
    ])
  const twice = bits.find(([tensor], i) => bits.findIndex(([other]) => other === tensor) < i)
  return twice ? givenTwice('--bits', twice[0]) : ok(Object.fromEntries(bits))
}

/** The text with these widths; its widths of other tensors stay. */
function withBits(text: string, bits: Readonly<Record<string, number>>): string {
  const document = parseDocument(text, YAML_OPTIONS())
  if (document.errors.length > 0) return text
  for (const [tensor, width] of Object.entries(bits))
    document.setIn(['workload', 'bits_per_value', tensor], width)
  return document.toString()
}

function onlyEinsum(workload: Workload, name: string | undefined): Workload {
  if (name === undefined) return workload
  const einsum = workload.einsums.find((candidate) => candidate.name === name)
  if (einsum) return { ...workload, name: `${workload.name} ${name}`, einsums: [einsum] }
  const known = workload.einsums.map((candidate) => candidate.name).join(', ')
  return orExit(err([optionFault('--einsum', 'There is no such Einsum', name, `choose one of ${known}`)]))
}
