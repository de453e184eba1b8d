import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { _electron, type ElectronApplication, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { OUT } from '../support/built-worker'

/** Set by `npm test` where Electron's binary is on this machine and there is a screen; else it says what is missing. */
const binary = process.env['PISTE_TEST_ELECTRON'] ?? ''

describe.skipIf(binary === '')('the desktop shell', () => {
  const folder = mkdtempSync(join(tmpdir(), 'piste-electron-'))
  let app: ElectronApplication
  let page: Page
  beforeAll(async () => {
    app = await _electron.launch({
      executablePath: binary,
      args: [join(OUT, '..'), '--no-sandbox', `--user-data-dir=${join(folder, 'electron')}`],
      env: { ...(process.env as Record<string, string>), PISTE_DATA: join(folder, 'data') },
    })
    page = await app.firstWindow()
    await page.locator('canvas').first().waitFor()
  })
  afterAll(async () => {
    await app.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('opens its window on the first chart, isolated from Node', async () => {
    expect(page.url()).toBe('app://piste/index.html')
    expect(
      await page.evaluate(() => [
        typeof Reflect.get(globalThis, 'require'),
        typeof Reflect.get(globalThis, 'process'),
        Object.keys(Reflect.get(globalThis, 'piste') as object),
      ]),
    ).toEqual(['undefined', 'undefined', ['call', 'on']])
  })

  it('runs no inline script, does not navigate, and opens no other window', async () => {
    const inline = await page.evaluate(() => {
      const script = document.createElement('script')
      script.textContent = 'globalThis.inlineRan = true'
      document.head.append(script)
      return Reflect.get(globalThis, 'inlineRan') as unknown
    })
    expect(inline).toBeUndefined()
    expect(await page.evaluate(() => window.open('https://example.org/') === null)).toBe(true)
    const refused = app.evaluate(
      ({ BrowserWindow }) =>
        new Promise<boolean>((resolve) =>
          BrowserWindow.getAllWindows()[0]!.webContents.once('will-navigate', (event) =>
            resolve(event.defaultPrevented),
          ),
        ),
    )
    await page.evaluate(() => location.assign('https://example.org/'))
    expect(await refused).toBe(true)
    expect(page.url()).toBe('app://piste/index.html')
  })
})
