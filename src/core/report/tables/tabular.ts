import { delimited } from './delimited'

/** A table as plain data: names of columns, and rows of as many cells. */
export interface Tabular {
  readonly name: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly (string | number)[])[]
}

const separated = (tables: readonly Tabular[], separator: string): string =>
  tables.map(({ columns, rows }) => delimited([columns, ...rows], separator)).join('\n')

/** Tables one below the other, separated by tabs, as spreadsheets take them from the clipboard. */
export const asTsv = (tables: readonly Tabular[]): string => separated(tables, '\t')

/** Tables one below the other as comma-separated values (RFC 4180). */
export const asCsv = (tables: readonly Tabular[]): string => separated(tables, ',')

/** Each row as an object with the columns' names as keys; several tables by their own names. */
export function asJson(tables: readonly Tabular[]): string {
  const objects = ({ columns, rows }: Tabular) =>
    rows.map((row) =>
      Object.fromEntries(columns.map((column, i) => [column || `column ${i + 1}`, row[i] ?? ''])),
    )
  const [first] = tables
  const content =
    tables.length === 1 && first !== undefined
      ? objects(first)
      : Object.fromEntries(tables.map((table, i) => [table.name || `table ${i + 1}`, objects(table)]))
  return `${JSON.stringify(content, null, 2)}\n`
}
