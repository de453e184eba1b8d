import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, it, vi } from 'vitest'
import { importHuggingFaceConfig } from '../../../src/core/interchange/hugging-face/import-config'
import { describeFault } from '../../../src/core/support/result'
import { readable } from '../../../src/files/import-workload'
import { inTime, isSound } from '../../support/soundness'

vi.setConfig({ testTimeout: 60_000 })

const FOLDER = join(import.meta.dirname, '..', '..', 'fixtures', 'hugging-face')
const configs = readdirSync(FOLDER).map(
  (name) => JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as Record<string, unknown>,
)
const fields = [...new Set(configs.flatMap((config) => Object.keys(config)))]

const odd = fc.oneof(
  fc.constantFrom(
    0,
    -1,
    1,
    3,
    1e308,
    2 ** 31,
    2 ** 53,
    0.5,
    NaN,
    Infinity,
    null,
    undefined,
    true,
    '',
    'constructor',
  ),
  fc.constantFrom('__proto__', 'float32', "'] * x", '\n', 'a: b', 'x'.repeat(1000)),
  fc.integer({ min: 1, max: 4096 }),
  fc.jsonValue({ maxDepth: 2 }),
)

it('any config is imported as a workload, or refused with the field and the hint', () => {
  let imported = 0
  const property = fc.property(
    fc.constantFrom(...configs),
    fc.dictionary(fc.constantFrom(...fields, 'constructor', '__proto__', 'toString'), odd, { maxKeys: 3 }),
    fc.record({
      phase: fc.constantFrom('prefill', 'decode', undefined),
      batch: fc.constantFrom(1, 7, 2 ** 31),
    } as const),
    (config, changes, options) => {
      const read = inTime(() => {
        const found = importHuggingFaceConfig({ ...config, ...changes }, { dimensions: {}, ...options })
        return found && readable(found)
      })
      if (read?.ok === true) {
        imported++
        expect(isSound(read.value)).toBe(true)
      } else if (read !== undefined) {
        for (const fault of read.error) {
          const { message, hint } = fault
          expect(describeFault({ ...fault, path: '' })).not.toContain('\n')
          expect(`${message} ${hint}`).not.toMatch(/undefined|NaN/)
          expect(fault.code).not.toMatch(/^(yaml|notation|wrong-type|unknown-field)/)
        }
      }
    },
  )
  fc.assert(property, { numRuns: 600 })
  expect(imported).toBeGreaterThan(80)
})
