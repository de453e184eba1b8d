import { existsSync } from 'node:fs'
import { Launcher } from 'chrome-launcher'

const USUAL = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/microsoft-edge',
]

/** An installed browser of the Chromium family, or undefined: the same that the program itself finds. */
export function findBrowser() {
  const named = process.env.PISTE_BROWSER
  if (named !== undefined) return existsSync(named) ? named : undefined
  const usual = USUAL.find((file) => existsSync(file))
  if (usual !== undefined) return usual
  try {
    return Launcher.getInstallations()[0]
  } catch {
    // It throws where there is none.
    return undefined
  }
}
