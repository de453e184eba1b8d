import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { parseWorkloadText } from '../../../src/contract/workload-file'
import { describeFault } from '../../../src/core/support/result'

vi.setConfig({ testTimeout: 60_000 })

const GEMM = 'Z[m, n] = A[m, k] * B[k, n]'
const file = (rankSizes: string, ...einsums: string[]) =>
  `workload:\n  rank_sizes: {${rankSizes}}\n  einsums:\n${einsums.map((einsum) => `    - "${einsum}"\n`).join('')}`

const faultsOf = (text: string) => {
  const parsed = parseWorkloadText(text, 'x.yaml')
  return parsed.ok ? [] : parsed.error
}

describe('bad workloads are refused with the field, the value and the hint', () => {
  const sizes = 'M: 4, K: 8, N: 16'
  const cases: readonly [what: string, text: string, code: string, path: string][] = [
    ['rank without a size', file('M: 4, K: 8', GEMM), 'rank-without-size', 'workload.einsums[0]'],
    ['alias of an unknown rank', file('M: 4, K: 8, N: foo', GEMM), 'unknown-rank', 'workload.rank_sizes.N'],
    ['alias cycle', file('M: K, K: M, N: 4', GEMM), 'alias-cycle', 'workload.rank_sizes.M'],
    ['size 0', file('M: 0, K: 8, N: 16', GEMM), 'size-not-positive', 'workload.rank_sizes.M'],
    ['negative size', file('M: -4, K: 8, N: 16', GEMM), 'size-not-positive', 'workload.rank_sizes.M'],
    ['fractional size', file('M: 4.5, K: 8, N: 16', GEMM), 'size-not-whole', 'workload.rank_sizes.M'],
    ['size 1e9', file('M: 1e9, K: 8, N: 16', GEMM), 'size-too-large', 'workload.rank_sizes.M'],
    ['size NaN', file('M: .nan, K: 8, N: 16', GEMM), 'size-not-a-number', 'workload.rank_sizes.M'],
    ['size that is a list', file('M: [4], K: 8, N: 16', GEMM), 'size-not-a-number', 'workload.rank_sizes.M'],
    ['not affine', file(sizes, 'Z[m, n] = A[m, k*k] * B[k, n]'), 'notation', 'workload.einsums[0]'],
    ['affine output', file(sizes, 'Z[2*m] = A[m]'), 'output-not-plain', 'workload.einsums[0]'],
    ['unclosed bracket', file(sizes, 'Z[m, n = A[m, k] * B[k, n]'), 'notation', 'workload.einsums[0]'],
    [
      'two shapes',
      file(sizes, 'Z[m, n] = A[m, k] * B[k, n]', 'Y[m] = A[m, n] * B[k, n]'),
      'two-shapes',
      'workload.einsums[1]',
    ],
    ['written twice', file(sizes, GEMM, GEMM), 'written-twice', 'workload.einsums[1]'],
    ['cycle', file(sizes, 'X[m] = Y[m] * A[m]', 'Y[m] = X[m] * B[m]'), 'cycle', 'workload.einsums[0]'],
    ['itself', file(sizes, 'X[m] = X[m] * A[m]'), 'cycle', 'workload.einsums[0]'],
    [
      'read before written',
      file(sizes, 'X[m] = Y[m] * A[m]', 'Y[m] = B[m] * C[m]'),
      'read-before-written',
      'workload.einsums[0]',
    ],
    [
      'read twice, of two sizes',
      file(sizes, 'Z[m, n] = A[m, k] * A[n, k]'),
      'two-shapes',
      'workload.einsums[0]',
    ],
    [
      'bits out of range',
      'workload: {rank_sizes: {M: 4}, bits_per_value: {A: 0}, einsums: ["Z[m] = exp(A[m])"]}',
      'bits-out-of-range',
      'workload.bits_per_value.A',
    ],
    ['no workload', 'foo: 3', 'missing-field', 'workload'],
    [
      'unknown field',
      'workload: {rank_sizes: {M: 4}, einsums: ["Z[m] = exp(A[m])"], speed: 3}',
      'unknown-field',
      'workload.speed',
    ],
    ['not YAML', 'workload: {rank_sizes: {M: 4', 'yaml', ''],
    ['empty', '', 'wrong-type', ''],
  ]
  for (const [what, text, code, path] of cases) {
    it(what, () => {
      const faults = faultsOf(text)
      const fault = faults.find((candidate) => candidate.code === code)
      expect(fault, JSON.stringify(faults)).toBeDefined()
      expect(fault!.path).toBe(path)
      expect(fault!.hint.length).toBeGreaterThan(5)
      expect(describeFault(fault!)).toContain('x.yaml')
    })
  }

  const sized = (einsum: string) => file(sizes, einsum)
  it.each([
    ['M: 4, K: 8', 'rank-without-size', 'Z[m, n]', GEMM],
    [sizes, 'rank-without-size', 'B[k, j]', 'Z[m, n] = A[m, k] * B[k, j]'],
    ['M: 4, K: 8, N: foo', 'unknown-rank', 'foo', GEMM],
    ['M: 4, K: M K, N: 2', 'unknown-rank', 'M K', GEMM],
    ['M: -4, K: 8, N: 16', 'size-not-positive', '-4', GEMM],
    ['M: 1e9, K: 8, N: 16', 'size-too-large', '1e9', GEMM],
    ['M: .inf, K: 8, N: 16', 'size-too-large', '.inf', GEMM],
    ['M: "4", K: 8, N: 16', 'size-not-a-number', '"4"', GEMM],
    [sizes, 'notation', 'k', 'Z[m, n] = A[m, k*n] * B[k, n]'],
    [sizes, 'notation', '1.5', 'Z[m, n] = A[m, 1.5*k] * B[k, n]'],
    [sizes, 'notation', '3', 'Z[m] = A[3]'],
    [sizes, 'notation', '$', 'Z[m] = A[m] $ B[m]'],
    [sizes, 'notation', 'B', 'Z[m] = A[m] B[m]'],
    [sizes, 'notation', '=', 'Z[m, n = A[m, k] * B[k, n]'],
    [sizes, 'output-not-plain', 'Z[2*m]', 'Z[2*m] = A[m]'],
    [sizes, 'no-operand', 'Z[m]', 'Z[m] = 3'],
    [sizes, 'variable-twice', 'A[m,m]', 'Z[m] = A[m,m]'],
    [sizes, 'cycle', 'X[m]', 'Y[m] = B[m]', 'X[m] = A[m] * X[m]'],
    [sizes, 'written-twice', `"${GEMM}"`, GEMM, GEMM],
  ])('rank_sizes {%s}: %s underlines %s in %s', (rankSizes, code, underlined, ...einsums) => {
    const text = file(rankSizes, ...einsums)
    const fault = faultsOf(text).find((candidate) => candidate.code === code)
    const { line, column, endLine, endColumn } = fault!.span!
    expect(endLine).toBe(line)
    expect(text.split('\n')[line - 1]!.slice(column - 1, endColumn - 1)).toBe(underlined)
  })

  it('points at the line and column within the file', () => {
    const [fault] = faultsOf(sized('Z[m, n] = A[m, k] * B[k, j]'))
    expect(fault!.span).toMatchObject({ line: 4, column: 28, endColumn: 35 })
  })

  it('names every faulty field at once', () => {
    expect(faultsOf(file('M: 0, K: 1.5, N: 16', GEMM)).map(({ path }) => path)).toEqual([
      'workload.rank_sizes.M',
      'workload.rank_sizes.K',
    ])
  })

  it('accepts any text: the result is a workload or faults with a hint, never an exception', () => {
    const valid = file(sizes, GEMM, 'O[m] = Z[m, H: 2*k + n] * F[k]')
    const scraps = fc.oneof(
      fc.constantFrom(
        '[',
        ']',
        '*',
        '+',
        '-',
        '/',
        '=',
        ':',
        ',',
        '"',
        "'",
        '&a',
        '*a',
        '{',
        '}',
        '\n',
        '\t',
        '0',
      ),
      fc.constantFrom('1e309', '-1', 'null', '__proto__', 'constructor', '\u0000', '((', 'exp(', '|', '!!js'),
      fc.string({ maxLength: 3 }),
    )
    fc.assert(
      fc.property(fc.nat(valid.length), fc.nat(4), fc.array(scraps, { maxLength: 3 }), (at, cut, insert) => {
        const text = valid.slice(0, at) + insert.join('') + valid.slice(at + cut)
        const lineCount = text.split('\n').length
        for (const { code, hint, span } of faultsOf(text)) {
          expect(code).not.toBe('')
          expect(hint).not.toBe('')
          if (span === undefined) continue
          expect(span.line).toBeGreaterThanOrEqual(1)
          expect(span.endLine).toBeGreaterThanOrEqual(span.line)
          expect(span.endLine).toBeLessThanOrEqual(lineCount)
          expect(span.column).toBeGreaterThanOrEqual(1)
          if (span.endLine === span.line) expect(span.endColumn).toBeGreaterThanOrEqual(span.column)
        }
      }),
      { numRuns: 2000 },
    )
  })

  it('refuses a YAML file whose aliases expand without end, without expanding it', () => {
    const levels = Array.from(
      { length: 9 },
      (_, i) =>
        `${'abcdefghi'[i]}: &${'abcdefghi'[i]} [${Array(9)
          .fill(i === 0 ? 'x' : `*${'abcdefghi'[i - 1]}`)
          .join(', ')}]`,
    )
    expect(faultsOf(`${levels.join('\n')}\nworkload: *i\n`)[0]!.code).toBe('yaml-aliases')
  })

  it('refuses a text of over a million characters unread', () => {
    expect(faultsOf('#'.repeat(1_000_001))[0]!.code).toBe('too-large')
  })
})

describe('extreme text', () => {
  it.each([
    ['parentheses', `Z[m] = ${'('.repeat(50_000)}A[m]${')'.repeat(50_000)}`],
    ['functions', `Z[m] = ${'exp('.repeat(150_000)}A[m]${')'.repeat(150_000)}`],
    ['signs', `Z[m] = ${'-'.repeat(200_000)}A[m]`],
  ])('too deeply nested by %s is refused at the column', (_, einsum) => {
    const [fault] = faultsOf(file('M: 4', einsum))
    expect(fault).toMatchObject({ code: 'notation', hint: 'split the Einsum into several' })
    expect(fault!.span!.column).toBeGreaterThan(100)
  })

  it('is quoted as written, and its underline is never empty', () => {
    const [fault] = faultsOf('workload: {rank_sizes: {M: 4}, einsums: ["A[m] = B[m]"')
    expect(fault).toMatchObject({ code: 'yaml' })
    const { line, column, endLine, endColumn } = fault!.span!
    expect(endLine > line || endColumn > column).toBe(true)
  })

  it('a wrong iteration space is reported once', () => {
    const faults = faultsOf(
      'workload:\n  rank_sizes: {K: 4, N: 4}\n  einsums:\n    - {einsum: "Z[m,n] = A[m,k] * B[k,n]", iteration_space_shape: {m: 0}}\n',
    )
    expect(faults.map(({ path }) => path)).toEqual(['workload.einsums[0].iteration_space_shape.m'])
  })
})
