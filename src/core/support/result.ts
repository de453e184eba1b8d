/** Expected failure as a value. Thrown errors are bugs; a failed `Result` is something that the user can correct. */
export type Result<T, E = readonly Fault[]> = Ok<T> | Err<E>
export interface Ok<T> {
  readonly ok: true
  readonly value: T
}
export interface Err<E> {
  readonly ok: false
  readonly error: E
}

export const ok = <T>(value: T): Ok<T> => ({ ok: true, value })
export const err = <E>(error: E): Err<E> => ({ ok: false, error })

/** The part of the text that a fault is about; lines and columns count from 1, the end is exclusive. */
export interface TextSpan {
  readonly line: number
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
}

/** One thing that is wrong with an input: where it is, what was found, and what would be right. */
export interface Fault {
  /** Stable, machine-readable: `unknown-rank`, `size-not-positive`, ... */
  readonly code: string
  /** Path of the field: `workload.einsums[2]`, `architecture.dieMm2`. Empty for the whole input. */
  readonly path: string
  /** What is wrong, in a sentence without the path. */
  readonly message: string
  /** What would be right. */
  readonly hint: string
  /** The offending value as the user wrote it. */
  readonly value?: string
  readonly span?: TextSpan
  /** The file's name or path, set by whoever read the file. */
  readonly file?: string
}

/** Text on one line of a terminal, whatever a file has in its names: control characters are written out. */
export const onOneLine = (text: string): string =>
  text.replace(/[\p{Cc}\u2028\u2029]/gu, (c) =>
    c === '\n' || c === '\t' ? ' ' : `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

/** One line for a terminal: `file:line:col: path: message (found value); hint.` */
export function describeFault(fault: Fault): string {
  const at = fault.span ? `:${fault.span.line}:${fault.span.column}` : ''
  const where = [fault.file ? `${fault.file}${at}` : at ? `line ${at.slice(1)}` : '', fault.path].filter(
    Boolean,
  )
  const found = fault.value === undefined ? '' : ` (found ${fault.value})`
  return onOneLine(
    `${where.length > 0 ? `${where.join(': ')}: ` : ''}${fault.message}${found}; ${fault.hint}`,
  )
}
