import { randomUUID } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'devalue'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { Autosaves } from '../../src/files/autosaves'
import { readPresets } from '../../src/files/presets'
import { importFile } from '../../src/files/importers'
import { ProjectStore } from '../../src/files/project-store'
import { startWebHost, type WebHost } from '../../src/main/web/web-host'
import { Explorer } from '../../src/workers/explorer'
import { inProcessRunner } from '../support/in-process-runner'
import { OUT } from '../support/built-worker'
import {
  callerOver,
  httpRequest,
  keyIn,
  openSocket,
  ours,
  signIn,
  type Knock,
  type Sending,
} from '../support/web-process'
import { aProject } from '../support/project'

let folder: string
let host: WebHost
let port: number
let key: string

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
      reader: { import: importFile },
      store: new ProjectStore(folder),
      autosaves: new Autosaves(folder),
      presets: readPresets,
      dialogs: null,
      printPdf: () => Promise.resolve({ ok: false, error: 'not here' }),
    },
    windowFolder: join(OUT, 'renderer'),
    scratchFolder: join(folder, 'dropped'),
    port: 0,
    onBug: (error) => {
      throw error
    },
  })
  const { url } = host.issueAddress()
  port = Number(new URL(url).port)
  key = keyIn(url)
})
afterEach(async () => {
  await host.close()
  rmSync(folder, { recursive: true, force: true })
})

const send = (path: string, headers: Record<string, string> = {}, sending?: Sending) =>
  httpRequest(port, path, headers, sending)
const redeem = (body: string, headers: Record<string, string> = ours(port)) =>
  send('/session', headers, { method: 'POST', body })
const connect = (knock: Knock) => openSocket(port, knock)
async function connected(knock: Knock): Promise<WebSocket> {
  const socket = await connect(knock)
  if (!(socket instanceof WebSocket)) throw new Error(`refused with ${socket}`)
  return socket
}
const closing = (socket: WebSocket): Promise<number> => {
  const closed = new Promise<number>((resolve) => socket.on('close', resolve))
  socket.close()
  return closed
}
const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` })

describe('the web host lets in who holds a key, once', () => {
  it('serves the window, which holds no secret, to whoever names it rightly', async () => {
    const page = await send('/')
    expect(page.status).toBe(200)
    expect(page.headers['content-security-policy']).toContain("script-src 'self'")
    expect(page.headers['content-security-policy']).not.toMatch(/script-src[^;]*unsafe/)
    expect(page.headers['set-cookie']).toBeUndefined()
    expect((await send('/', { host: 'evil.example' })).status).toBe(403)
    expect((await send('/', { host: `localhost:${port}` })).status).toBe(403)
    expect((await send('/', { host: `127.0.0.1:${port + 1}` })).status).toBe(403)
    expect((await send('/', { origin: 'http://evil.example' })).status).toBe(403)
    expect((await send('/', ours(port), { method: 'POST' })).status).toBe(405)
  })

  it('exchanges a key for the secret once, for a page of its own, and knows the secret again', async () => {
    expect((await redeem(key, {})).status).toBe(403)
    expect((await redeem(key, { origin: `http://127.0.0.1:${port + 1}` })).status).toBe(403)
    for (const wrong of ['', 'x'.repeat(43), 'x'.repeat(10_000), '__proto__'])
      expect((await redeem(wrong)).status, wrong.slice(0, 50)).toBe(403)
    const { status, body: secret } = await redeem(key)
    expect(status).toBe(200)
    expect((await redeem(key)).status).toBe(403)
    expect((await send('/session', bearer(secret))).status).toBe(204)
    expect((await send('/session', bearer(key))).status).toBe(403)
    expect((await send('/session')).status).toBe(403)
  })

  it('takes a key no more when it has expired, and tells when one is spent', async () => {
    const { url, spent } = host.issueAddress(1)
    await spent
    expect(await signIn(port, keyIn(url))).toBe('')
    const other = host.issueAddress()
    expect(await signIn(port, keyIn(other.url))).not.toBe('')
    await other.spent
  })

  it('serves nothing outside the window', async () => {
    for (const path of [
      '/../package.json',
      '/..%2f..%2fpackage.json',
      '/%2e%2e/main/web.js',
      '/nothing.js',
      '/%',
      '/index.html%00.js',
    ])
      expect((await send(path)).status, path).toBe(404)
  })

  it('refuses a WebSocket without the secret, without Origin, from another Origin, or elsewhere', async () => {
    const secret = await signIn(port, key)
    expect(await connect({})).toBe(403)
    expect(await connect({ secret: key })).toBe(403)
    expect(await connect({ headers: { ...ours(port), cookie: `piste-session-${port}=${secret}` } })).toBe(403)
    expect(await connect({ secret, headers: {} })).toBe(403)
    expect(await connect({ secret, headers: { origin: 'http://evil.example' } })).toBe(403)
    expect(await connect({ secret, headers: { origin: `http://127.0.0.1:${port + 1}` } })).toBe(403)
    expect(await connect({ secret, headers: { ...ours(port), host: 'evil.example' } })).toBe(403)
    expect(await connect({ secret, path: '/other' })).toBe(403)
    expect(await connect({ secret, window: 'mine' })).toBe(403)
    await closing(await connected({ secret }))
  })
})

describe('a window', () => {
  it('keeps its name and its unsaved work to itself while it is connected, and finds both again', async () => {
    const secret = await signIn(port, key)
    const window = randomUUID()
    const first = await connected({ secret, window })
    const work = { project: await aProject(), path: null, revision: null }
    await callerOver(first)('autosave.write', work)
    expect(await connect({ secret, window })).toBe(409)
    const other = await connected({ secret })
    expect(await callerOver(other)('recovery.read', {})).toEqual({ ok: true, value: { found: null } })
    await closing(first)
    const again = await connected({ secret, window })
    expect(await callerOver(again)('recovery.read', {})).toMatchObject({ value: { found: { path: null } } })
    for (const name of readdirSync(folder).filter((one) => one.startsWith('autosave')))
      expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600)
    await Promise.all([closing(other), closing(again)])
  })

  it('has its dropped files in a folder of its own, under the names they came by', async () => {
    const secret = await signIn(port, key)
    const windows = [randomUUID(), randomUUID()] as const
    const sockets = await Promise.all(windows.map((window) => connected({ secret, window })))
    const drop = async (window: string, name: string, body: string, more: object = bearer(secret)) => {
      const headers = { ...ours(port), 'x-piste-window': window, ...more }
      const answer = await send(`/dropped?name=${encodeURIComponent(name)}`, headers, {
        method: 'POST',
        body,
      })
      return { status: answer.status, path: /"(\/[^"]*)"/.exec(answer.body)?.[1] ?? '' }
    }
    const [mine, other] = [await drop(windows[0], '../../m.onnx', 'a'), await drop(windows[1], 'm.onnx', 'b')]
    expect(readFileSync(mine.path, 'utf8')).toBe('a')
    expect(readFileSync(other.path, 'utf8')).toBe('b')
    expect(mine.path).toMatch(/[\\/]m\.onnx$/)
    expect(mine.path.startsWith(join(folder, 'dropped'))).toBe(true)
    expect(statSync(mine.path).mode & 0o777).toBe(0o600)
    expect((await drop(windows[0], 'x', 'a', {})).status).toBe(403)
    expect(
      (await drop(windows[0], 'x', 'a', { ...bearer(secret), origin: 'http://evil.example' })).status,
    ).toBe(403)
    expect((await drop(randomUUID(), 'x', 'a')).status).toBe(403)
    for (let i = 0; i < 6; i++) expect((await drop(windows[0], `${i}`, 'c')).status).toBe(200)
    expect(() => readFileSync(mine.path)).toThrow('ENOENT')
    await Promise.all(sockets.map(closing))
    await host.close()
    expect(readdirSync(join(folder, 'dropped'))).toEqual([])
  })
})

describe('messages over the WebSocket', () => {
  async function session() {
    const socket = await connected({ secret: await signIn(port, key) })
    return { socket, call: callerOver(socket) }
  }
  const text = 'workload: {rank_sizes: {M: 2, K: 3, N: 4}, einsums: ["Z[m,n] = A[m,k] * B[k,n]"]}'
  const options = {
    mapspace: 'full',
    factors: 'perfect',
    fuse: 'if-possible',
    execution: 'sequential',
    along: {},
    recompute: 'halo',
    keep: [],
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
    socket.close()
  })

  it.each([
    'not devalue',
    stringify('text'),
    stringify({ t: 'q', i: '1', m: 'other', a: ['app.info', {}] }),
    stringify({ t: 'q', i: '1', m: '__proto__', a: ['app.info', {}] }),
    stringify({ t: 'q', i: '1', m: 'call', a: ['app.info'] }),
    stringify({ t: 'q', i: 1, m: 'call', a: ['app.info', {}] }),
    stringify({ t: 'q', m: 'call', a: ['app.info', {}] }),
    stringify({ t: 's', i: '1', r: 0 }),
    stringify({ t: 'q', i: '1', m: 'call', a: ['app.info', {}], o: true }),
  ])('that are none end the connection: %s', async (message) => {
    const { socket } = await session()
    const closed = new Promise((resolve) => socket.on('close', resolve))
    socket.send(message)
    expect(await closed).toBe(1007)
  })
})
