export type DelimitedCell = string | number

/** A number, signed or not, with a unit or without: spreadsheets may read these as they like. */
const FIGURE = /^[+-]?\d[\d.,]*(e[+-]?\d+)?( ?[%A-Za-zµ²/]*)$/

/**
 * A cell's text. What a spreadsheet would take for a formula gets an apostrophe before it, by which it is shown and
 * not run; names in workloads are anybody's.
 */
function textOf(cell: DelimitedCell): string {
  if (typeof cell === 'number') return Number.isInteger(cell) ? BigInt(cell).toString() : String(cell)
  return /^\s*[=+\-@]|^[\t\r]/.test(cell) && !FIGURE.test(cell) ? `'${cell}` : cell
}

/** Rows of cells separated as asked for, quoted where they must be (RFC 4180). */
export const delimited = (rows: readonly (readonly DelimitedCell[])[], separator = ','): string =>
  rows
    .map((row) => {
      const cells = row.map((cell) => {
        const text = textOf(cell)
        return text.includes(separator) || /["\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
      })
      return `${cells.join(separator)}\n`
    })
    .join('')
