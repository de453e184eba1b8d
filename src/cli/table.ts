/** Columns of text for people, with numbers aligned right. */
export function textTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((name, at) => Math.max(name.length, ...rows.map((row) => row[at]?.length ?? 0)))
  const numeric = header.map((_, at) => rows.every((row) => /^[-\d.,]*( \S+)?$/.test(row[at] ?? '')))
  const line = (row: readonly string[]) =>
    row
      .map((cell, at) => (numeric[at] ? cell.padStart(widths[at]!) : cell.padEnd(widths[at]!)))
      .join('  ')
      .trimEnd()
  return [line(header), ...rows.map(line)].map((text) => `${text}\n`).join('')
}

/** Traffic of a point in all digits, with separators. */
export const trafficText = ({
  backing_store_bytes,
  backing_store_bytes_exact,
}: {
  readonly backing_store_bytes: number
  readonly backing_store_bytes_exact?: string
}): string => BigInt(backing_store_bytes_exact ?? backing_store_bytes).toLocaleString('en-US')
