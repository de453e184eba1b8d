import { describe, expect, it, vi } from 'vitest'
import { parseProject, printProject } from '../../src/contract/parse-project'
import { readPresets } from '../../src/files/presets'
import { beginWith } from '../../src/main/begin-with'
import { Explorer } from '../../src/workers/explorer'
import { inProcessRunner } from '../support/in-process-runner'
import type { RunOptions, TaskRunner } from '../../src/workers/task-runner'
import type { Task } from '../../src/core/mappers/mapper'
import { optionsOf } from '../../src/contract/search-schema'
import { OPTIONS } from '../support/explore'
import { aProject } from '../support/project'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const text = (m: number) =>
  `workload: { rank_sizes: { M: ${m}, K: 8, N: 8 }, bits_per_value: { All: 8 }, einsums: ["Z[m,n] = A[m,k] * B[k,n]"] }`

/** A runner that counts its searches, and waits for `gate` before each one. */
function counting(gate: () => Promise<void> = () => Promise.resolve()) {
  const inner = inProcessRunner()
  const run = vi.fn(async (tasks: readonly Task[], options: RunOptions) => {
    await gate()
    return inner.run(tasks, options)
  })
  return { run, runner: { ...inner, run: run as TaskRunner['run'] } }
}

describe('explorations', () => {
  it('of the same text and options are searched once; others again', async () => {
    const { run, runner } = counting()
    const explorer = new Explorer(runner)
    const first = await explorer.explore(text(8), OPTIONS)
    expect(await explorer.explore(text(8), { ...OPTIONS })).toEqual(first)
    expect(run).toHaveBeenCalledTimes(1)
    await explorer.explore(text(8), { ...OPTIONS, mapspace: 'paper' })
    await explorer.explore(text(16), OPTIONS)
    expect(run).toHaveBeenCalledTimes(3)
    expect(first).toMatchObject({
      ok: true,
      value: { exploration: { chains: [] }, workload: { einsums: [{ name: 'Z' }] } },
    })
  })

  it('are dropped, least recently used first, when they exceed the limit of their size', async () => {
    const { run, runner } = counting()
    // Room for two of these explorations.
    const explorer = new Explorer(runner, { maxSize: 12_000 })
    for (const m of [1, 2, 3]) await explorer.explore(text(m), OPTIONS)
    await explorer.explore(text(3), OPTIONS)
    expect(run).toHaveBeenCalledTimes(3)
    await explorer.explore(text(1), OPTIONS)
    expect(run).toHaveBeenCalledTimes(4)
  })

  it('that were begun early are waited for, and continue while somebody waits', async () => {
    let open = (): void => undefined
    const gate = new Promise<void>((resolve) => (open = resolve))
    const { run, runner } = counting(() => gate)
    const explorer = new Explorer(runner)
    explorer.begin(text(8), OPTIONS)
    const impatient = new AbortController()
    const given = explorer.explore(text(8), OPTIONS, { signal: impatient.signal })
    const patient = explorer.explore(text(8), OPTIONS)
    impatient.abort('superseded')
    expect(await given).toMatchObject({ ok: false, error: [{ code: 'superseded' }] })
    open()
    expect(await patient).toMatchObject({ ok: true })
    expect(run).toHaveBeenCalledTimes(1)
  })

  it('that were begun early are cancelled by the last caller, or when another search is wanted', async () => {
    const signals: AbortSignal[] = []
    const inner = inProcessRunner()
    const run: TaskRunner['run'] = (tasks, options, onPart) => {
      signals.push(options.signal!)
      // The first two never end unless cancelled.
      return signals.length > 2
        ? inner.run(tasks, options, onPart)
        : new Promise<never>((_, reject) =>
            options.signal!.addEventListener('abort', () => reject(new Error('ended'))),
          )
    }
    const explorer = new Explorer({ ...inner, run })
    explorer.begin(text(8), OPTIONS)
    await vi.waitFor(() => expect(signals).toHaveLength(1))
    const asked = new AbortController()
    const given = explorer.explore(text(8), OPTIONS, { signal: asked.signal })
    asked.abort('cancelled')
    expect(await given).toMatchObject({ ok: false, error: [{ code: 'cancelled' }] })
    expect(signals[0]!.aborted).toBe(true)
    explorer.begin(text(16), OPTIONS)
    await vi.waitFor(() => expect(signals).toHaveLength(2))
    expect(await explorer.explore(text(24), OPTIONS, { signal: new AbortController().signal })).toMatchObject(
      {
        ok: true,
      },
    )
    expect(signals[1]!.aborted).toBe(true)
  })

  it('that failed early are searched again, and a wrong text gives its faults', async () => {
    const inner = inProcessRunner()
    const run = vi.fn((tasks: readonly Task[], options: RunOptions) => inner.run(tasks, options))
    run.mockRejectedValueOnce(new Error('a bug'))
    const explorer = new Explorer({ ...inner, run: run as TaskRunner['run'] })
    explorer.begin(text(8), OPTIONS)
    await vi.waitFor(() => expect(run).toHaveBeenCalledTimes(1))
    await new Promise((resolve) => setTimeout(resolve))
    expect(await explorer.explore(text(8), OPTIONS)).toMatchObject({ ok: true })
    explorer.begin('workload: {', OPTIONS)
    expect(await explorer.explore('workload: {', OPTIONS)).toMatchObject({ ok: false })
  })
})

describe('what the window shows first', () => {
  it('is searched while it opens: a new project, or the one in a file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'piste-begin-'))
    try {
      const project = await aProject('gemm-2k')
      const file = join(folder, 'a.piste')
      writeFileSync(file, printProject(project))
      const { run, runner } = counting()
      const explorer = new Explorer(runner)
      const reader = { project: async (text: string, name: string) => parseProject(text, name) }
      await beginWith(explorer, readPresets(), file, reader)
      expect(await explorer.explore(project.workload.text, optionsOf(project))).toMatchObject({ ok: true })
      expect(run).toHaveBeenCalledTimes(1)
      await beginWith(explorer, readPresets(), join(folder, 'none.piste'), reader)
      await beginWith(explorer, Promise.reject(new Error('no presets')), null, reader)
      expect(run).toHaveBeenCalledTimes(1)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
