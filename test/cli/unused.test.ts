import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { runPiste } from '../support/run-piste'

vi.setConfig({ testTimeout: 60_000 })

const folder = mkdtempSync(join(tmpdir(), 'piste-unused-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const GEMM = ['--expr', 'Z[m,n] = A[m,k] * B[k,n]', '--rank', 'm=8', '--rank', 'k=8', '--rank', 'n=8']
const twice = join(folder, 'twice.yaml')
writeFileSync(twice, 'workload: { rank_sizes: { m: 16, M: 64, K: 8 }, einsums: ["Z[m] = A[m,k] * B[k]"] }')
const widths = join(folder, 'widths.yaml')
writeFileSync(
  widths,
  'workload: { rank_sizes: { M: 64, K: 8 }, bits_per_value: { Q: 4 }, einsums: ["Z[m] = A[m,k] * B[k]"] }',
)

describe('what has no effect is refused, with the hint', () => {
  it.each([
    [['bound', ...GEMM, '--rank', 'q=4'], 'q'],
    [['bound', ...GEMM, '--rank', 'm=16'], 'm'],
    [['bound', ...GEMM, '--bits', 'a=4'], 'a'],
    [['bound', ...GEMM, '--bits', 'A=8=9'], '--bits'],
    [['bound', ...GEMM, '--bits', 'A=8,A=9'], '--bits'],
    [['bound', 'gemm-2k', '--bits', 'Q=4'], 'Q'],
    [['bound', 'gemm-2k', '--rank', 'm=4'], '--rank'],
    [['bound', 'gemm-2k', '--dimension', 'N=1'], '--dimension'],
    [['bound', 'gemm-2k', ...GEMM], '--expr'],
    [['bound', ...GEMM, '--einsum', 'Z'], '--einsum'],
    [['bound', ...GEMM, '--phase', 'decode'], '--phase'],
    [['export', ...GEMM, '--batch', '4'], '--batch'],
    [['mesa', ...GEMM, '--dimension', 'N=1'], '--dimension'],
    [['mesa', ...GEMM, '--execution', 'pipelined'], '--execution'],
    [['report', 'x.piste', '--die', '-5', '-o', 'out'], '--die'],
    [['report', 'gemm-2k', '-o', ''], '--output'],
    [['bound', twice], 'M'],
    [['bound', widths], 'Q'],
  ])('%j', async (args, named) => {
    const { status, stdout, stderr } = await runPiste(join(folder, 'data'), args)
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toContain(named)
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
  })
})
