import { writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { version } from '../../../package.json'
import { describeFault } from '../../core/support/result'
import { Autosaves } from '../../files/autosaves'
import { findChromium, openAppWindow } from '../../files/chromium'
import { removeTemporary, temporaryFolder } from '../../files/left-overs'
import { readPresets } from '../../files/presets'
import { ProjectStore } from '../../files/project-store'
import { Reader } from '../../files/reader'
import readingWorker from '../../files/reading.worker?modulePath'
import { systemPdfPrinter } from '../../files/system-pdf-printer'
import taskWorker from '../../workers/task.worker?modulePath'
import { Explorer } from '../../workers/explorer'
import { taskPool } from '../../workers/task-pool'
import { beginWith } from '../begin-with'
import { ownDataFolder } from '../../files/data-folder'
import { parseWebOptions, type WebOptions } from './options'
import { startWebHost, type WebHost } from './web-host'

/** Entry of the web host: `node out/main/web.js [project.piste] [--port N] [--no-browser]`. */
const options = parseWebOptions(process.argv.slice(2))
if (options.ok) await serve(options.value)
else {
  complain(options.error.map(describeFault).join('; '))
  process.exitCode = 2
}

async function serve({ project, port, browser: wanted, because }: WebOptions): Promise<void> {
  const browser = wanted && mayOpenWindow() ? findChromium() : undefined
  const reader = new Reader(readingWorker)
  const explorer = new Explorer(taskPool(taskWorker), { reader })
  const folder = ownDataFolder()
  // Read while the browser starts; a failure is told to whoever asks.
  const presets = readPresets()
  void beginWith(explorer, presets, project, reader)

  const web = await startWebHost({
    host: {
      info: {
        version,
        host: 'web',
        platform: process.platform,
        threads: explorer.runner.threads,
        dialogs: 'in-window',
        openAtStart: project,
      },
      explorer,
      reader,
      store: new ProjectStore(folder, reader),
      autosaves: new Autosaves(folder),
      presets: () => presets,
      dialogs: null,
      printPdf: systemPdfPrinter,
    },
    windowFolder: join(dirname(fileURLToPath(import.meta.url)), '..', 'renderer'),
    scratchFolder: join(folder, 'dropped'),
    port,
    onBug: (error) =>
      complain(
        error instanceof Error ? (error.stack ?? error.message) : 'something that is no error was thrown',
      ),
    // A window that we opened takes the server with it when it closes.
    ...(browser === undefined ? {} : { onDeserted: () => void stop() }),
  }).catch((error: unknown) => {
    complain(
      `port ${port} cannot be used (${error instanceof Error ? error.message : 'unknown'}); choose another`,
    )
    process.exit(1)
  })

  let stopping = false
  const stop = async (): Promise<void> => {
    if (stopping) return
    stopping = true
    setTimeout(() => process.exit(0), 900).unref()
    await web.close()
    await Promise.all([explorer.runner.close(), reader.close()])
    process.exit(0)
  }
  process.on('SIGINT', () => void stop())
  process.on('SIGTERM', () => void stop())

  const byHand = 'Open that address in a browser on this machine; Ctrl-C ends Piste.\n'
  process.stdout.write(
    `${because === null ? 'Piste is at' : `${because}; serving the same app at`} ${web.issueAddress().url}\n`,
  )
  if (browser === undefined) process.stdout.write(byHand)
  else
    openAppWindow(browser, await doorway(web, folder), join(folder, 'browser'), (reason) => {
      complain(`${browser} opened no window (${reason})`)
      process.stdout.write(byHand)
    })
}

/** By then a browser has opened its first page. */
const DOORWAY_MS = 120_000

/**
 * A page that only this user can read, and that leads on to the window. It stands in the browser's command line, where
 * every user of the machine can see it, in place of the key.
 */
async function doorway(web: WebHost, folder: string): Promise<string> {
  const { url, spent } = web.issueAddress(DOORWAY_MS)
  const own = await temporaryFolder(folder, 'doorway')
  void spent.then(() => removeTemporary(own))
  const page = join(own, 'piste.html')
  const script = `location.replace(${JSON.stringify(url)})`
  const html = `<!doctype html><meta charset="utf-8"><title>Piste</title><script>${script}</script>`
  await writeFile(page, html, { flag: 'wx', mode: 0o600 })
  return pathToFileURL(page).href
}

/** Whether there is a screen to open a window on, and nobody has forbidden it. */
function mayOpenWindow(): boolean {
  if (process.env['PISTE_NO_BROWSER'] !== undefined) return false
  return process.platform !== 'linux' || Boolean(process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY'])
}

function complain(message: string): void {
  process.stderr.write(`piste: ${message}\n`)
}
