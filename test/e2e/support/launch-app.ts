import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Browser, type Page } from 'playwright-core'
import { findChromium } from '../../../src/files/chromium'
import { startWebProcess } from '../../support/web-process'

export interface RunningApp {
  readonly page: Page
  readonly browser: Browser
  /** A scratch folder: the user's data lies in `data` below it. */
  readonly folder: string
  readonly url: string
  /** Console errors and uncaught exceptions of the page so far. */
  readonly complaints: string[]
  close(): Promise<void>
}

/** Starts the built web host on fresh user data and opens it in a real browser. */
export async function launchApp(
  options: { width?: number; height?: number; folder?: string; firstRun?: boolean } = {},
): Promise<RunningApp> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'piste-e2e-'))
  const server = await startWebProcess(folder)
  const executablePath = findChromium()
  const browser = await chromium.launch({
    ...(executablePath ? { executablePath } : {}),
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  })
  const context = await browser.newContext({
    viewport: { width: options.width ?? 1440, height: options.height ?? 900 },
    colorScheme: 'light',
  })
  // Who has been here before is not shown around again.
  if (options.firstRun !== true)
    await context.addInitScript(() => {
      // A sandboxed frame has no storage.
      if (window === window.top) localStorage.setItem('piste.tour', 'seen')
    })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(error.message))
  await page.goto(server.url)
  await page.locator('canvas').first().waitFor()
  // The cascade's Einsums by themselves are shown first; strategies come with the whole.
  await page.locator('#strategy option[value=fused]:enabled').waitFor({ state: 'attached' })
  return {
    page,
    browser,
    folder,
    url: server.url,
    complaints,
    close: async () => {
      await browser.close()
      server.process.kill('SIGTERM')
      await server.ended
      if (options.folder === undefined) rmSync(folder, { recursive: true, force: true })
    },
  }
}
