import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { nextTick, watch } from 'vue'
import { useDesignsStore } from '../../src/renderer/stores/designs-store'
import { useProjectStore } from '../../src/renderer/stores/project-store'
import { useResultsStore } from '../../src/renderer/stores/results-store'
import { useSearchStore } from '../../src/renderer/stores/search-store'
import { useViewStore } from '../../src/renderer/stores/view-store'
import { cancelledFault } from '../../src/workers/cancelled'
import { inProcessRunner } from '../support/in-process-runner'
import type { TaskRunner } from '../../src/workers/task-runner'
import { inMemoryWindow, type InMemoryWindow } from '../support/in-memory-window'
import { aPaperProject, aProject } from '../support/project'

let shown: InMemoryWindow
beforeEach(() => {
  shown = inMemoryWindow()
})
afterEach(() => shown.close())

const loaded = { path: null, revision: null, saved: true }
const stores = () =>
  shown.run(() => ({
    document_: useProjectStore(),
    search: useSearchStore(),
    results: useResultsStore(),
    view: useViewStore(),
  }))
/** Mappings of a search that the slow runner holds back. */
const LARGE = 3000
const GEMM = (m: number) =>
  `workload: {rank_sizes: {M: ${m}, K: 64, N: 64}, einsums: ["Z[m,n] = A[m,k] * B[k,n]"]}`
const withText = async (text: string) => ({ ...(await aProject()), workload: { preset: null, text } })

describe('the document', () => {
  it('undoes and redoes step by step; a new edit clears redo', async () => {
    const { document_ } = stores()
    document_.load(await aProject(), loaded)
    document_.edit('share', { bufferShare: 0.1 })
    document_.settle()
    document_.edit('share', { bufferShare: 0.2 })
    document_.settle()
    expect(document_.dirty).toBe(true)
    document_.undo()
    expect(document_.project!.bufferShare).toBe(0.1)
    document_.undo()
    expect(document_.project!.bufferShare).toBeNull()
    expect(document_.canUndo).toBe(false)
    expect(document_.dirty).toBe(false)
    document_.redo()
    document_.edit('share', { bufferShare: 0.5 })
    expect(document_.canRedo).toBe(false)
  })

  it('a drag is one step; an edit of another field is a step of its own', async () => {
    const { document_ } = stores()
    document_.load(await aProject(), loaded)
    for (let i = 1; i <= 50; i++) document_.edit('share', { bufferShare: i / 100 })
    document_.edit('name', { name: 'another' })
    document_.undo()
    expect(document_.project).toMatchObject({ bufferShare: 0.5, name: 'a project' })
    document_.undo()
    expect(document_.project!.bufferShare).toBeNull()
  })

  it('is clean after a save, and dirty if it changed during the save', async () => {
    const { document_ } = stores()
    document_.load(await aProject(), loaded)
    document_.edit('name', { name: 'x' })
    const saving = document_.project!
    const written = await shown.client.call('project.save', {
      path: join(shown.folder, 'x.piste'),
      project: saving,
      expectedRevision: null,
    })
    if (!written.ok) throw new Error(JSON.stringify(written.error))
    document_.markSaved(saving, saving, written.value.path, written.value.revision)
    expect(document_.dirty).toBe(false)
    expect(document_.title).toBe('x.piste')
    document_.edit('name', { name: 'y' })
    document_.markSaved(saving, saving, written.value.path, written.value.revision)
    expect(document_.dirty).toBe(true)
  })
})

describe('the search', () => {
  it('follows the text, keeps the last result while the text has errors, and searches again when it is valid', async () => {
    const { document_, search, results } = stores()
    document_.load(await withText(GEMM(64)), loaded)
    await vi.waitFor(() => expect(search.found?.exploration.macs).toBe(64 ** 3))
    document_.edit('text', { workload: { preset: null, text: GEMM(0) } })
    await vi.waitFor(() => expect(search.faults[0]?.path).toBe('workload.rank_sizes.M'))
    expect(search.stale).toBe(true)
    expect(results.slope!.macs).toBe(64 ** 3)
    document_.edit('text', { workload: { preset: null, text: GEMM(128) } })
    await vi.waitFor(() => expect(search.found?.exploration.macs).toBe(2 * 64 ** 3))
    expect(search.faults).toEqual([])
  })

  it('does not search again for a share, a strategy or a name', async () => {
    const { document_, search } = stores()
    document_.load(await aProject('ffn-32k-4k-16k'), loaded)
    await vi.waitFor(() => expect(search.found).not.toBeNull())
    const first = search.found
    document_.edit('share', { bufferShare: 0.3 })
    document_.edit('fusion', {
      fusion: { strategy: 'tiled', execution: 'sequential', along: {}, recompute: 'halo' },
    })
    document_.edit('name', { name: 'another' })
    // A search is due as soon as the store sees a change that needs one.
    await nextTick()
    expect(search.busy).toBe(false)
    document_.edit('fusion', {
      fusion: { strategy: 'tiled', execution: 'pipelined', along: {}, recompute: 'halo' },
    })
    await nextTick()
    expect(search.busy).toBe(true)
    await vi.waitFor(() => expect(search.found).not.toBe(first))
  })

  /** Runs large searches only when told to, and says which results the store showed. */
  async function withHeldSearches(honoursAbort: boolean) {
    const held: (() => Promise<void>)[] = []
    const real = inProcessRunner()
    const slow: TaskRunner = {
      ...real,
      run: (tasks, options, onPart) =>
        tasks.some(({ cost }) => cost > LARGE)
          ? new Promise((resolve) => {
              if (honoursAbort)
                options.signal?.addEventListener('abort', () => resolve(cancelledFault(options.signal)))
              held.push(() => real.run(tasks, {}, onPart).then(resolve))
            })
          : real.run(tasks, options, onPart),
    }
    shown.close()
    shown = inMemoryWindow(slow)
    const { document_, search } = stores()
    const shownMacs: number[] = []
    watch(
      () => search.found?.exploration.macs,
      (macs) => macs !== undefined && shownMacs.push(macs),
      { flush: 'sync' },
    )
    document_.load(await withText(GEMM(64)), loaded)
    const edit = (m: number) => document_.edit('text', { workload: { preset: null, text: GEMM(m) } })
    const shows = (m: number) => vi.waitFor(() => expect(search.found?.exploration.macs).toBe(m * 64 * 64))
    await shows(64)
    return { search, held, edit, shows, shownMacs }
  }

  it('a newer edit supersedes the running search, also if its answer comes late', async () => {
    const { held, edit, shows, shownMacs } = await withHeldSearches(false)
    edit(4096)
    await vi.waitFor(() => expect(held).toHaveLength(1))
    edit(32)
    await shows(32)
    await held[0]!()
    edit(16)
    await shows(16)
    expect(shownMacs).toEqual([64, 32, 16].map((m) => m * 64 * 64))
  })

  it('a cancelled search leaves the last result', async () => {
    const { search, held, edit, shownMacs } = await withHeldSearches(true)
    edit(8192)
    await vi.waitFor(() => expect(held).toHaveLength(1))
    search.cancel()
    await vi.waitFor(() => expect(search.notice).toContain('cancelled'))
    expect(shownMacs).toEqual([64 ** 3])
    expect(search.running).toBeNull()
  })
})

describe('pinned designs', () => {
  const named = () => shown.run(() => useDesignsStore())

  it('keep their state and their results when the project changes', async () => {
    const { document_, search } = stores()
    const designs = named()
    document_.load(await aPaperProject('gpt3-6.7b'), loaded)
    await vi.waitFor(() => expect(search.found).not.toBeNull())
    designs.pin()
    document_.edit('fusion', {
      fusion: { strategy: 'segmented', execution: 'sequential', along: {}, recompute: 'halo' },
    })
    designs.pin()
    document_.edit('preset', { workload: (await aProject('ffn-32k-4k-16k')).workload })
    await vi.waitFor(() => expect(designs.results).toHaveLength(2))
    expect(designs.results.map(({ best }) => best!.share.toFixed(3))).toEqual(['0.822', '0.617'])
    expect(designs.results.map(({ workloadName }) => workloadName)).toEqual(
      Array.from({ length: 2 }, () => 'GPT-3 6.7B (prefill, 16 x 2048 tokens)'),
    )
    designs.open(designs.designs[1]!)
    expect(document_.project!.fusion.strategy).toBe('segmented')
    expect(document_.project!.workload.preset).toBe('gpt3-6.7b')
  })

  it('are duplicated, renamed, moved and removed, with undo', async () => {
    const { document_ } = stores()
    const designs = named()
    document_.load(await aProject(), loaded)
    const names = () => designs.designs.map(({ name }) => name)
    designs.pin()
    designs.pin()
    designs.duplicate(designs.designs[0]!)
    expect(names()).toEqual(['Design 1', 'Design 1 copy', 'Design 2'])
    expect(new Set(designs.designs.map(({ id }) => id)).size).toBe(3)
    designs.rename(designs.designs[1]!, '  wide  ')
    designs.rename(designs.designs[0]!, '   ')
    designs.move(designs.designs[2]!, -1)
    designs.move(designs.designs[0]!, -1)
    expect(names()).toEqual(['Design 1', 'Design 2', 'wide'])
    designs.remove(designs.designs[0]!)
    expect(names()).toEqual(['Design 2', 'wide'])
    while (document_.canUndo) document_.undo()
    expect(names()).toEqual([])
  })

  it('are saved with the project and opened again', async () => {
    const { document_ } = stores()
    document_.load(await aProject(), loaded)
    named().pin()
    const path = join(shown.folder, 'designs.piste')
    const written = await shown.client.call('project.save', {
      path,
      project: document_.project!,
      expectedRevision: null,
    })
    expect(written.ok).toBe(true)
    expect(await shown.client.call('project.open', { path })).toMatchObject({
      ok: true,
      value: { project: { designs: [{ id: 'd1', name: 'Design 1' }] } },
    })
  })
})

describe('the results', () => {
  it('the share follows the best one until it is set, per strategy', async () => {
    const { document_, search, results } = stores()
    document_.load(await aPaperProject('gpt3-6.7b'), loaded)
    await vi.waitFor(() => expect(search.found).not.toBeNull())
    expect(results.strategies).toEqual(['unfused', 'untiled', 'tiled', 'flat', 'flashattention', 'segmented'])
    expect(results.share).toBeCloseTo(0.822, 3)
    document_.edit('fusion', {
      fusion: { strategy: 'segmented', execution: 'sequential', along: {}, recompute: 'halo' },
    })
    expect(results.share).toBeCloseTo(0.617, 3)
    expect(results.overlays.map(({ strategy }) => strategy)).not.toContain('segmented')
    document_.edit('share', { bufferShare: 0.25 })
    expect(results.current!.share).toBe(0.25)
    expect(results.best!.share).toBeCloseTo(0.617, 3)
  })

  it('one Einsum has no strategies but unfused; a cascade has those that apply', async () => {
    const { document_, search, results, view } = stores()
    document_.load(await aProject('ffn-32k-4k-16k'), loaded)
    await vi.waitFor(() => expect(search.found).not.toBeNull())
    expect(results.strategies).toEqual(['unfused', 'fused', 'untiled', 'tiled', 'segmented'])
    expect(results.strategy).toBe('fused')
    view.einsum = 'fc1'
    expect(results.strategies).toEqual(['unfused'])
    expect(results.segments).toMatchObject([{ form: 'alone', einsums: [0] }])
    expect(results.slope!.macs).toBe(32768 * 4096 * 16384)
  })

  it('the inspected segments follow the cursor; a pinned cursor does not hover', async () => {
    const { document_, search, results, view } = stores()
    document_.load(await aProject('ffn-32k-4k-16k'), loaded)
    document_.edit('fusion', {
      fusion: { strategy: 'segmented', execution: 'sequential', along: {}, recompute: 'halo' },
    })
    await vi.waitFor(() => expect(search.found).not.toBeNull())
    view.hover(64)
    expect(results.segments.map(({ einsums }) => einsums)).toEqual([[0], [1]])
    view.pin(2 ** 30)
    view.hover(64)
    expect(results.segments.map(({ einsums }) => einsums)).toEqual([[0, 1]])
    view.unpin()
    await nextTick()
    expect(results.inspectedBytes).toBe(results.current!.buffer)
  })
})
