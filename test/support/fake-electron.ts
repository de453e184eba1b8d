import { EventEmitter } from 'node:events'

type Listener = (...args: unknown[]) => unknown

export class FakeContents extends EventEmitter {
  readonly sent: unknown[][] = []
  reloads = 0
  openHandler: (() => unknown) | undefined
  constructor(readonly id: number) {
    super()
  }
  send = (...args: unknown[]) => void this.sent.push(args)
  isDestroyed = () => false
  reload = () => void this.reloads++
  setWindowOpenHandler = (handler: () => unknown) => void (this.openHandler = handler)
}

/** The part of Electron that the shell uses, with every call recorded. */
export function fakeElectron() {
  const windows: InstanceType<typeof BrowserWindow>[] = []
  const handlers = new Map<string, Listener>()
  const protocols = new Map<string, (request: Request) => Promise<Response>>()
  const permissions: Listener[] = []
  const filters = new Map<string, Listener>()
  let asked = 0
  const answers = { unsaved: 0 }

  const app = Object.assign(new EventEmitter(), {
    quits: 0,
    whenReady: () => Promise.resolve(),
    isReady: () => true,
    requestSingleInstanceLock: () => true,
    getVersion: () => '9.9.9',
    quit: () => void app.quits++,
  })

  class BrowserWindow extends EventEmitter {
    static getAllWindows = () => windows
    static getFocusedWindow = () => null
    readonly webContents = new FakeContents(windows.length + 1)
    loaded = ''
    constructor(readonly options: { webPreferences: Record<string, unknown> }) {
      super()
      windows.push(this)
      app.emit('web-contents-created', {}, this.webContents)
    }
    loadURL = (url: string) => {
      this.loaded = url
      return Promise.resolve()
    }
    show = () => undefined
  }

  return {
    windows,
    handlers,
    protocols,
    permissions,
    filters,
    answers,
    timesAsked: () => asked,
    module: {
      app,
      BrowserWindow,
      dialog: {
        showMessageBoxSync: () => {
          asked++
          return answers.unsaved
        },
      },
      ipcMain: { handle: (channel: string, listener: Listener) => void handlers.set(channel, listener) },
      Menu: { buildFromTemplate: (template: unknown) => template, setApplicationMenu: () => undefined },
      protocol: {
        registerSchemesAsPrivileged: () => undefined,
        handle: (scheme: string, serve: (request: Request) => Promise<Response>) =>
          void protocols.set(scheme, serve),
      },
      session: {
        defaultSession: {
          setPermissionRequestHandler: (handler: Listener) => void permissions.push(handler),
          setPermissionCheckHandler: (handler: Listener) => void permissions.push(handler),
        },
        fromPartition: (partition: string) => ({
          setPermissionRequestHandler: () => undefined,
          setPermissionCheckHandler: () => undefined,
          webRequest: { onBeforeRequest: (filter: Listener) => void filters.set(partition, filter) },
          protocol: {
            handle: (scheme: string, serve: (request: Request) => Promise<Response>) =>
              void protocols.set(`${partition}:${scheme}`, serve),
          },
        }),
      },
    },
  }
}
