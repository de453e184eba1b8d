import { describe, expect, it } from 'vitest'
import { asCsv, asJson, asTsv, type Tabular } from '../../../../src/core/report/tables/tabular'

const points: Tabular = {
  name: 'Points',
  columns: ['Buffer', 'Note'],
  rows: [
    [64, 'plain'],
    [128, 'a "quoted", long\none'],
  ],
}

describe('tables as files', () => {
  it('quote cells that would break a row', () => {
    expect(asCsv([points])).toBe('Buffer,Note\n64,plain\n128,"a ""quoted"", long\none"\n')
    expect(asTsv([{ ...points, rows: [[64, 'a, b']] }])).toBe('Buffer\tNote\n64\ta, b\n')
  })

  it('are objects with column names in JSON; several tables have names', () => {
    expect(JSON.parse(asJson([points]))).toEqual([
      { Buffer: 64, Note: 'plain' },
      { Buffer: 128, Note: 'a "quoted", long\none' },
    ])
    const two = JSON.parse(asJson([points, { name: '', columns: ['', 'x'], rows: [['a', 1]] }])) as object
    expect(two).toEqual({ Points: expect.any(Array) as unknown, 'table 2': [{ 'column 1': 'a', x: 1 }] })
  })
})
