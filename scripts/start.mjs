import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { buildIfNeeded, projectRoot } from './build-if-needed.mjs'
import { fetchElectron, installedElectron } from './electron-binary.mjs'
import { hasScreen } from './screen.mjs'

/** Opens Piste in Electron, or serves the same app to a browser where that cannot be. `PISTE_HOST=web` asks for the latter. */
const args = process.argv.slice(2)

/** Why the desktop shell cannot be had here, or undefined. */
function noDesktop() {
  if (installedElectron() !== undefined)
    return hasScreen() ? undefined : 'There is no screen for Electron to open a window on'
  const reason = hasScreen()
    ? fetchElectron()
    : 'it is not on this machine, and not fetched where there is no screen'
  return reason === undefined ? undefined : `Electron's binary cannot be had (${reason})`
}

/** Starts a program in our place: its exit is ours, and so are our interrupts. */
function become(program, programArgs) {
  const child = spawn(program, programArgs, { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) =>
    process.exit(code ?? (['SIGINT', 'SIGTERM', 'SIGHUP'].includes(signal) ? 0 : 1)),
  )
  child.on('error', (error) => {
    process.stderr.write(`piste: ${program} did not start (${error.message})\n`)
    process.exit(1)
  })
}

buildIfNeeded()
const wantsWeb = process.env.PISTE_HOST === 'web'
const reason = wantsWeb ? undefined : noDesktop()
const electron = wantsWeb || reason !== undefined ? undefined : installedElectron()
if (electron !== undefined) {
  // Chromium refuses its sandbox to root.
  const sandbox = process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : []
  become(electron, [...sandbox, projectRoot, ...args])
} else {
  const because = reason === undefined ? [] : ['--because', reason]
  become(process.execPath, [join(projectRoot, 'out', 'main', 'web.js'), ...because, ...args])
}
