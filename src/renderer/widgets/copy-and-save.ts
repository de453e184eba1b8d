import type { Tabular } from '../../core/report/tables/tabular'

/** Copies and saves pictures and numbers. Each copy says whether it worked. */
const COPIED = 'Copied.'
const REFUSED = 'The clipboard is not available here; save a file instead.'

export async function copyText(text: string): Promise<string> {
  try {
    await navigator.clipboard.writeText(text)
    return COPIED
  } catch {
    return REFUSED
  }
}

export async function copyPicture(png: Promise<Blob>): Promise<string> {
  try {
    await navigator.clipboard.write([new ClipboardItem({ 'image/png': png })])
    return COPIED
  } catch {
    return REFUSED
  }
}

/** Saves a file through the browser or the desktop shell. */
export function saveBlob(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob)
  const link = Object.assign(document.createElement('a'), { href: url, download: name })
  link.click()
  // The download has read the data by then.
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}

/** The data of a table on screen. A cell that spans columns or rows counts in each; a control gives its value. */
export function tableData(table: HTMLTableElement): Tabular {
  const grid: string[][] = []
  const textOf = (element: HTMLTableCellElement): string => {
    const text = (element.querySelector('input')?.value ?? element.innerText).replaceAll(/\s+/g, ' ').trim()
    // Spreadsheets read numbers without separators.
    return /^\d{1,3}(,\d{3})+$/.test(text) ? text.replaceAll(',', '') : text
  }
  for (const [y, row] of [...table.rows].entries())
    for (const cell of row.cells) {
      const line = (grid[y] ??= [])
      let x = 0
      while (line[x] !== undefined) x++
      for (let down = 0; down < cell.rowSpan; down++)
        for (let right = 0; right < cell.colSpan; right++) (grid[y + down] ??= [])[x + right] = textOf(cell)
    }
  const heads = table.querySelectorAll('thead tr').length
  const width = Math.max(0, ...grid.map((line) => line.length))
  const columns = Array.from({ length: width }, (_, x) =>
    // A name that spans both header rows appears once.
    [...new Set(grid.slice(0, heads).map((line) => line[x] ?? ''))].join(' ').trim(),
  )
  return {
    name: table.getAttribute('aria-label') ?? table.caption?.innerText ?? '',
    columns,
    rows: grid.slice(heads).map((line) => Array.from({ length: width }, (_, x) => line[x] ?? '')),
  }
}
