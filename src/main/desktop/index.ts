import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { app, BrowserWindow, dialog, ipcMain, Menu, protocol, session } from 'electron'
import taskWorker from '../../workers/task.worker?modulePath'
import { IPC_EVENT } from '../../contract/bridge'
import { readPresets } from '../../files/presets'
import { Autosaves } from '../../files/autosaves'
import { ProjectStore } from '../../files/project-store'
import { Reader } from '../../files/reader'
import readingWorker from '../../files/reading.worker?modulePath'
import { Explorer } from '../../workers/explorer'
import { taskPool } from '../../workers/task-pool'
import { contentSecurityPolicy } from '../csp'
import { beginWith } from '../begin-with'
import { ownDataFolder } from '../../files/data-folder'
import { createSession, type Session } from '../handlers/handlers'
import { staticFile } from '../static-files'
import { nativeDialogs } from './dialogs'
import { registerIpc, WINDOW_ORIGIN } from './ipc'
import { menuTemplate } from './menu'
import { projectIn } from './project-argument'
import { guard } from './lock-down'
import { electronPdfPrinter } from './pdf'
import { PrintPages } from './print-pages'

/** Entry of the desktop shell. Everything that can be tested without Electron lies beside this file. */
const here = dirname(fileURLToPath(import.meta.url))
const windowFolder = join(here, '..', 'renderer')
const preload = join(here, '..', 'preload', 'index.cjs')

let pendingProject = projectIn(process.argv, process.cwd())
// Recent files and unsaved work are the same whichever face they were made in.
const folder = ownDataFolder()
const reader = new Reader(readingWorker)
const store = new ProjectStore(folder, reader)
const autosaves = new Autosaves(folder)
const explorer = new Explorer(taskPool(taskWorker), { reader })
// Read while Electron starts; a failure is told to whoever asks.
const presets = readPresets()
void beginWith(explorer, presets, pendingProject, reader)
const sessions = new Map<number, Session>()
const MOST_FAILURES = 3
const onBug = (error: unknown) => console.error(error)

protocol.registerSchemesAsPrivileged([
  { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
])

const printPages = new PrintPages()
/** In memory, and with nothing to be had but the pages that are printed. */
const PRINT_SESSION = 'print'

function printWindow() {
  const window = new BrowserWindow({
    show: false,
    webPreferences: {
      partition: PRINT_SESSION,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      javascript: false,
    },
  })
  return {
    load: (url: string) => window.loadURL(url),
    print: () => window.webContents.printToPDF({ printBackground: true, pageSize: 'A4' }),
    close: () => window.destroy(),
  }
}

function openWindow(openAtStart: string | null): void {
  const window = new BrowserWindow({
    width: 1440,
    height: 900,
    minWidth: 1024,
    minHeight: 700,
    show: false,
    title: 'Piste',
    webPreferences: {
      preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
    },
  })
  const contents = window.webContents
  // The id outlives the contents, which are gone when the window says that it has closed.
  const { id } = contents
  sessions.set(
    id,
    createSession({
      info: {
        version: app.getVersion(),
        host: 'desktop',
        platform: process.platform,
        threads: explorer.runner.threads,
        dialogs: 'native',
        openAtStart,
      },
      explorer,
      reader,
      store,
      autosaves,
      presets: () => presets,
      dialogs: nativeDialogs({
        open: (options) => dialog.showOpenDialog(window, options),
        save: (options) => dialog.showSaveDialog(window, options),
      }),
      printPdf: electronPdfPrinter(printWindow, printPages),
      emit: (event, payload) => {
        if (!contents.isDestroyed()) contents.send(IPC_EVENT, event, payload)
      },
    }),
  )
  // The page vetoes unloading while there are unsaved changes; ask before it is overruled.
  contents.on('will-prevent-unload', (event) => {
    const choice = dialog.showMessageBoxSync(window, {
      type: 'warning',
      message: 'This project has unsaved changes.',
      detail: 'They are lost if you close it now.',
      buttons: ['Keep open', 'Close without saving'],
      defaultId: 0,
      cancelId: 0,
    })
    if (choice !== 1) return
    event.preventDefault()
    void sessions.get(id)?.discard()
  })
  // The page loaded anew finds its unsaved work; one that keeps failing is not loaded for ever.
  let failures = 0
  contents.on('render-process-gone', (_, { reason }) => {
    if (reason !== 'clean-exit' && ++failures <= MOST_FAILURES) contents.reload()
  })
  window.once('ready-to-show', () => window.show())
  window.on('closed', () => {
    sessions.get(id)?.end()
    sessions.delete(id)
  })
  void window.loadURL(`${WINDOW_ORIGIN}/index.html`)
}

/** Writing what the user copies is all that the page may do beyond itself. */
const allowed = (permission: string): boolean => permission === 'clipboard-sanitized-write'

/** Nothing but our own pages, and no permission but one. */
function lockDown(): void {
  app.on('web-contents-created', (_, contents) => guard(contents))
  session.defaultSession.setPermissionRequestHandler((_, permission, decide) => decide(allowed(permission)))
  session.defaultSession.setPermissionCheckHandler((_, permission) => allowed(permission))
  const printing = session.fromPartition(PRINT_SESSION)
  printing.setPermissionRequestHandler((_, __, decide) => decide(false))
  printing.setPermissionCheckHandler(() => false)
  // Whatever a page names, only the page itself is there.
  printing.webRequest.onBeforeRequest(({ url }, decide) =>
    decide({ cancel: !url.startsWith('app://') && !url.startsWith('data:') }),
  )
  printing.protocol.handle('app', (request) => printPages.serve(request))
}

async function serveWindow(request: Request): Promise<Response> {
  const url = new URL(request.url)
  const file = url.host === 'piste' ? await staticFile(windowFolder, url.pathname) : undefined
  if (file === undefined) return new Response('not here', { status: 404 })
  return new Response(new Uint8Array(file.content), {
    headers: {
      'content-type': file.type,
      'content-security-policy': contentSecurityPolicy,
      'x-content-type-options': 'nosniff',
    },
  })
}

function sendToFocused(command: string): void {
  const window = BrowserWindow.getFocusedWindow() ?? BrowserWindow.getAllWindows()[0]
  window?.webContents.send(IPC_EVENT, 'menu.command', { command })
}

async function start(): Promise<void> {
  await app.whenReady()
  lockDown()
  protocol.handle('app', serveWindow)
  registerIpc(ipcMain, (senderId) => sessions.get(senderId)?.handlers, onBug)
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(process.platform, sendToFocused)))
  openWindow(pendingProject)
  pendingProject = null
  app.on('activate', () => {
    if (BrowserWindow.getAllWindows().length === 0) openWindow(null)
  })
}

if (app.requestSingleInstanceLock()) {
  app.on('second-instance', (_, argv, from) => openWindow(projectIn(argv, from)))
  app.on('open-file', (event, path) => {
    event.preventDefault()
    if (app.isReady()) openWindow(path)
    else pendingProject = path
  })
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit()
  })
  let closed = false
  app.on('will-quit', (event) => {
    if (closed) return
    event.preventDefault()
    closed = true
    void Promise.all([explorer.runner.close(), reader.close()]).finally(() => app.quit())
  })
  void start()
} else {
  app.quit()
}
