import * as v from 'valibot'
import { isScalar, LineCounter, parseDocument, type Document, type Node } from 'yaml'
import { err, ok, type Fault, type Result, type TextSpan } from '../core/support/result'
import { buildWorkload } from '../core/workload/build-workload'
import type { Workload } from '../core/workload/einsum'
import { workloadFileSchema } from './workload-schema'

const LARGEST_TEXT = 1_000_000

/**
 * Reads a workload file's text, YAML or JSON, into the domain. Faults have the field's path and, if the text has it,
 * the span to underline.
 */
export function parseWorkloadText(text: string, file?: string): Result<Workload> {
  const named = (faults: readonly Fault[]) => err(faults.map((fault) => (file ? { ...fault, file } : fault)))
  if (text.length > LARGEST_TEXT) {
    return named([
      {
        code: 'too-large',
        path: '',
        message: 'A workload file has over a million characters',
        hint: 'split the workload',
      },
    ])
  }
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  if (document.errors.length > 0) {
    return named(
      document.errors.map((error) => ({
        code: 'yaml',
        path: '',
        message: `This is not well-formed YAML: ${lowerFirst(error.message)}`,
        hint: 'correct the text here; indent with blanks and quote Einsums',
        span: spanBetween(lines, error.pos[0], Math.max(error.pos[1], error.pos[0] + 1)),
      })),
    )
  }
  const plain = toPlain(document)
  if (!plain.ok) return named([plain.error])
  const shaped = v.safeParse(workloadFileSchema, plain.value)
  if (!shaped.success)
    return named(shaped.issues.map((issue) => located(document, lines, faultOfIssue(issue))))
  const workload = buildWorkload(shaped.output.workload)
  return workload.ok ? workload : named(workload.error.map((fault) => located(document, lines, fault)))
}

/** Aliases are expanded within the library's limit: a file that expands without end is refused. */
function toPlain(document: Document): Result<unknown, Fault> {
  try {
    return ok(document.toJS({ maxAliasCount: 100 }) as unknown)
  } catch (error) {
    return err({
      code: 'yaml-aliases',
      path: '',
      message: `The text cannot be expanded: ${error instanceof Error ? error.message : 'too many aliases'}`,
      hint: 'write repeated parts out',
    })
  }
}

function faultOfIssue(issue: v.BaseIssue<unknown>): Fault {
  const path = (issue.path ?? []).reduce(
    (at, { key }) => (typeof key === 'number' ? `${at}[${key}]` : at ? `${at}.${String(key)}` : String(key)),
    '',
  )
  const unknownField = issue.type === 'strict_object' && issue.expected === 'never'
  const missing = issue.received === 'undefined'
  return {
    code: unknownField ? 'unknown-field' : missing ? 'missing-field' : 'wrong-type',
    path,
    message: unknownField
      ? 'There is no such field'
      : missing
        ? 'A field is missing'
        : `A field has the wrong type: ${lowerFirst(issue.message)}`,
    hint: unknownField
      ? 'remove it; a workload has name, description, source, rank_sizes, bits_per_value, row_reductions and einsums'
      : path === '' || path === 'workload'
        ? 'begin with workload: and below it rank_sizes: and einsums:'
        : `write ${issue.expected ?? 'what is expected'} here`,
    ...(missing || unknownField ? {} : { value: issue.received }),
  }
}

/** Adds the place in the text to a fault that has a path. A span within an Einsum is moved to where its text begins. */
function located(document: Document, lines: LineCounter, fault: Fault): Fault {
  const keys = fault.path
    .split(/[.[\]]+/)
    .filter(Boolean)
    .map((key) => (/^\d+$/.test(key) ? Number(key) : key))
  for (let depth = keys.length; depth > 0; depth--) {
    const node = document.getIn(keys.slice(0, depth), true) as Node | undefined
    if (!node?.range) continue
    const [start, end] = node.range
    const inside = depth === keys.length ? fault.span : undefined
    const quoted = isScalar(node) && (node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE') ? 1 : 0
    const from = inside ? start + quoted + inside.column - 1 : start
    const to = inside ? start + quoted + inside.endColumn - 1 : end
    return { ...fault, span: spanBetween(lines, from, Math.max(to, from + 1)) }
  }
  return fault
}

function spanBetween(lines: LineCounter, from: number, to: number): TextSpan {
  const start = lines.linePos(from)
  const end = lines.linePos(to)
  return { line: start.line, column: start.col, endLine: end.line, endColumn: end.col }
}

const lowerFirst = (message: string): string => message.charAt(0).toLowerCase() + message.slice(1)
