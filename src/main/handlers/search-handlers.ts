import type { Args, Returns } from '../../contract/messages'
import type { Exploration } from '../../core/mappers/mapper'
import { ok, type Result } from '../../core/support/result'
import type { Host } from './host'
import type { RunningWork } from './running-work'

/** Searches of a window's documents and designs. */
export class SearchHandlers {
  constructor(
    private readonly host: Pick<Host, 'explorer' | 'emit'>,
    private readonly running: RunningWork,
  ) {}

  start({
    searchId,
    slot,
    workloadText,
    options,
  }: Args<'search.start'>): Promise<Result<Returns<'search.start'>>> {
    return this.running.run(searchId, slot, async (run) => {
      const onFirst = (exploration: Exploration) => this.host.emit('search.first', { searchId, exploration })
      const found = await this.host.explorer.explore(workloadText, options, { ...run, onFirst })
      // The window has parsed the workload itself.
      return found.ok ? ok(found.value.exploration) : found
    })
  }
}
