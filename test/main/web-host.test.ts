import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse, stringify } from 'devalue'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { Autosaves } from '../../src/files/autosaves'
import { readPresets } from '../../src/files/presets'
import { ProjectStore } from '../../src/files/project-store'
import { startWebHost, type WebHost } from '../../src/main/web/web-host'
import { Explorer } from '../../src/workers/explorer'
import { inProcessRunner } from '../../src/workers/in-process-runner'
import { OUT } from '../support/built-worker'
import { httpGet, openSocket, signIn } from '../support/web-process'

let folder: string
let host: WebHost
let port: number
let token: string

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'piste-web-'))
  host = await startWebHost({
    host: {
      info: {
        version: '0',
        host: 'web',
        platform: 'test',
        threads: 1,
        dialogs: 'in-window',
        openAtStart: null,
      },
      explorer: new Explorer(inProcessRunner()),
      store: new ProjectStore(folder),
      autosaves: new Autosaves(folder),
      presets: readPresets,
      dialogs: null,
      printPdf: () => Promise.resolve({ ok: false, error: 'not here' }),
    },
    windowFolder: join(OUT, 'renderer'),
    port: 0,
    onBug: (error) => {
      throw error
    },
  })
  port = Number(new URL(host.url).port)
  token = new URL(host.url).searchParams.get('token')!
})
afterEach(async () => {
  await host.close()
  rmSync(folder, { recursive: true, force: true })
})

const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  httpGet(port, path, headers, method)
const connect = (headers: Record<string, string>, path?: string) => openSocket(port, headers, path)

describe('the web host lets in who holds the token, once', () => {
  it('exchanges the token for a strict cookie and serves the window', async () => {
    expect((await get('/')).status).toBe(403)
    const { status, headers } = await get(`/?token=${token}`)
    expect(status).toBe(303)
    expect(headers['set-cookie']?.[0]).toMatch(/HttpOnly; SameSite=Strict; Path=\//)
    const cookie = String(headers['set-cookie']).split(';')[0]!
    const page = await get('/', { cookie })
    expect(page.status).toBe(200)
    expect(page.headers['content-security-policy']).toContain("script-src 'self'")
    expect(page.headers['content-security-policy']).not.toMatch(/script-src[^;]*unsafe/)
    expect((await get(`/?token=${token}`)).status).toBe(403)
  })

  it('refuses a wrong token, a wrong cookie, a wrong Host, a wrong Origin and a wrong method', async () => {
    expect((await get(`/?token=${'x'.repeat(43)}`)).status).toBe(403)
    const cookie = await signIn(port, token)
    expect((await get('/', { cookie: `piste-session-${port}=guess` })).status).toBe(403)
    expect((await get('/', { cookie, host: 'evil.example' })).status).toBe(403)
    expect((await get('/', { cookie, host: `127.0.0.1:${port + 1}` })).status).toBe(403)
    expect((await get('/', { cookie, origin: 'http://evil.example' })).status).toBe(403)
    expect((await get('/', { cookie }, 'POST')).status).toBe(405)
  })

  it('serves nothing outside the window', async () => {
    const cookie = await signIn(port, token)
    for (const path of [
      '/../package.json',
      '/..%2f..%2fpackage.json',
      '/%2e%2e/main/web.js',
      '/nothing.js',
      '/%',
      '/index.html%00.js',
    ])
      expect((await get(path, { cookie })).status, path).toBe(404)
  })

  it('refuses a WebSocket without cookie, without Origin, from another Origin, or elsewhere', async () => {
    const cookie = await signIn(port, token)
    const origin = `http://127.0.0.1:${port}`
    expect(await connect({ origin })).toBe(403)
    expect(await connect({ cookie })).toBe(403)
    expect(await connect({ cookie, origin: 'http://evil.example' })).toBe(403)
    expect(await connect({ cookie, origin, host: 'evil.example' })).toBe(403)
    expect(await connect({ cookie, origin }, '/other')).toBe(403)
    const socket = await connect({ cookie, origin })
    expect(socket).toBeInstanceOf(WebSocket)
    if (socket instanceof WebSocket) socket.close()
  })
})

describe('messages over the WebSocket', () => {
  async function session() {
    const socket = await connect({ cookie: await signIn(port, token), origin: `http://127.0.0.1:${port}` })
    if (!(socket instanceof WebSocket)) throw new Error('refused')
    const waiting = new Map<number, (reply: unknown) => void>()
    socket.on('message', (data: Buffer) => {
      const message = parse(data.toString()) as { id: number; reply: unknown }
      waiting.get(message.id)?.(message.reply)
    })
    let id = 0
    const call = (channel: string, args: unknown) =>
      new Promise<unknown>((resolve) => {
        waiting.set(++id, resolve)
        socket.send(stringify({ id, channel, args }))
      })
    return { socket, call }
  }
  const text = 'workload: {rank_sizes: {M: 2, K: 3, N: 4}, einsums: ["Z[m,n] = A[m,k] * B[k,n]"]}'
  const options = {
    mapspace: 'full',
    factors: 'perfect',
    fuse: 'if-possible',
    execution: 'sequential',
    along: {},
  } as const

  it('search, and results arrive as columns', async () => {
    const { socket, call } = await session()
    const reply = (await call('search.start', { searchId: 'a', slot: 's', workloadText: text, options })) as {
      value: { curves: { bufferBytes: unknown }[] }
    }
    expect(reply.value.curves[0]!.bufferBytes).toBeInstanceOf(Float64Array)
    socket.close()
  })

  it('a newer search supersedes the one in its slot, cancel ends one, and faults come back as faults', async () => {
    const { socket, call } = await session()
    const long = text.replace('M: 2, K: 3, N: 4', 'M: 20000, K: 20000, N: 20000')
    const slow = { ...options, mapspace: 'paper', factors: 'imperfect' }
    const first = call('search.start', { searchId: 'a', slot: 's', workloadText: long, options: slow })
    const second = call('search.start', { searchId: 'b', slot: 's', workloadText: long, options: slow })
    expect(await first).toMatchObject({ ok: false, error: [{ code: 'superseded' }] })
    await call('search.cancel', { searchId: 'b' })
    expect(await second).toMatchObject({ ok: false, error: [{ code: 'cancelled' }] })
    expect(
      await call('search.start', { searchId: 'c', slot: 's', workloadText: 'foo', options }),
    ).toMatchObject({ ok: false })
    socket.close()
  })

  it('what does not fit the contract is refused', async () => {
    const { socket, call } = await session()
    expect(await call('no.such', {})).toMatchObject({ ok: false, error: [{ code: 'unknown-channel' }] })
    expect(await call('__proto__', {})).toMatchObject({ ok: false, error: [{ code: 'unknown-channel' }] })
    expect(await call('search.start', { searchId: 5 })).toMatchObject({ ok: false })
    expect(await call('project.open', { path: '' })).toMatchObject({ ok: false, error: [{ path: 'path' }] })
    const closed = new Promise((resolve) => socket.on('close', resolve))
    socket.send('not devalue')
    expect(await closed).toBe(1007)
  })
})
