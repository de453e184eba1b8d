import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Browser, type Page } from 'playwright-core'
import { OUT } from '../../support/built-worker'

const USUAL = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

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
  options: { width?: number; height?: number; folder?: string } = {},
): Promise<RunningApp> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'piste-e2e-'))
  const server = spawn(process.execPath, [join(OUT, 'main', 'web.js'), '--no-browser'], {
    env: { ...process.env, PISTE_DATA: join(folder, 'data'), HOME: folder },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const url = await new Promise<string>((resolve, reject) => {
    let printed = ''
    server.stdout.on('data', (data: Buffer) => {
      printed += data.toString()
      const found = /http:\S+/.exec(printed)
      if (found) resolve(found[0])
    })
    server.once('exit', (code) => reject(new Error(`the web host ended with ${code}`)))
  })
  const executablePath = process.env['PISTE_BROWSER'] ?? USUAL.find((file) => existsSync(file))
  const browser = await chromium.launch({
    ...(executablePath ? { executablePath } : {}),
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  })
  const context = await browser.newContext({
    viewport: { width: options.width ?? 1440, height: options.height ?? 900 },
    colorScheme: 'light',
  })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(error.message))
  await page.goto(url)
  await page.locator('canvas').first().waitFor()
  return {
    page,
    browser,
    folder,
    url,
    complaints,
    close: async () => {
      await browser.close()
      const ended = new Promise((resolve) => server.once('exit', resolve))
      server.kill('SIGTERM')
      await ended
      if (options.folder === undefined) rmSync(folder, { recursive: true, force: true })
    },
  }
}
