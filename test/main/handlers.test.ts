import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { EventPayload } from '../../src/contract/messages'
import { Autosaves } from '../../src/files/autosaves'
import { importFile } from '../../src/files/importers'
import { readPresets } from '../../src/files/presets'
import { ProjectStore } from '../../src/files/project-store'
import { dispatch } from '../../src/main/handlers/dispatch'
import { createSession } from '../../src/main/handlers/handlers'
import type { Host } from '../../src/main/handlers/host'
import { cancelledFault } from '../../src/workers/cancelled'
import { Explorer } from '../../src/workers/explorer'
import { inProcessRunner } from '../support/in-process-runner'
import type { Returns } from '../../src/contract/messages'
import type { RunOptions, TaskRunner } from '../../src/workers/task-runner'
import { aProject } from '../support/project'

const TEXT = 'workload: {rank_sizes: {M: 2, K: 3, N: 4}, einsums: ["Z[m,n] = A[m,k] * B[k,n]"]}'
const OPTIONS = {
  mapspace: 'full',
  factors: 'perfect',
  fuse: 'if-possible',
  execution: 'sequential',
  along: {},
  recompute: 'halo',
  keep: [],
} as const

let folder: string
let told: [string, unknown][]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'piste-handlers-'))
  told = []
})
afterEach(() => {
  vi.useRealTimers()
  rmSync(folder, { recursive: true, force: true })
})

const hostWith = (changes: Partial<Host> = {}): Host => ({
  info: { version: '0', host: 'web', platform: 'test', threads: 1, dialogs: 'in-window', openAtStart: null },
  explorer: new Explorer(inProcessRunner()),
  reader: { import: importFile },
  store: new ProjectStore(folder),
  autosaves: new Autosaves(folder),
  presets: readPresets,
  dialogs: null,
  printPdf: () => Promise.resolve({ ok: false, error: 'not here' }),
  emit: (event, payload) => told.push([event, payload]),
  ...changes,
})

/** A runner that does as it is told, and answers when its search is called off. */
function runnerDoing(work: (options: RunOptions) => void): TaskRunner {
  return {
    threads: 1,
    run: (_, options) =>
      new Promise((resolve) => {
        options.signal?.addEventListener('abort', () => resolve(cancelledFault(options.signal)))
        work(options)
      }),
    close: () => Promise.resolve(),
  }
}

/** By the next turn a short text is read, and its search runs. */
const read = () => new Promise((resolve) => setImmediate(resolve))

const start = (searchId: string, slot: string) => ({ searchId, slot, workloadText: TEXT, options: OPTIONS })

describe('trade-offs', () => {
  const request = async () => ({
    workloadText: TEXT,
    options: OPTIONS,
    strategy: 'unfused' as const,
    einsum: null,
    architecture: (await aProject()).architecture,
  })

  it('a three-way split comes coarse first, then as fine as it was asked for', async () => {
    const { handlers } = createSession(hostWith())
    const reply = await handlers['tradeoff.split']({
      ...(await request()),
      searchId: 'a',
      slot: 'split',
      innerBandwidth: 1e12,
      resolution: 32,
    })
    const [event, coarse] = told[0]! as [string, Returns<'tradeoff.split'>]
    expect(event).toBe('tradeoff.cells')
    expect(coarse).toMatchObject({ searchId: 'a', grid: { resolution: 8 } })
    expect(told).toHaveLength(1)
    if (!reply.ok) throw new Error('no split')
    expect(reply.value.grid.throughput).toHaveLength(32 ** 2)
    // The best split is exact, whatever the grid.
    expect(coarse.best).toEqual(reply.value.best)
    expect(reply.value.best!.throughput).toBeGreaterThanOrEqual(Math.max(...reply.value.grid.throughput))
  })

  it('a map comes in rows, each once, the first ones spread over all', async () => {
    const { handlers } = createSession(hostWith())
    const axis = { parameter: 'dramBandwidth' as const, from: 1e10, to: 1e12, rows: 50 }
    const reply = await handlers['tradeoff.map']({
      ...(await request()),
      searchId: 'a',
      slot: 'map',
      axis,
      columns: 20,
    })
    expect(reply).toEqual({ ok: true, value: { rows: 50 } })
    const batches = told.map(([, payload]) =>
      (payload as { rows: { at: number }[] }).rows.map(({ at }) => at),
    )
    expect(batches.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i))
    expect(batches.length).toBeGreaterThan(2)
    expect(Math.max(...batches[0]!) - Math.min(...batches[0]!)).toBeGreaterThan(25)
  })
})

describe('searches', () => {
  it('are superseded by a newer one in their slot, and only there', async () => {
    const { handlers } = createSession(hostWith({ explorer: new Explorer(runnerDoing(() => undefined)) }))
    const [first, elsewhere] = [
      handlers['search.start'](start('a', 'main')),
      handlers['search.start'](start('b', 'other')),
    ]
    const newer = handlers['search.start'](start('c', 'main'))
    expect(await first).toMatchObject({ ok: false, error: [{ code: 'superseded' }] })
    await handlers['search.cancel']({ searchId: 'c' })
    expect(await newer).toMatchObject({ ok: false, error: [{ code: 'cancelled' }] })
    await handlers['search.cancel']({ searchId: 'b' })
    expect(await elsewhere).toMatchObject({ ok: false, error: [{ code: 'cancelled' }] })
  })

  it('are called off when their window has gone', async () => {
    const session = createSession(hostWith({ explorer: new Explorer(runnerDoing(() => undefined)) }))
    const running = session.handlers['search.start'](start('a', 'main'))
    session.end()
    expect(await running).toMatchObject({ ok: false, error: [{ code: 'cancelled' }] })
  })

  it('say nothing before a tenth of a second, then at most every 50 ms, with the time left', async () => {
    vi.useFakeTimers({ toFake: ['performance'] })
    const runner = runnerDoing(({ onProgress }) => {
      for (let i = 1; i <= 50; i++) {
        vi.advanceTimersByTime(10)
        onProgress?.({ done: i / 100, label: 'Z' })
      }
    })
    const { handlers } = createSession(hostWith({ explorer: new Explorer(runner) }))
    const running = handlers['search.start'](start('a', 'main'))
    await read()
    await handlers['search.cancel']({ searchId: 'a' })
    await running
    const progress = told.map(([, payload]) => payload as EventPayload<'search.progress'>)
    expect(progress.map(({ done }) => Math.round(done * 100))).toEqual([10, 15, 20, 25, 30, 35, 40, 45, 50])
    expect(progress.at(-1)).toMatchObject({ searchId: 'a', label: 'Z' })
    expect(progress.at(-1)?.etaMs).toBeCloseTo(500)
  })

  it('tell of a worker that was lost', async () => {
    const runner = runnerDoing(({ onWorkerLost }) => onWorkerLost?.('gone'))
    const { handlers } = createSession(hostWith({ explorer: new Explorer(runner) }))
    const running = handlers['search.start'](start('a', 'main'))
    await read()
    await handlers['search.cancel']({ searchId: 'a' })
    await running
    expect(told).toEqual([['pool.workerLost', { message: 'gone' }]])
  })
})

describe('dispatch', () => {
  it('tells a bug in one sentence to the window, and whole to the log', async () => {
    const bugs: unknown[] = []
    const { handlers } = createSession(
      hostWith({ presets: () => Promise.reject(new Error('secret at /home/user')) }),
    )
    const reply = await dispatch(handlers, 'presets.read', {}, (error) => bugs.push(error))
    expect(reply).toMatchObject({ ok: false, error: [{ code: 'internal' }] })
    expect(JSON.stringify(reply)).not.toContain('secret')
    expect(bugs).toMatchObject([{ message: 'secret at /home/user' }])
  })

  it('refuses arguments that do not fit, with the field', async () => {
    const { handlers } = createSession(hostWith())
    const bug = (error: unknown) => {
      throw error
    }
    const project = await aProject()
    expect(
      await dispatch(handlers, 'project.save', { path: 'x', project: { ...project, bufferShare: 2 } }, bug),
    ).toMatchObject({ ok: false, error: [{ path: 'project.bufferShare' }, { path: 'expectedRevision' }] })
    expect(
      await dispatch(handlers, 'report.export', { project, directory: 'x', formats: ['exe'] }, bug),
    ).toMatchObject({ ok: false, error: [{ path: 'formats.0' }] })
    for (const args of [undefined, null, 5, [], 'x'])
      expect(await dispatch(handlers, 'files.list', args, bug)).toMatchObject({ ok: false })
  })
})

describe('unsaved work', () => {
  it('is given up with the window that gives it up, and kept with one that merely goes', async () => {
    const host = hostWith()
    const work = { project: await aProject(), path: null, revision: null }
    const [kept, given] = [createSession(host), createSession(host)]
    await kept.handlers['autosave.write'](work)
    await given.handlers['autosave.write'](work)
    await given.discard()
    kept.end()
    given.end()
    const found = async () => createSession(host).handlers['recovery.read']({})
    expect(await found()).toMatchObject({ ok: true, value: { found: { project: work.project } } })
    expect(await found()).toMatchObject({ ok: true, value: { found: null } })
  })
})

describe('folders', () => {
  it('are listed with folders first and hidden files left out; what is not there is a fault', async () => {
    const { handlers } = createSession(hostWith())
    const { mkdirSync, writeFileSync } = await import('node:fs')
    mkdirSync(join(folder, 'z folder'))
    writeFileSync(join(folder, 'a.piste'), 'abc')
    writeFileSync(join(folder, '.hidden'), '')
    const listed = await handlers['files.list']({ directory: folder })
    expect(listed).toMatchObject({
      ok: true,
      value: {
        directory: folder,
        parent: tmpdir(),
        entries: [
          { name: 'z folder', kind: 'directory' },
          { name: 'a.piste', kind: 'file', sizeBytes: 3 },
        ],
      },
    })
    expect(await handlers['files.list']({ directory: join(folder, 'nothing') })).toMatchObject({
      ok: false,
      error: [{ code: 'file-enoent', file: join(folder, 'nothing') }],
    })
  })
})
