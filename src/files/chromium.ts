import { execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { access } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { Launcher } from 'chrome-launcher'
import { removeTemporary, temporaryFolder } from './left-overs'

const run = promisify(execFile)

/** An installed browser of the Chromium family: `PISTE_BROWSER`, else the first that is found; undefined if none is. */
export function findChromium(): string | undefined {
  const named = process.env['PISTE_BROWSER']
  if (named !== undefined) return existsSync(named) ? named : undefined
  const usual = [
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/usr/bin/microsoft-edge',
  ]
  return usual.find((file) => existsSync(file)) ?? installations()[0]
}

function installations(): readonly string[] {
  try {
    return Launcher.getInstallations()
  } catch {
    // The finder throws where there is none.
    return []
  }
}

/** Chromium refuses its sandbox to root. */
const sandbox = (): readonly string[] => (process.getuid?.() === 0 ? ['--no-sandbox'] : [])
const QUIET = [
  '--no-first-run',
  '--no-default-browser-check',
  '--disable-background-networking',
  '--disable-sync',
]

/** Opens a page in a window without tabs or address bar. The browser outlives us; `onFailure` hears if it never lived. */
export function openAppWindow(
  browser: string,
  url: string,
  profile: string,
  onFailure: (reason: string) => void,
): void {
  const flags = [`--app=${url}`, `--user-data-dir=${profile}`, '--window-size=1440,900']
  const window = spawn(browser, [...sandbox(), ...QUIET, ...flags], { detached: true, stdio: 'ignore' })
  window.once('error', (error) => onFailure(error.message))
  window.once('exit', (code) => {
    if (code !== null && code !== 0) onFailure(`it ended with status ${code}`)
  })
  window.unref()
}

/** Prints a page of static HTML to PDF. Throws where the browser made none, which it may not tell by its status. */
export async function printToPdf(browser: string, html: string, pdf: string): Promise<void> {
  const profile = await temporaryFolder(tmpdir(), 'print')
  try {
    const page = pathToFileURL(html).href
    const flags = ['--headless', '--disable-gpu', '--no-pdf-header-footer', `--user-data-dir=${profile}`]
    await run(browser, [...sandbox(), ...QUIET, ...flags, `--print-to-pdf=${pdf}`, page], { timeout: 60_000 })
    await access(pdf)
  } finally {
    await removeTemporary(profile)
  }
}
