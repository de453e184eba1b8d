import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildIfNeeded, projectRoot } from './build-if-needed.mjs'
import { installedElectron } from './electron-binary.mjs'
import { findBrowser } from './find-browser.mjs'
import { hasScreen } from './screen.mjs'

/**
 * Runs every test that this machine can run, then says what it could not run, and why. `--quick` leaves out
 * browsers and the command line's processes, and limits the time of each property: for use while you work, not before a
 * change lands.
 */
const quick = process.argv.includes('--quick')
const rest = process.argv.slice(2).filter((argument) => argument !== '--quick')
const browserRequired = process.env.CI === 'true' || process.env.PISTE_REQUIRE_BROWSER === '1'
const browser = findBrowser()
const binary = installedElectron()
const electron = hasScreen() ? binary : undefined

buildIfNeeded()
const folder = mkdtempSync(join(tmpdir(), 'piste-test-'))
const results = join(folder, 'results.json')
const vitest = join(projectRoot, 'node_modules', 'vitest', 'vitest.mjs')
const projects = ['node', 'dom', ...(browser && !quick ? ['e2e'] : [])].flatMap((name) => ['--project', name])
const run = spawnSync(
  process.execPath,
  [
    vitest,
    'run',
    ...projects,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${results}`,
    ...rest,
  ],
  {
    cwd: projectRoot,
    stdio: 'inherit',
    env: {
      ...process.env,
      ...(browser ? { PISTE_BROWSER: browser } : {}),
      PISTE_TEST_ELECTRON: electron ?? '',
      ...(quick ? { PISTE_QUICK: '1' } : {}),
    },
  },
)

const counts = existsSync(results) ? JSON.parse(readFileSync(results, 'utf8')) : undefined
rmSync(folder, { recursive: true, force: true })
const skipped = counts ? counts.numPendingTests + counts.numTodoTests : 0
const unrun = []
if (quick)
  unrun.push('tests of the browser, Electron and the command line, and most runs of each property (--quick)')
if (!browser && !quick)
  unrun.push('browser tests: no Chromium-family browser was found (install one, or set PISTE_BROWSER)')
if (!electron && !quick)
  unrun.push(
    binary
      ? 'Electron tests: there is no screen (xvfb-run gives one)'
      : "Electron tests: Electron's binary is not on this machine (the first npm start fetches it)",
  )
for (const line of unrun) process.stdout.write(`not run: ${line}\n`)
const missing = !browser && browserRequired && !quick
if (missing) process.stdout.write('a browser is required here: this counts as a failure\n')
const failed =
  (counts ? counts.numFailedTests + (run.status !== 0 && counts.numFailedTests === 0 ? 1 : 0) : 1) +
  (missing ? 1 : 0)
process.stdout.write(
  `${counts?.numPassedTests ?? 0} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`,
)
process.exitCode = failed > 0 ? 1 : 0
