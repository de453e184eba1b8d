import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createPinia, setActivePinia } from 'pinia'
import { createApp, type App } from 'vue'
import type { EngineClient } from '../../src/contract/engine-client'
import { Autosaves } from '../../src/files/autosaves'
import { importFile } from '../../src/files/importers'
import { presetsFolder, readPresets } from '../../src/files/presets'
import { ProjectStore } from '../../src/files/project-store'
import { dispatch } from '../../src/main/handlers/dispatch'
import { createSession } from '../../src/main/handlers/handlers'
import { clientKey } from '../../src/renderer/client/use-client'
import { Explorer } from '../../src/workers/explorer'
import { inProcessRunner } from './in-process-runner'
import type { TaskRunner } from '../../src/workers/task-runner'

export interface InMemoryWindow {
  readonly client: EngineClient
  readonly folder: string
  /** Provides the client and a separate store to a component under test. */
  readonly plugins: readonly { install(app: App): void }[]
  /** Runs a store's setup as a component of this window would. */
  run<T>(setup: () => T): T
  close(): void
}

/** The window's stores with the real handlers and the real engine, connected in memory. */
export function inMemoryWindow(runner: TaskRunner = inProcessRunner()): InMemoryWindow {
  const folder = mkdtempSync(join(tmpdir(), 'piste-window-'))
  const listeners = new Map<string, ((payload: never) => void)[]>()
  const { handlers, end } = createSession({
    info: {
      version: '0',
      host: 'web',
      platform: 'test',
      threads: 1,
      dialogs: 'in-window',
      openAtStart: null,
    },
    explorer: new Explorer(runner),
    reader: { import: importFile },
    store: new ProjectStore(folder),
    autosaves: new Autosaves(folder),
    presets: () => readPresets(presetsFolder(join(import.meta.dirname, '..', '..'))),
    dialogs: null,
    printPdf: () => Promise.resolve({ ok: false, error: 'not here' }),
    emit: (event, payload) => listeners.get(event)?.forEach((listener) => listener(payload as never)),
  })
  const client = {
    call: (channel: string, args: unknown) =>
      dispatch(handlers, channel, structuredClone(args), (bug) => {
        throw bug
      }),
    pathOf: (file: File) => Promise.resolve({ ok: true, value: { path: file.name, scratch: true } }),
    on: (event: string, listener: (payload: never) => void) => {
      listeners.set(event, [...(listeners.get(event) ?? []), listener])
      return () =>
        listeners.set(
          event,
          (listeners.get(event) ?? []).filter((other) => other !== listener),
        )
    },
  } as EngineClient
  const pinia = createPinia()
  const provide = { install: (app: App) => void app.provide(clientKey, client) }
  const app = createApp({ render: () => null })
  app.use(provide)
  app.use(pinia)
  setActivePinia(pinia)
  return {
    client,
    folder,
    plugins: [provide, pinia],
    run: (setup) => app.runWithContext(setup),
    close: () => {
      end()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
