import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { nativeDialogs } from '../../src/main/desktop/dialogs'
import { registerIpc, type IpcEventLike } from '../../src/main/desktop/ipc'
import { CHARTS } from '../../src/renderer/stores/view-store'
import { menuTemplate } from '../../src/main/desktop/menu'
import { electronPdfPrinter } from '../../src/main/desktop/pdf'
import { PrintPages } from '../../src/main/desktop/print-pages'
import { projectIn } from '../../src/main/desktop/project-argument'
import type { Handlers } from '../../src/main/handlers/handlers'

const handlers = {
  'recent.list': () => Promise.resolve({ ok: true, value: { files: [] } }),
} as unknown as Handlers

describe('IPC', () => {
  function invoke(event: Partial<IpcEventLike>, ...args: unknown[]) {
    let listener: (event: IpcEventLike, ...args: unknown[]) => Promise<unknown> = () =>
      Promise.reject(new Error('unregistered'))
    registerIpc(
      { handle: (_, registered) => (listener = registered) },
      (id) => (id === 1 ? handlers : undefined),
      () => undefined,
    )
    const ours = { sender: { id: 1 }, senderFrame: { url: 'app://piste/index.html', parent: null } }
    return listener({ ...ours, ...event }, ...args)
  }

  it('answers our own page', async () => {
    expect(await invoke({}, 'recent.list', {})).toEqual({ ok: true, value: { files: [] } })
  })

  it.each([
    ['another page', { senderFrame: { url: 'https://evil.example/', parent: null } }],
    ['a look-alike', { senderFrame: { url: 'app://piste.evil/index.html', parent: null } }],
    ['an embedded frame', { senderFrame: { url: 'app://piste/index.html', parent: {} } }],
    ['a frame that is gone', { senderFrame: null }],
    ['an unknown window', { sender: { id: 9 } }],
  ])('refuses %s', async (_, event) => {
    expect(await invoke(event, 'recent.list', {})).toMatchObject({
      ok: false,
      error: [{ code: 'forbidden' }],
    })
  })
})

describe('native pieces', () => {
  it('dialogs give the path, or null when called off', async () => {
    const dialogs = nativeDialogs({
      open: ({ properties }) => Promise.resolve({ canceled: false, filePaths: [properties.join()] }),
      save: ({ defaultPath }) => Promise.resolve({ canceled: defaultPath === '', filePath: defaultPath }),
    })
    expect(await dialogs.chooseFile('open-project', '')).toBe('openFile')
    expect(await dialogs.chooseFile('export-report', '')).toBe('openDirectory,createDirectory')
    expect(await dialogs.chooseFile('save-project', 'a.piste')).toBe('a.piste')
    expect(await dialogs.chooseFile('save-project', '')).toBeNull()
  })

  it('the project on a command line is found, from the folder that it was typed in', () => {
    expect(projectIn(['piste', '--flag', 'a.piste'], '/home/me')).toBe(resolve('/home/me', 'a.piste'))
    expect(projectIn(['piste', '/x/b.piste'], '/home/me')).toBe(resolve('/x/b.piste'))
    expect(projectIn(['a.piste', '--x.piste', '.'], '/home/me')).toBeNull()
  })

  it('PDF is printed in a window that is always closed again', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'piste-pdf-'))
    const [html, pdf] = [join(folder, 'x.html'), join(folder, 'x.pdf')]
    writeFileSync(html, '<p>report')
    const pages = new PrintPages()
    let closed = 0
    const seen: { url: string; html: string; policy: string | null }[] = []
    const window = (print: () => Promise<Buffer>) => () => ({
      load: async (url: string) => {
        const page = pages.serve(new Request(url))
        seen.push({ url, html: await page.text(), policy: page.headers.get('content-security-policy') })
      },
      print,
      close: () => void closed++,
    })
    const printing = window(() => Promise.resolve(Buffer.from('%PDF')))
    expect(await electronPdfPrinter(printing, pages)(html, pdf)).toEqual({ ok: true, value: true })
    expect(readFileSync(pdf, 'utf8')).toBe('%PDF')
    const failing = window(() => Promise.reject(new Error('no printer')))
    expect(await electronPdfPrinter(failing, pages)(html, pdf)).toEqual({ ok: false, error: 'no printer' })
    expect(closed).toBe(2)
    expect(seen[0]).toMatchObject({ html: '<p>report' })
    expect(seen[0]!.url).toMatch(/^app:\/\/print\/[\da-f-]{36}$/)
    expect(seen[0]!.policy).toContain("default-src 'none'")
    // The address is good for one print.
    expect(pages.serve(new Request(seen[0]!.url)).status).toBe(404)
  })

  it('every menu item of ours sends a command that the window knows', () => {
    const sent: string[] = []
    for (const platform of ['linux', 'darwin', 'win32'] as const) {
      for (const { submenu } of menuTemplate(platform, (command) => sent.push(command))) {
        if (Array.isArray(submenu)) for (const { click } of submenu) (click as (() => void) | undefined)?.()
      }
    }
    const source = readFileSync(join(import.meta.dirname, '../../src/renderer/shell/use-commands.ts'), 'utf8')
    const charts = CHARTS.map(({ id }) => `chart-${id}`)
    for (const command of new Set(sent))
      if (!charts.some((chart) => chart === command)) expect(source).toContain(`id: '${command}'`)
    expect(sent.length).toBeGreaterThan(20)
  })
})
