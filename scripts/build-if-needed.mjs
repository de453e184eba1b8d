import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync, utimesSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const projectRoot = dirname(dirname(fileURLToPath(import.meta.url)))

const SOURCES = ['src', 'bench', 'package.json', 'electron.vite.config.ts']

/** Latest change below a file or folder. */
function changedAt(path) {
  const about = statSync(path)
  if (!about.isDirectory()) return about.mtimeMs
  return Math.max(about.mtimeMs, ...readdirSync(path).map((name) => changedAt(join(path, name))))
}

/** Builds `out/` when it is missing or older than the sources; says so on stderr. Exits where the build fails. */
export function buildIfNeeded() {
  const built = join(projectRoot, 'out', 'renderer', 'index.html')
  const isPackaged = !existsSync(join(projectRoot, 'src'))
  if (isPackaged) return
  const fresh =
    existsSync(built) &&
    SOURCES.every((path) => changedAt(join(projectRoot, path)) <= statSync(built).mtimeMs)
  if (fresh) return
  const startedAt = new Date()
  process.stderr.write('piste: building (first use, or the sources have changed) ...\n')
  const vite = join(projectRoot, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js')
  const build = spawnSync(process.execPath, [vite, 'build', '--logLevel', 'warn'], {
    cwd: projectRoot,
    // What the build prints is never the command's own output.
    stdio: ['ignore', 2, 2],
  })
  if (build.status !== 0) {
    process.stderr.write('piste: the build failed; run npm ci, then npm run build to see why\n')
    process.exit(1)
  }
  // What was edited while it was building is newer than the build.
  utimesSync(built, startedAt, startedAt)
}
