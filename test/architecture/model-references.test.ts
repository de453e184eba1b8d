import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '..', '..')

/** The equations and rules of each section of docs/model.md. */
function sectionsOf(text: string): ReadonlyMap<number, { equations: number[]; rules: number[] }> {
  const numbers = (part: string, pattern: RegExp) => [...part.matchAll(pattern)].map(([, n]) => Number(n))
  return new Map(
    text
      .split(/^## /m)
      .slice(1)
      .map((part) => [
        Number.parseInt(part, 10),
        { equations: numbers(part, /^\*\*Eq\. (\d+)/gm), rules: numbers(part, /\*\*Rule (\d+)\*\*/g) },
      ]),
  )
}

/** A number, or several: `7`, `2, 3, 6`, `26 to 28`, `20 and 21`. */
const NUMBERS = String.raw`\d+(?:(?:, | and | to )\d+)*`
const REFERENCE = new RegExp(
  String.raw`docs/model\.md(?:, section (\d+)(?:, Eq\. (${NUMBERS}))?(?:, rule (\d+))?)?`,
  'g',
)

function listed(numbers: string): number[] {
  return numbers.split(/, | and /).flatMap((part) => {
    const [from, to = from] = part.split(' to ').map(Number)
    return Array.from({ length: to! - from! + 1 }, (_, i) => from! + i)
  })
}

const model = readFileSync(join(ROOT, 'docs', 'model.md'), 'utf8')
const sections = sectionsOf(model)
const sources = ['src', 'test', 'bench'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(ts|vue)$/.test(file) && !file.endsWith('model-references.test.ts'))
    .map((file) => {
      const text = readFileSync(join(ROOT, folder, file), 'utf8')
      // A reference may be wrapped over two lines of a comment.
      return { file: join(folder, file), text: text.replaceAll(/\n\s*(?:\*|\/\/)\s+/g, ' ') }
    }),
)

describe('docs/model.md', () => {
  it('numbers its sections and equations without gaps', () => {
    const equations = [...sections.values()].flatMap((section) => section.equations)
    expect([...sections.keys()]).toEqual(Array.from(sections, (_, i) => i + 1))
    expect(equations).toEqual(equations.map((_, i) => i + 1))
  })

  it('has every section, equation and rule that the code refers to, in the section that it names', () => {
    const missing: string[] = []
    let found = 0
    for (const { file, text } of sources)
      for (const [reference, section, equations, rule] of text.matchAll(REFERENCE)) {
        found++
        const { equations: known = [], rules = [] } = sections.get(Number(section)) ?? {}
        if (section !== undefined && !sections.has(Number(section))) missing.push(`${file}: ${reference}`)
        if (equations !== undefined && !listed(equations).every((n) => known.includes(n)))
          missing.push(`${file}: ${reference}`)
        if (rule !== undefined && !rules.includes(Number(rule))) missing.push(`${file}: ${reference}`)
      }
    expect(missing).toEqual([])
    expect(found).toBeGreaterThan(50)
  })

  it('is what the code refers to: no other page of the model, no bare section', () => {
    const stale = sources.filter(({ text }) =>
      /\[OA?\]|\bmodel section|(?<!docs\/)\bmodel\.md|docs\/model\.md section/.test(text),
    )
    expect(stale.map(({ file }) => file)).toEqual([])
  })

  it('speaks of nothing outside the repository', () => {
    expect(model).not.toMatch(/\.\.\/|\/work\b|\/tmp\b|truth\//)
  })
})
