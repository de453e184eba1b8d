import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from './build-if-needed.mjs'

/** A fetch that failed is not tried again for so long. */
const RETRY_AFTER_MS = 24 * 60 * 60 * 1000
const FETCH_TIMEOUT_MS = 60_000

const electronFolder = join(projectRoot, 'node_modules', 'electron')
const failure = join(projectRoot, 'out', '.electron-fetch-failed')

const NAMES = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' }

/** Electron's binary if it is on this machine. Importing `electron` would start a download instead. */
export function installedElectron() {
  const { ELECTRON_EXEC_PATH: given, ELECTRON_OVERRIDE_DIST_PATH: folder } = process.env
  const binary = given ?? join(folder ?? join(electronFolder, 'dist'), NAMES[process.platform] ?? 'electron')
  return existsSync(binary) ? binary : undefined
}

/** Fetches the binary with Electron's own installer, for a minute at most; gives the reason where that fails. */
export function fetchElectron() {
  const installer = join(electronFolder, 'install.js')
  if (!existsSync(installer)) return 'the package is not installed; run npm ci'
  if (existsSync(failure) && Date.now() - statSync(failure).mtimeMs < RETRY_AFTER_MS)
    return readFileSync(failure, 'utf8')
  process.stderr.write("piste: fetching Electron's binary, once ...\n")
  const fetched = spawnSync(process.execPath, [installer], { stdio: 'ignore', timeout: FETCH_TIMEOUT_MS })
  if (installedElectron() !== undefined) {
    rmSync(failure, { force: true })
    return undefined
  }
  const reason = fetched.error ? 'its download takes too long' : 'its download failed'
  mkdirSync(join(projectRoot, 'out'), { recursive: true })
  writeFileSync(failure, `${reason} at ${new Date().toISOString().slice(0, 16)}Z; tried again after a day`)
  return reason
}
