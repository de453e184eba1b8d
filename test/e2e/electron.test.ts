import { existsSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { _electron } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { OUT } from '../support/built-worker'

const ELECTRON = join(OUT, '..', 'node_modules', 'electron')
const pathFile = join(ELECTRON, 'path.txt')
const binary = existsSync(pathFile) ? join(ELECTRON, 'dist', readFileSync(pathFile, 'utf8').trim()) : ''

// Electron's binary is fetched at the first start, and cannot be on every machine; `npm test` says when it is not.
describe.skipIf(!existsSync(binary))('the desktop shell', () => {
  it('opens its window on the first chart, isolated from Node', async () => {
    const app = await _electron.launch({
      executablePath: binary,
      args: [
        join(OUT, '..'),
        '--no-sandbox',
        `--user-data-dir=${mkdtempSync(join(tmpdir(), 'piste-electron-'))}`,
      ],
    })
    const page = await app.firstWindow()
    await page.locator('canvas').first().waitFor()
    expect(page.url()).toBe('app://piste/index.html')
    expect(
      await page.evaluate(() => [
        typeof Reflect.get(globalThis, 'require'),
        Object.keys(Reflect.get(globalThis, 'piste') as object),
      ]),
    ).toEqual(['undefined', ['call', 'on']])
    await app.close()
  })
})
