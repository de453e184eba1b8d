import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { IPC_CALL } from '../../src/contract/bridge'
import { contentSecurityPolicy } from '../../src/main/csp'
import { fakeElectron } from '../support/fake-electron'
import { aProject } from '../support/project'
import { OUT } from '../support/built-worker'

const folder = mkdtempSync(join(tmpdir(), 'piste-shell-'))
const electron = fakeElectron()
const { app } = electron.module

/** The shell as it is built, run over an Electron that is watched; the binary is not on every machine. */
beforeAll(async () => {
  vi.stubEnv('PISTE_DATA', join(folder, 'data'))
  vi.doMock('electron', () => electron.module)
  await import(/* @vite-ignore */ join(OUT, 'main', 'desktop.js'))
  await vi.waitFor(() => expect(electron.windows.length).toBe(1))
})
afterAll(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true, force: true })
})

const OURS = { url: 'app://piste/index.html', parent: null }
const call = (sender: number, channel: string, args: unknown, senderFrame: unknown = OURS) =>
  electron.handlers.get(IPC_CALL)!({ sender: { id: sender }, senderFrame }, channel, args)

describe('the desktop shell', () => {
  it('opens a window that is kept from Node', () => {
    const [window] = electron.windows
    expect(window!.loaded).toBe('app://piste/index.html')
    expect(window!.options.webPreferences).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webviewTag: false,
    })
    expect(window!.options.webPreferences['preload']).toMatch(/preload[\\/]index\.cjs$/)
  })

  it('goes nowhere, opens nothing, embeds nothing, and may nothing', () => {
    const contents = electron.windows[0]!.webContents
    const isPrevented = (event: string, details: object = {}) => {
      const preventDefault = vi.fn()
      contents.emit(event, { preventDefault, ...details })
      return preventDefault.mock.calls.length > 0
    }
    for (const event of ['will-navigate', 'will-redirect', 'will-attach-webview'])
      expect(isPrevented(event), event).toBe(true)
    const frame = (url: string, isMainFrame = false) =>
      isPrevented('will-frame-navigate', { url, isMainFrame })
    expect(frame('https://evil.example/')).toBe(true)
    expect(frame('app://piste/index.html')).toBe(true)
    expect(frame('about:srcdoc', true)).toBe(true)
    // What the page itself wrote into a frame: the preview of a report.
    expect(frame('about:srcdoc')).toBe(false)
    expect(contents.openHandler?.()).toEqual({ action: 'deny' })
    const decide = vi.fn()
    const [request, check] = electron.permissions
    request!({}, 'media', decide)
    expect(decide).toHaveBeenCalledWith(false)
    expect(check!({}, 'geolocation')).toBe(false)
    // What the user copies is all that leaves.
    expect(check!({}, 'clipboard-sanitized-write')).toBe(true)
  })

  it('serves the built window and nothing else, under the policy', async () => {
    const serve = electron.protocols.get('app')!
    for (const url of [
      'app://elsewhere/index.html',
      'app://piste/../main/desktop.js',
      'app://piste/..%2fmain%2fdesktop.js',
      'app://piste/nothing.js',
    ])
      expect((await serve(new Request(url))).status, url).toBe(404)
    const page = await serve(new Request('app://piste/'))
    expect(page.status).toBe(200)
    expect(page.headers.get('content-security-policy')).toBe(contentSecurityPolicy)
    expect(page.headers.get('content-type')).toContain('text/html')
  })

  it('prints pages that can fetch nothing and are not from the disk', async () => {
    const filter = electron.filters.get('print')!
    const isCancelled = (url: string) => {
      const decide = vi.fn()
      filter({ url }, decide)
      return (decide.mock.calls[0]![0] as { cancel: boolean }).cancel
    }
    for (const url of ['file:///etc/passwd', 'https://evil.example/', 'http://127.0.0.1/'])
      expect(isCancelled(url), url).toBe(true)
    expect(isCancelled('app://print/x')).toBe(false)
    const serve = electron.protocols.get('print:app')!
    for (const url of ['app://piste/index.html', 'app://print/x'])
      expect((await serve(new Request(url))).status, url).toBe(404)
  })

  it('answers its own page, and no other', async () => {
    expect(await call(1, 'app.info', {})).toMatchObject({
      ok: true,
      value: { host: 'desktop', version: '9.9.9', dialogs: 'native', openAtStart: null },
    })
    const forbidden = { ok: false, error: [{ code: 'forbidden' }] }
    expect(await call(1, 'app.info', {}, { url: 'https://evil.example/', parent: null })).toMatchObject(
      forbidden,
    )
    expect(await call(7, 'app.info', {})).toMatchObject(forbidden)
  })

  it('searches in its workers', async () => {
    const workloadText =
      'workload: {rank_sizes: {M: 3000, K: 3000, N: 3000}, einsums: ["Z[m,n] = A[m,k] * B[k,n]"]}'
    const options = {
      mapspace: 'paper',
      factors: 'imperfect',
      fuse: 'if-possible',
      execution: 'sequential',
      along: {},
      recompute: 'halo',
      keep: [],
    }
    const bound = await call(1, 'search.start', { searchId: 'a', slot: 'main', workloadText, options })
    expect(bound).toMatchObject({
      ok: true,
      value: { algorithmicMinimum: 27_000_000, chains: [] },
    })
  })

  it('loads a page that crashed anew, but not for ever', () => {
    const contents = electron.windows[0]!.webContents
    contents.emit('render-process-gone', {}, { reason: 'clean-exit' })
    expect(contents.reloads).toBe(0)
    for (let i = 0; i < 9; i++) contents.emit('render-process-gone', {}, { reason: 'crashed' })
    expect(contents.reloads).toBe(3)
  })

  it('asks before unsaved changes are lost, and forgets them only when told to', async () => {
    const contents = electron.windows[0]!.webContents
    const saved = () => readdirSync(join(folder, 'data')).filter((name) => name.startsWith('autosave-'))
    await call(1, 'autosave.write', { project: await aProject(), path: null, revision: null })
    expect(saved().length).toBe(1)
    const close = (answer: number) => {
      electron.answers.unsaved = answer
      const preventDefault = vi.fn()
      contents.emit('will-prevent-unload', { preventDefault })
      return preventDefault
    }
    expect(close(0)).not.toHaveBeenCalled()
    expect(saved().length).toBe(1)
    expect(close(1)).toHaveBeenCalledOnce()
    await vi.waitFor(() => expect(saved()).toEqual([]))
    expect(electron.timesAsked()).toBe(2)
  })

  it('opens another window for a second start, on the project named there', async () => {
    app.emit('second-instance', {}, ['piste', 'mine.piste'], folder)
    expect(electron.windows.length).toBe(2)
    expect(await call(2, 'app.info', {})).toMatchObject({
      value: { openAtStart: resolve(folder, 'mine.piste') },
    })
    electron.windows[1]!.emit('closed')
    expect(await call(2, 'app.info', {})).toMatchObject({ ok: false })
  })

  it('closes the pool before it quits', async () => {
    const quits = app.quits
    const preventDefault = vi.fn()
    app.emit('will-quit', { preventDefault })
    expect(preventDefault).toHaveBeenCalledOnce()
    await vi.waitFor(() => expect(app.quits).toBe(quits + 1))
    app.emit('will-quit', { preventDefault })
    expect(preventDefault).toHaveBeenCalledOnce()
  })
})
