import { createServer, type IncomingHttpHeaders } from 'node:http'
import { spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { connect, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { WebSocket as Socket } from 'ws'
import {
  callerOver,
  httpRequest,
  openSocket,
  ours,
  signIn,
  startWebProcess,
  type WebProcess,
} from '../support/web-process'
import { findChromium } from '../../src/files/chromium'
import { OUT } from '../support/built-worker'
import { launchApp } from './support/launch-app'

const folder = mkdtempSync(join(tmpdir(), 'piste-security-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the web host, as a process', () => {
  let web: WebProcess
  let secret: string
  beforeAll(async () => {
    web = await startWebProcess(folder)
    secret = await signIn(web.port, web.key)
  })
  afterAll(async () => {
    web.process.kill('SIGTERM')
    await web.ended
  })
  const get = (path: string, headers: Record<string, string> = {}) => httpRequest(web.port, path, headers)

  it('has a key and a secret of 256 bits, and the key works once', async () => {
    expect(Buffer.from(web.key, 'base64url').length).toBe(32)
    expect(Buffer.from(secret, 'base64url').length).toBe(32)
    expect(await signIn(web.port, web.key)).toBe('')
  })

  it('refuses a wrong Origin, a wrong Host, and what lies outside the window', async () => {
    const { origin } = ours(web.port)
    expect((await get('/', { origin })).status).toBe(200)
    for (const wrong of ['http://evil.example', 'null', `https://127.0.0.1:${web.port}`, `${origin}.evil`])
      expect((await get('/', { origin: wrong })).status, wrong).toBe(403)
    for (const host of ['evil.example', `evil.example:${web.port}`, '127.0.0.1', `0.0.0.0:${web.port}`])
      expect((await get('/', { host })).status, host).toBe(403)
    for (const path of [
      '/../main/web.js',
      '/..%2fmain%2fweb.js',
      '/%2e%2e/%2e%2e/package.json',
      '/etc/passwd',
    ])
      expect((await get(path)).status, path).toBe(404)
  })

  it('refuses a WebSocket without the secret, and from another Origin', async () => {
    expect(await openSocket(web.port, {})).toBe(403)
    expect(await openSocket(web.port, { secret, headers: { origin: 'http://evil.example' } })).toBe(403)
    expect(await openSocket(web.port, { secret, headers: {} })).toBe(403)
    const socket = await openSocket(web.port, { secret })
    expect(socket).toBeInstanceOf(Socket)
    if (socket instanceof Socket) socket.close()
  })

  it('survives malformed requests and broken connections', async () => {
    const send = (text: string) =>
      new Promise((resolve) => {
        const socket = connect(web.port, '127.0.0.1', () =>
          socket.write(text, () => socket.resetAndDestroy()),
        )
        socket.on('close', resolve).on('error', () => undefined)
      })
    const host = `Host: 127.0.0.1:${web.port}\r\n`
    await send(`GET // HTTP/1.1\r\n${host}\r\n`)
    await send('nonsense\r\n\r\n')
    await send(`GET /messages HTTP/1.1\r\n${host}Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n`)
    expect((await get('//')).status).toBe(400)
    expect((await get('/')).status).toBe(200)
  })

  it('ends with status 0 on a signal, even during a search', async () => {
    const other = await startWebProcess(folder)
    const socket = await openSocket(other.port, { secret: await signIn(other.port, other.key) })
    if (!(socket instanceof Socket)) throw new Error('refused')
    void callerOver(socket)('search.start', {
      searchId: 'a',
      slot: 's',
      workloadText:
        'workload: {rank_sizes: {M: 50000, K: 50000, N: 50000}, einsums: ["Z[m,n] = A[m,k] * B[k,n]"]}',
      options: { mapspace: 'paper', factors: 'imperfect', execution: 'sequential', along: {} },
    })
    await new Promise((resolve) => socket.once('message', resolve))
    other.process.kill('SIGINT')
    expect(await other.ended).toBe(0)
  })

  it('says why it cannot use a port', async () => {
    await expect(startWebProcess(folder, '--port', String(web.port))).rejects.toThrow('ended with 1')
    await expect(startWebProcess(folder, '--port', 'many')).rejects.toThrow('ended with 2')
  })
})

it('in a real browser: no inline script runs, nothing is fetched from elsewhere, no other page reaches the messages', async () => {
  const app = await launchApp()
  const heard: IncomingHttpHeaders[] = []
  const evil = createServer(({ headers }, response) => {
    heard.push(headers)
    response.setHeader('content-type', 'text/html').end('<title>evil</title>')
  })
  try {
    const ran = await app.page.evaluate(() => {
      const script = document.createElement('script')
      script.textContent = 'globalThis.inlineRan = true'
      document.head.append(script)
      return Reflect.get(globalThis, 'inlineRan') as unknown
    })
    expect(ran).toBeUndefined()
    await new Promise<void>((resolve) => evil.listen(0, '127.0.0.1', resolve))
    const elsewhere = `http://127.0.0.1:${(evil.address() as AddressInfo).port}/`
    expect(
      await app.page.evaluate(
        (url) =>
          fetch(url, { mode: 'no-cors' }).then(
            () => 'sent',
            () => 'refused',
          ),
        elsewhere,
      ),
    ).toBe('refused')

    // The key is gone from the address, and nothing of ours is sent to another port of this machine.
    expect(app.page.url()).not.toContain('key')
    const page = await app.page.context().newPage()
    await page.goto(elsewhere)
    expect(heard.filter(({ cookie }) => cookie !== undefined)).toEqual([])
    expect(await page.evaluate(() => localStorage.getItem('piste.secret'))).toBeNull()
    const { host } = new URL(app.url)
    const reached = await page.evaluate(
      (address) =>
        new Promise<string>((resolve) => {
          const socket = new WebSocket(`ws://${address}/messages`)
          socket.onopen = () => resolve('open')
          socket.onerror = () => resolve('refused')
        }),
      host,
    )
    expect(reached).toBe('refused')
    // A page of ours that was never let in says so.
    const stranger = await (await app.browser.newContext()).newPage()
    await stranger.goto(`http://${host}/`)
    await stranger.getByText('This page was opened without its key').waitFor()
  } finally {
    evil.close()
    await app.close()
  }
})

it.runIf(process.platform === 'linux')(
  'the browser that it starts is shown the way by a page that only this user can read, once',
  async () => {
    const args = join(folder, 'args')
    const stand = join(folder, 'browser.sh')
    writeFileSync(stand, `#!/bin/sh\nprintf '%s\\n' "$@" > ${args}.part\nmv ${args}.part ${args}\nsleep 60\n`)
    chmodSync(stand, 0o700)
    const child = spawn(process.execPath, [join(OUT, 'main', 'web.js')], {
      env: { ...process.env, PISTE_DATA: join(folder, 'own'), PISTE_BROWSER: stand, DISPLAY: ':99' },
      stdio: 'ignore',
    })
    const ended = new Promise((resolve) => child.once('exit', resolve))
    const browser = await chromium.launch({ executablePath: findChromium()!, args: ['--no-sandbox'] })
    try {
      await vi.waitFor(() => expect(existsSync(args)).toBe(true), { timeout: 10_000 })
      const given = readFileSync(args, 'utf8')
      expect(given).not.toContain('http:')
      const doorway = fileURLToPath(/--app=(\S+)/.exec(given)![1]!)
      expect(statSync(doorway).mode & 0o777).toBe(0o600)
      expect(statSync(dirname(doorway)).mode & 0o777).toBe(0o700)
      expect(statSync(join(folder, 'own')).mode & 0o777).toBe(0o700)
      const page = await (await browser.newContext()).newPage()
      await page.goto(pathToFileURL(doorway).href)
      await page.locator('canvas').first().waitFor()
      await vi.waitFor(() => expect(existsSync(doorway)).toBe(false))
    } finally {
      await browser.close()
      child.kill('SIGTERM')
      await ended
    }
  },
)
