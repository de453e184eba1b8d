import { isAlias, isMap, isScalar, LineCounter, parseDocument, visit, type Document, type Node } from 'yaml'
import { isReserved } from '../core/support/look-up'
import { err, ok, type Fault, type Result, type TextSpan } from '../core/support/result'

const LARGEST_YAML = 1_000_000
/** Reading takes some microseconds for each character that means something: past this it takes more than a moment. */
const MOST_PARTS = 120_000
const MOST_ALIASES = 100
const DEEPEST = 100
const MOST_FAULTS = 20

/** A text read as YAML or JSON, with where in it everything stands. */
export interface YamlText {
  readonly document: Document
  readonly content: unknown
  readonly lines: LineCounter
}

/**
 * Reads YAML, JSON included, in a time that grows with its length alone. Refused beside what is not well-formed: names
 * that stand twice in a mapping, names that every object has, keys that are no text, many aliases, and deep nesting.
 */
export function readYaml(text: string): Result<YamlText> {
  if (isTooLarge(text))
    return refuse(
      'too-large',
      `The text has over ${LARGEST_YAML} characters, or over ${MOST_PARTS} of punctuation`,
      'split it in several files',
    )
  const lines = new LineCounter()
  try {
    const document = parseDocument(text, YAML_OPTIONS(lines))
    if (document.errors.length > 0)
      return err(
        document.errors.slice(0, MOST_FAULTS).map((error) => ({
          code: 'yaml',
          path: '',
          message: `This is not well-formed YAML: ${error.message.charAt(0).toLowerCase()}${error.message.slice(1)}`,
          hint: 'correct the text here; indent with blanks and quote Einsums',
          span: spanBetween(lines, error.pos[0], Math.max(error.pos[1], error.pos[0] + 1)),
        })),
      )
    const faults = faultsIn(document, lines)
    if (faults.length > 0) return err(faults)
    return ok({ document, lines, content: document.toJS({ maxAliasCount: MOST_ALIASES }) as unknown })
  } catch (error) {
    // The library recurses, and counts what aliases expand to.
    if (error instanceof RangeError) return tooDeep()
    if (error instanceof ReferenceError)
      return refuse(
        'yaml-aliases',
        `The text cannot be expanded: ${error.message}`,
        'write repeated parts out',
      )
    throw error
  }
}

/** Whether a text is too long to be read while somebody waits. */
export function isTooLarge(text: string): boolean {
  if (text.length > LARGEST_YAML) return true
  if (text.length <= MOST_PARTS) return false
  let parts = 0
  for (const char of text) if (PUNCTUATION.has(char)) parts++
  return parts > MOST_PARTS
}

const PUNCTUATION: ReadonlySet<string> = new Set('\n,:?[]{}&*!|>\'"#')

/** Its own check for names that stand twice compares each with each. */
export const YAML_OPTIONS = (lineCounter?: LineCounter) =>
  ({
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'silent',
    ...(lineCounter === undefined ? {} : { lineCounter }),
  }) as const

/** Whether a value is nested deeper than any file of ours or of another tool; without recursion. */
export function isTooDeep(content: unknown): boolean {
  let level = [content]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEEPEST) return true
    level = level.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one) : []))
  }
  return false
}

export const tooDeep = (): Result<never> =>
  refuse('too-deep', `More than ${DEEPEST} levels are nested`, 'write it flatter')

const refuse = (code: string, message: string, hint: string): Result<never> =>
  err([{ code, path: '', message, hint }])

function faultsIn(document: Document, lines: LineCounter): readonly Fault[] {
  const faults: Fault[] = []
  let aliases = 0
  const fault = (
    node: unknown,
    code: string,
    message: string,
    hint: string,
    value?: string,
  ): symbol | undefined => {
    const range = (node as Node | null)?.range
    const span = range ? { span: spanBetween(lines, range[0], Math.max(range[1], range[0] + 1)) } : {}
    faults.push({
      code,
      path: '',
      message,
      hint,
      ...(value === undefined ? {} : { value: value.slice(0, 80) }),
      ...span,
    })
    return faults.length >= MOST_FAULTS ? visit.BREAK : undefined
  }
  visit(document, {
    Node: (_, node, path) => {
      if (path.length > 2 * DEEPEST)
        return (
          fault(node, 'too-deep', `More than ${DEEPEST} levels are nested`, 'write it flatter') ?? visit.SKIP
        )
      if (isAlias(node) && ++aliases > MOST_ALIASES) {
        fault(node, 'yaml-aliases', `There are more than ${MOST_ALIASES} aliases`, 'write repeated parts out')
        return visit.BREAK
      }
      if (!isMap(node)) return undefined
      const names = new Set<string>()
      for (const { key } of node.items) {
        if (!isScalar(key) || typeof key.value === 'object') {
          const ended = fault(
            key ?? node,
            'yaml-key',
            'A name in a mapping is no text',
            'write a name before the colon',
          )
          if (ended !== undefined) return ended
          continue
        }
        const name = String(key.value)
        const ended = names.has(name)
          ? fault(key, 'name-twice', 'A name stands twice in a mapping', 'keep one of the two', name)
          : isReserved(name)
            ? fault(key, 'reserved-name', 'This name cannot be used', 'choose another name', name)
            : undefined
        if (ended !== undefined) return ended
        names.add(name)
      }
      return undefined
    },
  })
  return faults
}

export function spanBetween(lines: LineCounter, from: number, to: number): TextSpan {
  const start = lines.linePos(from)
  const end = lines.linePos(to)
  return { line: start.line, column: start.col, endLine: end.line, endColumn: end.col }
}
