import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { version } from '../../../package.json'
import searchWorker from '../../workers/search.worker?modulePath'
import { searchPool } from '../../workers/search-pool'
import { findChromium, openAppWindow } from '../../files/chromium'
import { readPresets } from '../../files/presets'
import { ProjectStore } from '../../files/project-store'
import { systemPdfPrinter } from '../../files/system-pdf-printer'
import { dataFolder } from '../data-folder'
import { startWebHost } from './web-host'

/** Entry of the web host: `node out/main/web.js [project.piste] [--port N] [--no-browser]`. */
const args = process.argv.slice(2)
const portAt = args.indexOf('--port')
const port = portAt >= 0 ? Number(args[portAt + 1]) : 0
const project = args.find((arg, at) => !arg.startsWith('--') && at !== portAt + 1) ?? null
const wantsBrowser = !args.includes('--no-browser') && process.env['PISTE_NO_BROWSER'] === undefined
const hasDisplay =
  process.platform !== 'linux' || Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY'])
const browser = wantsBrowser && hasDisplay ? findChromium() : undefined

const runner = searchPool(searchWorker)
const folder = dataFolder()
let presets: ReturnType<typeof readPresets> | undefined

const web = await startWebHost({
  host: {
    info: {
      version,
      host: 'web',
      platform: process.platform,
      threads: runner.threads,
      dialogs: 'in-window',
      openAtStart: project === null ? null : resolve(project),
    },
    runner,
    store: new ProjectStore(folder, 'web'),
    presets: () => (presets ??= readPresets()),
    dialogs: null,
    printPdf: systemPdfPrinter,
  },
  windowFolder: join(dirname(fileURLToPath(import.meta.url)), '..', 'renderer'),
  port,
  onBug: (error) =>
    process.stderr.write(
      `piste: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    ),
  // A window that we opened takes the server with it when it closes.
  ...(browser ? { onDeserted: () => void stop() } : {}),
})

process.stdout.write(`Piste is at ${web.url}\n`)
if (browser) openAppWindow(browser, web.url, join(folder, 'browser'))
else process.stdout.write('Open that address in a browser on this machine; Ctrl-C ends Piste.\n')

let stopping = false
async function stop(): Promise<void> {
  if (stopping) return
  stopping = true
  setTimeout(() => process.exit(0), 900).unref()
  await web.close()
  await runner.close()
  process.exit(0)
}
process.on('SIGINT', () => void stop())
process.on('SIGTERM', () => void stop())
