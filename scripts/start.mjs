import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildIfNeeded, projectRoot } from './build-if-needed.mjs'

/** A fetch of Electron's binary that failed is not tried again for so long. */
const RETRY_AFTER_MS = 24 * 60 * 60 * 1000
const FETCH_TIMEOUT_MS = 60_000

const electronFolder = join(projectRoot, 'node_modules', 'electron')
const args = process.argv.slice(2)

/** Electron's binary if it is on this machine; never starts a download. */
function installedElectron() {
  const given = process.env.ELECTRON_EXEC_PATH
  if (given) return existsSync(given) ? given : undefined
  const pathFile = join(electronFolder, 'path.txt')
  if (!existsSync(pathFile)) return undefined
  const dist = process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(electronFolder, 'dist')
  const binary = join(dist, readFileSync(pathFile, 'utf8').trim())
  return existsSync(binary) ? binary : undefined
}

/** Fetches the binary with Electron's own installer, for a minute at most. A failure is remembered for a day. */
function fetchElectron() {
  const installer = join(electronFolder, 'install.js')
  const failed = join(projectRoot, 'out', '.electron-fetch-failed')
  if (!existsSync(installer)) return 'it is not installed; run npm ci'
  if (existsSync(failed) && Date.now() - statSync(failed).mtimeMs < RETRY_AFTER_MS)
    return readFileSync(failed, 'utf8')
  process.stderr.write("piste: fetching Electron's binary (once) ...\n")
  const fetched = spawnSync(process.execPath, [installer], { stdio: 'ignore', timeout: FETCH_TIMEOUT_MS })
  if (fetched.status === 0) return undefined
  const reason = fetched.error ? 'its download takes too long' : 'its download failed'
  mkdirSync(join(projectRoot, 'out'), { recursive: true })
  writeFileSync(failed, reason)
  return reason
}

/** Starts a program in our place: its exit is ours, and so are our interrupts. */
function become(program, programArgs) {
  const child = spawn(program, programArgs, { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => process.exit(signal ? 0 : (code ?? 0)))
  child.on('error', (error) => {
    process.stderr.write(`piste: ${program} did not start (${error.message})\n`)
    process.exit(1)
  })
}

buildIfNeeded()
const wantsWeb = process.env.PISTE_HOST === 'web'
const missing = wantsWeb ? 'PISTE_HOST=web asks for it' : installedElectron() ? undefined : fetchElectron()
const electron = wantsWeb ? undefined : installedElectron()
if (electron) become(electron, [projectRoot, ...args])
else {
  process.stdout.write(
    wantsWeb
      ? 'Serving Piste on the loopback interface.\n'
      : `Electron's binary cannot be had (${missing ?? 'unknown reason'}); serving the same app on the loopback interface.\n`,
  )
  become(process.execPath, [join(projectRoot, 'out', 'main', 'web.js'), ...args])
}
