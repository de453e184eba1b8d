import { randomUUID } from 'node:crypto'
import type { Args, Channel, Returns } from '../../contract/messages'
import { ok, type Result } from '../../core/support/result'
import { exploreProject } from '../../workers/explore-project'
import { listFiles } from './file-handlers'
import type { Host } from './host'
import { RunningWork } from './running-work'
import { SearchHandlers } from './search-handlers'
import { TradeOffHandlers } from './tradeoff-handlers'

/** What draws reports is large, and not waited for by who opens a window. */
const reports = () => import('../../files/write-report')

/** One handler per message; the same for the desktop and the web. */
export type Handlers = { readonly [C in Channel]: (args: Args<C>) => Promise<Result<Returns<C>>> }

export interface Session {
  readonly handlers: Handlers
  /** The user has given up what is not saved: nothing is left to recover. */
  discard(): Promise<void>
  /** Stops what still runs for a window that has gone. */
  end(): void
}

/** Handlers of one window; `window` names it where it may come back under a new connection. */
export function createSession(host: Host, window?: string): Session {
  const id = window ?? randomUUID()
  const running = new RunningWork(host)
  const searches = new SearchHandlers(host, running)
  const tradeOffs = new TradeOffHandlers(host, running)
  const autosave = host.autosaves.begin(window)
  const gone = new AbortController()
  const handlers: Handlers = {
    'app.info': () => Promise.resolve(ok(host.info)),
    'presets.read': async () => ok(await host.store.library.beside(await host.presets())),
    'library.save': ({ entry }) => host.store.library.save(entry),
    'library.remove': async ({ kind, id: entry }) => {
      await host.store.library.remove(kind, entry)
      return ok({})
    },
    'library.take': ({ path }) => host.store.library.take(path),
    'search.start': (args) => searches.start(args),
    'search.cancel': ({ searchId }) => {
      running.cancel(searchId)
      return Promise.resolve(ok({}))
    },
    'tradeoff.map': (args) => tradeOffs.map(args),
    'tradeoff.split': (args) => tradeOffs.split(args),
    'dialog.chooseFile': async ({ purpose, suggestion }) =>
      ok({ path: (await host.dialogs?.chooseFile(purpose, suggestion)) ?? null }),
    'files.list': (args) => listFiles(args),
    'project.open': async ({ path }) => {
      const opened = await host.store.open(path)
      if (!opened.ok) return opened
      return ok({ ...opened.value, elsewhere: await host.store.openFiles.open(id, opened.value.path) })
    },
    'project.save': async ({ path, project, expectedRevision }) => {
      const saved = await host.store.save(path, project, expectedRevision)
      if (saved.ok) await host.store.openFiles.open(id, saved.value.path)
      return saved
    },
    'workload.import': async ({ path, options }) => {
      const found = await host.reader.import(path, options, gone.signal)
      return found.ok
        ? ok({ ...found.value, unmodelled: [...found.value.unmodelled], notes: [...found.value.notes] })
        : found
    },
    'recent.list': async () => ok({ files: [...(await host.store.recent())] }),
    'autosave.write': async (work) => {
      const written = await autosave.write(work)
      return written.ok ? ok({}) : written
    },
    'autosave.clear': async () => {
      await autosave.clear()
      return ok({})
    },
    'recovery.read': async () => ok({ found: await autosave.recover() }),
    'report.preview': async ({ project }) => {
      const inputs = await exploreProject(host.explorer, project, gone.signal)
      if (!inputs.ok) return inputs
      const { previewReport } = await reports()
      const html = previewReport(inputs.value)
      return html.ok ? ok({ html: html.value }) : html
    },
    'report.export': async ({ project, directory, formats }) => {
      const inputs = await exploreProject(host.explorer, project, gone.signal)
      if (!inputs.ok) return inputs
      const { writeReport } = await reports()
      return writeReport({ inputs: inputs.value, directory, formats, printPdf: host.printPdf })
    },
  }
  return {
    handlers,
    discard: () => autosave.clear(),
    end: () => {
      gone.abort()
      running.cancelAll()
      autosave.end()
      void host.store.openFiles.close(id)
    },
  }
}
