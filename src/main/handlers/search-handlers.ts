import type { Args, Returns } from '../../contract/messages'
import { parseWorkloadText } from '../../contract/workload-file'
import type { Result } from '../../core/support/result'
import { explore } from '../../workers/explore'
import type { Host } from './host'
import type { RunningWork } from './running-work'

/** Searches of a window's documents and designs. */
export class SearchHandlers {
  constructor(
    private readonly host: Pick<Host, 'runner'>,
    private readonly running: RunningWork,
  ) {}

  start({
    searchId,
    slot,
    workloadText,
    options,
  }: Args<'search.start'>): Promise<Result<Returns<'search.start'>>> {
    return this.running.run(searchId, slot, async (run) => {
      const workload = parseWorkloadText(workloadText)
      return workload.ok ? explore(this.host.runner, workload.value, options, run) : workload
    })
  }
}
