import { expect, it } from 'vitest'
import { csvOf } from '../../../../src/core/report/tables/csv'
import { delimited } from '../../../../src/core/report/tables/delimited'
import { asCsv, asTsv } from '../../../../src/core/report/tables/tabular'

it.each([
  '=1+1',
  '+cmd|x',
  '-2+3',
  '@SUM(A1)',
  ' =1',
  '\t=1',
  '\r=1',
  '=HYPERLINK("http://x")',
  '-A1',
  '+',
  '-',
])('text that a spreadsheet would run is made harmless, in every table: %j', (text) => {
  const table = { name: 't', columns: ['c'], rows: [[text]] }
  for (const written of [csvOf(['c'], [[text]]), asCsv([table]), asTsv([table]), delimited([['c'], [text]])])
    expect(written.split('\n')[1]?.replace(/^"/, '').slice(0, 2)).toBe(`'${text[0]}`)
})

it.each(['-5', '+3.5 %', '-1e-7', '12', '1,024', '-0.5', '+12 GB/s', 'plain', 'A - B', "'quoted'", ''])(
  'figures and plain text stay as they are: %j',
  (text) => {
    expect(delimited([[text]], '\t')).toBe(`${text}\n`)
  },
)

it('numbers are written in full', () => {
  expect(delimited([[1e21, -3, 0.25]])).toBe('1000000000000000000000,-3,0.25\n')
})
