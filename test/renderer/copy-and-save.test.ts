import { describe, expect, it } from 'vitest'
import { tableData } from '../../src/renderer/widgets/copy-and-save'

function table(html: string): HTMLTableElement {
  document.body.innerHTML = `<table aria-label="T">${html}</table>`
  return document.body.querySelector('table')!
}

describe('a table on screen as data', () => {
  it('names each column by all header rows, and repeats cells that span', () => {
    const found = tableData(
      table(`<thead>
        <tr><th rowspan="2">Einsum</th><th colspan="2">Tile</th></tr>
        <tr><th>input</th><th>output</th></tr>
      </thead><tbody>
        <tr><td>QK</td><td>8 KiB</td><td><input value="typed" /></td></tr>
        <tr><td>fc1</td><td colspan="2">does not fit</td></tr>
      </tbody>`),
    )
    expect(found).toEqual({
      name: 'T',
      columns: ['Einsum', 'Tile input', 'Tile output'],
      rows: [
        ['QK', '8 KiB', 'typed'],
        ['fc1', 'does not fit', 'does not fit'],
      ],
    })
  })

  it('has rows only, without a header', () => {
    expect(tableData(table('<tbody><tr><th>SRAM</th><td>134,258,688</td></tr></tbody>'))).toMatchObject({
      columns: ['', ''],
      rows: [['SRAM', '134258688']],
    })
  })
})
