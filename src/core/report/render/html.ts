/** What is put into a page, made harmless. */
export const escape = (text: string): string => text.replace(/[&<>"']/g, (c) => ENTITIES.get(c)!)

const ENTITIES = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#39;'],
])

export type Cell = string | number

/** A table; columns in `numeric` are aligned right. */
export function table(
  header: readonly string[],
  rows: readonly (readonly Cell[])[],
  numeric: readonly number[] = [],
): string {
  const cell = (tag: string) => (content: Cell, at: number) =>
    `<${tag}${numeric.includes(at) ? ' class="n"' : ''}>${escape(String(content))}</${tag}>`
  return `<table><thead><tr>${header.map(cell('th')).join('')}</tr></thead><tbody>${rows
    .map((row) => `<tr>${row.map(cell('td')).join('')}</tr>`)
    .join('\n')}</tbody></table>`
}

/** A heading that the table of contents links to. */
export const heading = (title: string): string => `<h2 id="${anchor(title)}">${escape(title)}</h2>`
export const anchor = (title: string): string => title.toLowerCase().replaceAll(/[^a-z]+/g, '-')

export const STYLE = `
:root { color-scheme: light; }
body { font: 14px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; color: #1d2329; max-width: 920px; margin: 32px auto; padding: 0 24px; font-variant-numeric: tabular-nums; }
h1 { font-size: 26px; margin: 0 0 4px; } h2 { font-size: 17px; margin: 32px 0 8px; border-bottom: 1px solid #d5dade; padding-bottom: 4px; } h3 { font-size: 14px; margin: 16px 0 4px; }
.answer { font-size: 19px; line-height: 1.45; margin: 16px 0; }
.figures { display: flex; flex-wrap: wrap; gap: 12px 32px; margin: 20px 0; padding: 12px 0; border-top: 2px solid #1d2329; border-bottom: 1px solid #d5dade; } .figures dt { color: #5a6570; font-size: 12px; } .figures dd { margin: 0; font-size: 17px; font-weight: 600; } nav ol { columns: 2; padding-left: 20px; } a { color: #1d5b94; text-decoration: none; } .muted { color: #5a6570; }
table { border-collapse: collapse; width: 100%; margin: 8px 0; font-size: 13px; } th, td { text-align: left; vertical-align: top; padding: 3px 12px 3px 0; border-bottom: 1px solid #e9ecef; } th { color: #5a6570; font-weight: 600; } .n { text-align: right; white-space: nowrap; } th.n { white-space: normal; } .dense table { font-size: 11px; } .dense td, .dense th { padding-right: 8px; } .dense td:nth-child(2):not(.n) { min-width: 150px; }
pre { font: 12px/1.45 ui-monospace, "DejaVu Sans Mono", monospace; background: #f5f7f8; padding: 8px 12px; overflow-x: auto; } svg { max-width: 100%; height: auto; display: block; } figure { margin: 12px 0; } figcaption { color: #5a6570; font-size: 12px; }
@page { size: A4; margin: 16mm 16mm 18mm; @bottom-right { content: counter(page) " / " counter(pages); font: 11px system-ui, sans-serif; color: #5a6570; } }
@media print { body { margin: 0; max-width: none; padding: 0; } .title-page { min-height: 240mm; break-after: page; padding-top: 40mm; box-sizing: border-box; } h2, h3, h2 + p { break-after: avoid; } figure + table { break-inside: avoid; } thead { display: table-header-group; } h2 { break-after: avoid; } figure, tr, pre { break-inside: avoid; } }
`.trim()
