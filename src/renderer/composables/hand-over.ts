/** Ways out of the window for pictures and numbers. Each copy says how it went. */
const COPIED = 'Copied.'
const REFUSED = 'The clipboard cannot be had here; save a file instead.'

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

/** Hands a file to the browser or the desktop shell, which asks where it goes. */
export function saveBlob(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob)
  const link = Object.assign(document.createElement('a'), { href: url, download: name })
  link.click()
  // The download has taken the data by then.
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}

/** A table on screen as tab-separated text, as spreadsheets take it; controls in cells give their values. */
export function tableTsv(table: HTMLTableElement): string {
  const cell = (element: HTMLTableCellElement): string => {
    const field = element.querySelector('input')
    return (field?.value ?? element.innerText).replaceAll(/\s+/g, ' ').trim()
  }
  return [...table.rows].map((row) => [...row.cells].map(cell).join('\t')).join('\n')
}
