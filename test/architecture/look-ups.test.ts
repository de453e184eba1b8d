import { join } from 'node:path'
import ts from 'typescript'
import { expect, it, vi } from 'vitest'

vi.setConfig({ testTimeout: 120_000 })

const ROOT = join(import.meta.dirname, '..', '..')
/** The one place that may: it asks whether the entry is the object's own. */
const ALLOWED = ['src/core/support/look-up.ts']
/** To be mended; nothing may be added. */
const DEBT: readonly string[] = []

/**
 * `table[name]` and `name in table` find what every object inherits, such as `constructor`, when the name comes from
 * outside. Names of any text are looked up with `Map`, `Object.hasOwn` or `lookUp`.
 */
it('nothing is looked up in a plain object by just any text', () => {
  const config = ts.getParsedCommandLineOfConfigFile(
    join(ROOT, 'tsconfig.node.json'),
    {},
    {
      ...ts.sys,
      onUnRecoverableConfigFileDiagnostic: () => undefined,
    },
  )!
  const files = config.fileNames.filter((file) => file.startsWith(join(ROOT, 'src')))
  const program = ts.createProgram(files, { ...config.options, noEmit: true })
  const checker = program.getTypeChecker()
  const isAnyText = (node: ts.Node): boolean => {
    const type = checker.getTypeAtLocation(node)
    return (type.isUnion() ? type.types : [type]).some(
      ({ flags }) =>
        (flags & (ts.TypeFlags.String | ts.TypeFlags.TemplateLiteral | ts.TypeFlags.TypeParameter)) !== 0,
    )
  }
  const found: string[] = []
  const visit = (node: ts.Node, source: ts.SourceFile): void => {
    const name = ts.isElementAccessExpression(node)
      ? node.argumentExpression
      : ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.InKeyword
        ? node.left
        : undefined
    if (name !== undefined && isAnyText(name)) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart())
      found.push(`${source.fileName.slice(ROOT.length + 1)}:${line + 1} ${node.getText()}`)
    }
    node.forEachChild((child) => visit(child, source))
  }
  for (const source of program.getSourceFiles()) if (files.includes(source.fileName)) visit(source, source)
  const spared = [...ALLOWED, ...DEBT]
  expect(found.filter((one) => !spared.some((file) => one.startsWith(`${file}:`)))).toEqual([])
  for (const file of DEBT)
    expect(
      found.some((one) => one.startsWith(`${file}:`)),
      file,
    ).toBe(true)
})
