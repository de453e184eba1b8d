import * as v from 'valibot'
import { isScalar, type Document, type LineCounter, type Node } from 'yaml'
import { MOST_FAULTS } from '../core/support/list-text'
import { err, type Fault, type Result } from '../core/support/result'
import { buildWorkload } from '../core/workload/build-workload'
import type { Workload } from '../core/workload/einsum'
import { workloadFileSchema } from './workload-schema'
import { readYaml, spanBetween } from './yaml-text'

/**
 * Reads a workload file's text, YAML or JSON, into the domain. Faults have the field's path and, if the text has it,
 * the span to underline.
 */
export function parseWorkloadText(text: string, file?: string): Result<Workload> {
  const named = (faults: readonly Fault[]) =>
    err(faults.slice(0, MOST_FAULTS).map((fault) => (file ? { ...fault, file } : fault)))
  const read = readYaml(text)
  if (!read.ok) return named(read.error)
  const { document, lines, content } = read.value
  const located = (faults: readonly Fault[]) =>
    named(faults.slice(0, MOST_FAULTS).map((fault) => locate(document, lines, fault)))
  const workload = readWorkload(content)
  return workload.ok ? workload : located(workload.error)
}

/** Checks the content of a workload file; faults have the field's path. */
export function readWorkload(content: unknown): Result<Workload> {
  const shaped = v.safeParse(workloadFileSchema, content)
  return shaped.success
    ? buildWorkload(shaped.output.workload)
    : err(shaped.issues.slice(0, MOST_FAULTS).map(faultOfIssue))
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

/** Adds the place in the text that a fault's path names; a span within an Einsum is moved to where its text begins. */
function locate(document: Document, lines: LineCounter, fault: Fault): Fault {
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

const lowerFirst = (message: string): string => message.charAt(0).toLowerCase() + message.slice(1)
