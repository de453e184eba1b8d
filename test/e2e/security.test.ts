import { createServer } from 'node:http'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket as Socket } from 'ws'
import { httpGet, openSocket, signIn, startWebProcess, type WebProcess } from '../support/web-process'
import { launchApp } from './support/launch-app'

const folder = mkdtempSync(join(tmpdir(), 'piste-security-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the web host, as a process', () => {
  let web: WebProcess
  let cookie: string
  beforeAll(async () => {
    web = await startWebProcess(folder)
    cookie = await signIn(web.port, web.token)
  })
  afterAll(async () => {
    web.process.kill('SIGTERM')
    await web.ended
  })
  const get = (path: string, headers: Record<string, string> = {}) => httpGet(web.port, path, headers)

  it('has a token of 256 bits', () => {
    expect(Buffer.from(web.token, 'base64url').length).toBe(32)
  })

  it('refuses no token, a wrong token, and the right one a second time', async () => {
    expect((await get('/')).status).toBe(403)
    expect((await get('/?token=')).status).toBe(403)
    expect((await get(`/?token=${'A'.repeat(web.token.length)}`)).status).toBe(403)
    expect((await get(`/?token=${web.token}`)).status).toBe(403)
    expect((await get('/', { cookie })).status).toBe(200)
  })

  it('refuses a wrong Origin, a wrong Host, and what lies outside the window', async () => {
    const origin = `http://127.0.0.1:${web.port}`
    expect((await get('/', { cookie, origin })).status).toBe(200)
    for (const wrong of ['http://evil.example', 'null', `https://127.0.0.1:${web.port}`, `${origin}.evil`])
      expect((await get('/', { cookie, origin: wrong })).status, wrong).toBe(403)
    for (const host of ['evil.example', `evil.example:${web.port}`, '127.0.0.1', `0.0.0.0:${web.port}`])
      expect((await get('/', { cookie, host })).status, host).toBe(403)
    for (const path of [
      '/../main/web.js',
      '/..%2fmain%2fweb.js',
      '/%2e%2e/%2e%2e/package.json',
      '/etc/passwd',
    ])
      expect((await get(path, { cookie })).status, path).toBe(404)
  })

  it('refuses a WebSocket without the cookie, and from another Origin', async () => {
    const origin = `http://127.0.0.1:${web.port}`
    expect(await openSocket(web.port, { origin })).toBe(403)
    expect(await openSocket(web.port, { cookie, origin: 'http://evil.example' })).toBe(403)
    expect(await openSocket(web.port, { cookie })).toBe(403)
    const ours = await openSocket(web.port, { cookie, origin })
    expect(ours).toBeInstanceOf(Socket)
    if (ours instanceof Socket) ours.close()
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
    expect((await get('//', { cookie })).status).toBe(400)
    expect((await get('/', { cookie })).status).toBe(200)
  })

  it('ends with status 0 on a signal, even during a search', async () => {
    const other = await startWebProcess(folder)
    const socket = await openSocket(other.port, {
      cookie: await signIn(other.port, other.token),
      origin: `http://127.0.0.1:${other.port}`,
    })
    if (!(socket instanceof Socket)) throw new Error('refused')
    const { stringify } = await import('devalue')
    socket.send(
      stringify({
        id: 1,
        channel: 'search.start',
        args: {
          searchId: 'a',
          slot: 's',
          workloadText:
            'workload: {rank_sizes: {M: 50000, K: 50000, N: 50000}, einsums: ["Z[m,n] = A[m,k] * B[k,n]"]}',
          options: { mapspace: 'paper', factors: 'imperfect', execution: 'sequential', along: {} },
        },
      }),
    )
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
  const evil = createServer((_, response) =>
    response.setHeader('content-type', 'text/html').end('<title>evil</title>'),
  )
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

    // The same browser, with our cookie in its jar: another page on this machine must not get at the messages.
    const page = await app.page.context().newPage()
    await page.goto(elsewhere)
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
  } finally {
    evil.close()
    await app.close()
  }
})
