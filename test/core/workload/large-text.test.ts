import { describe, expect, it, vi } from 'vitest'
import { readLlmShape } from '../../../src/contract/llm-shape'
import { parseWorkloadText } from '../../../src/contract/workload-file'
import { inTime } from '../../support/soundness'

vi.setConfig({ testTimeout: 60_000 })

const many = (count: number, text: (i: number) => string, separator = '') =>
  Array.from({ length: count }, (_, i) => text(i)).join(separator)
const file = (ranks: string, einsums: string, more = '') =>
  `workload:\n  rank_sizes: {${ranks}}\n${more}  einsums: [${einsums}]\n`

describe('texts that no one would write are read in time that grows with their length, or refused', () => {
  const cases: readonly [what: string, text: string, code: string][] = [
    ['aliases of aliases', file(many(20_000, (i) => `R${i}: R${i + 1}, `) + 'R20000: 4', '"Z[r] = A[r]"'), 'rank-without-size'],
    ['aliases in a circle', file(many(20_000, (i) => `R${i}: R${i + 1}, `) + 'R20000: R0', '"Z[m] = A[m]"'), 'alias-cycle'],
    ['wrong sizes', file(many(20_000, (i) => `R${i}: -1`, ', '), '"Z[m] = A[m]"'), 'size-not-positive'],
    ['unknown ranks', file(many(20_000, (i) => `R${i}: X`, ', '), '"Z[m] = A[m]"'), 'unknown-rank'],
    ['operands', file('M: 4', `"Z[m] = ${many(20_000, (i) => `A${i}[m]`, ' * ')}"`), 'notation'],
    ['ranks', file('M: 4', `"Z[m] = A[${many(100_000, (i) => `r${i}`, ',')}]"`), 'notation'],
    ['one rank again and again', file('M: 4', `"Z[m] = A[${many(100_000, () => 'm', ',')}]"`), 'notation'],
    ['terms', file('M: 4', `"Z[m] = A[${many(100_000, (i) => `r${i}`, '+')}]"`), 'notation'],
    ['coefficients', file('M: 4', '"Z[m] = A[99999999999*m]"'), 'notation'],
    ['points', file(many(20, (i) => `R${i}: 100000`, ', '), `"Z[] = A[${many(20, (i) => `r${i}`, ',')}]"`), 'too-many-points'],
    ['values', file('M: 9', `"Z[m] = A[${many(9, (i) => `${2 ** 30}*m${i}`, ',')}] * B[m]"`, '').replace('M: 9', many(9, (i) => `M${i}: 99999`, ', ') + ', M: 9'), 'too-many-points'],
    ['Einsums read too early', file('M: 4', many(9_000, (i) => `"T${i}[m] = T${i + 1}[m]"`, ', ')), 'read-before-written'],
    ['broken Einsums', file('M: 4', many(20_000, () => '"Z[m"', ', ')), 'notation'],
    ['things that are no Einsums', file('M: 4', many(50_000, () => '1', ', ')), 'wrong-type'],
    ['reductions', file('M: 4', '"Z[m] = A[m]"', `  row_reductions: {${many(20_000, (i) => `X${i}: s`, ', ')}}\n`), 'unknown-tensor'],
    ['fields', `${many(20_000, (i) => `f${i}: 1\n`)}${file('M: 4', '"Z[m] = A[m]"')}`, 'unknown-field'],
    ['names that stand twice', file(many(20_000, () => 'M: 1', ', '), '"Z[m] = A[m]"'), 'name-twice'],
    ['anchors', `b: [${many(40_000, (i) => `&a${i} 1, *a${i}`, ',')}]`, 'too-large'],
    ['fewer anchors', `b: [${many(9_000, (i) => `&a${i} 1, *a${i}`, ',')}]`, 'yaml-aliases'],
    ['keys of keys', '? '.repeat(50_000), 'yaml'],
    ['lists as names', many(20_000, (i) => `? [${i}]\n: 1\n`), 'yaml-key'],
    ['open lists', '['.repeat(100_000), 'yaml'],
    ['lists in lists', '['.repeat(3000) + ']'.repeat(3000), 'yaml'],
    ['JSON in JSON', '{"a":'.repeat(20_000) + '1' + '}'.repeat(20_000), 'yaml'],
    ['tags', `a: [${many(20_000, () => '!x y', ',')}]`, 'missing-field'],
    ['strings side by side', `a: [${many(20_000, () => '"x" "y"', ',')}]`, 'yaml'],
    ['colons', ': '.repeat(60_000), 'yaml'],
    ['numbers', `[${many(100_000, (i) => String(i), ',')}]`, 'missing-field'],
  ] // prettier-ignore
  it.each(cases)('%s', (_, text, code) => {
    const parsed = inTime(() => parseWorkloadText(text))
    expect(parsed.ok ? 'ok' : parsed.error[0]!.code).toBe(code)
    if (parsed.ok) return
    expect(parsed.error.length).toBeLessThanOrEqual(100)
    for (const { message, hint } of parsed.error) expect(`${message}${hint}`.length).toBeLessThan(600)
    inTime(() => readLlmShape(text))
  })

  it('long ones that are sound are read', () => {
    const chain = file(many(5000, (i) => `R${i}: R${i + 1}, `) + 'R5000: 4', '"Z[r0] = A[r0]"')
      .replace('r0', 'R0')
      .replace('r0', 'R0')
    expect(inTime(() => parseWorkloadText(chain))).toMatchObject({
      ok: true,
      value: { rankSizes: { R0: 4, R2500: 4 } },
    })
    const cascade = file(
      'M: 4',
      many(4_000, (i) => `"T${i + 1}[m] = T${i}[m]"`, ', '),
    )
    expect(inTime(() => parseWorkloadText(cascade)).ok).toBe(true)
  })
})

describe('names that every object has', () => {
  it.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])(
    '%s is refused as a field, and nothing is dropped',
    (name) => {
      const einsum = '"Z[m] = A[m]"'
      const where = [
        file(`M: 4, ${name}: 4`, einsum),
        file('M: 4', einsum, `  bits_per_value: { ${name}: 4 }\n`),
        file('M: 4', einsum, `  row_reductions: { ${name}: softmax }\n`),
        file('M: 4', einsum, `  ${name}: 4\n`),
        `${name}: 1\n${file('M: 4', einsum)}`,
        file('M: 4', `{einsum: ${einsum}, iteration_space_shape: {${name}: 4}}`),
      ]
      for (const text of where) {
        const parsed = parseWorkloadText(text)
        expect(parsed, text).toMatchObject({ ok: false, error: [{ code: 'reserved-name', value: name }] })
        expect(!parsed.ok && parsed.error[0]!.span).toBeDefined()
      }
    },
  )

  it('are names of tensors and ranks like any other in an Einsum', () => {
    const parsed = parseWorkloadText(file('M: 4', '"toString[m] = constructor[m] * valueOf[m]"'))
    expect(parsed.ok && parsed.value.tensors.map(({ name }) => name)).toEqual([
      'constructor',
      'valueOf',
      'toString',
    ])
    expect(parseWorkloadText(file('M: 4', '"Z[constructor] = A[constructor]"'))).toMatchObject({
      ok: false,
      error: [{ code: 'rank-without-size' }],
    })
  })
})
