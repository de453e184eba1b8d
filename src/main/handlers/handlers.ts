import type { Args, Channel, Returns } from '../../contract/messages'
import { ok, type Result } from '../../core/support/result'
import { writeReport } from '../../files/write-report'
import { listFiles } from './file-handlers'
import type { Host } from './host'
import { SearchHandlers } from './search-handlers'

/** One handler per message; the same for the desktop and the web. */
export type Handlers = { readonly [C in Channel]: (args: Args<C>) => Promise<Result<Returns<C>>> }

export interface Session {
  readonly handlers: Handlers
  /** Stops what still runs for a window that has gone. */
  end(): void
}

export function createSession(host: Host): Session {
  const searches = new SearchHandlers(host)
  const handlers: Handlers = {
    'app.info': () => Promise.resolve(ok(host.info)),
    'presets.read': async () => ok(await host.presets()),
    'search.start': (args) => searches.start(args),
    'search.cancel': (args) => Promise.resolve(searches.cancel(args)),
    'dialog.chooseFile': async ({ purpose, suggestion }) =>
      ok({ path: (await host.dialogs?.chooseFile(purpose, suggestion)) ?? null }),
    'files.list': (args) => listFiles(args),
    'project.open': ({ path }) => host.store.open(path),
    'project.save': ({ path, project, expectedRevision }) => host.store.save(path, project, expectedRevision),
    'recent.list': async () => ok({ files: [...(await host.store.recent())] }),
    'autosave.write': async ({ project, path }) => {
      const written = await host.store.autosave(project, path)
      return written.ok ? ok({}) : written
    },
    'autosave.clear': async () => {
      await host.store.clearAutosave()
      return ok({})
    },
    'recovery.read': async () => ok({ found: await host.store.recover() }),
    'report.export': ({ project, directory, formats }) =>
      writeReport({ project, directory, formats, runner: host.runner, printPdf: host.printPdf }),
  }
  return { handlers, end: () => searches.cancelAll() }
}
