import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { parse, stringify } from 'devalue'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { callerIn } from '../../src/contract/socket'
import { desktopClient } from '../../src/renderer/client/desktop-client'
import { webClient } from '../../src/renderer/client/web-client'

/** Node's socket throws an error that nobody listens to; a browser's does not. */
class BrowserLikeSocket extends WebSocket {
  constructor(url: string, protocols: string[]) {
    super(url, protocols)
    this.on('error', () => undefined)
  }
}

let server: WebSocketServer
let port: number
const listen = async (at: number) => {
  server = new WebSocketServer({ host: '127.0.0.1', port: at })
  await new Promise((resolve) => server.once('listening', resolve))
  port = (server.address() as AddressInfo).port
}
const stop = () => {
  for (const client of server.clients) client.terminate()
  return new Promise((resolve) => server.close(resolve))
}
const answering = (reply: unknown) =>
  server.on('connection', (socket) =>
    socket.on('message', (data: Buffer) => {
      const { i } = parse(data.toString()) as { i: string }
      socket.send(stringify({ t: 's', i, r: reply }))
    }),
  )
const admission = {
  secret: () => Promise.resolve<string | null>('s'),
  isRefused: () => Promise.resolve(false),
}

// Clients go on trying to connect after their test.
vi.stubGlobal('WebSocket', BrowserLikeSocket)
beforeEach(() => listen(0))
afterEach(stop)

describe('the web client', () => {
  it('gives replies to their calls and events to their listeners, columns whole', async () => {
    answering({ ok: true, value: { files: [], columns: new Float64Array([0.1, Infinity]) } })
    const client = webClient(`ws://127.0.0.1:${port}`, admission)
    const told: unknown[] = []
    const stopListening = client.on('pool.workerLost', (payload) => told.push(payload))
    expect(await client.call('recent.list', {})).toEqual({
      ok: true,
      value: { files: [], columns: new Float64Array([0.1, Infinity]) },
    })
    const [socket] = server.clients
    const tell = (message: string) =>
      socket?.send(stringify({ t: 'q', m: 'event', a: ['pool.workerLost', { message }] }))
    tell('one')
    await vi.waitFor(() => expect(told).toEqual([{ message: 'one' }]))
    stopListening()
    tell('two')
    await client.call('recent.list', {})
    expect(told.length).toBe(1)
  })

  it('fails calls as faults when the connection breaks, and comes back by itself', async () => {
    server.on('connection', (socket) => socket.on('message', () => socket.terminate()))
    const client = webClient(`ws://127.0.0.1:${port}`, admission)
    const lost = { ok: false, error: [{ code: 'connection-lost' }] }
    expect(await client.call('recent.list', {})).toMatchObject(lost)
    await stop()
    expect(await client.call('recent.list', {})).toMatchObject(lost)
    await listen(port)
    answering({ ok: true, value: { files: [] } })
    await vi.waitFor(async () => expect((await client.call('recent.list', {})).ok).toBe(true), {
      timeout: 4000,
    })
  })

  it('tells who it is in the handshake, by the same name each time, and never in the address', async () => {
    const requests: IncomingMessage[] = []
    server.on('connection', (_, request) => requests.push(request))
    server.on('connection', (socket) => socket.on('message', () => socket.terminate()))
    const client = webClient(`ws://127.0.0.1:${port}`, admission)
    await client.call('recent.list', {})
    await vi.waitFor(() => expect(requests.length).toBe(2))
    const callers = requests.map(({ headers }) => callerIn(headers['sec-websocket-protocol']))
    expect(callers[0]?.secret).toBe('s')
    expect(callers[1]).toEqual(callers[0])
    expect(requests[0]?.url).toBe('/')
  })

  it('says that it was not let in, until another window was', async () => {
    const locked = { ok: false, error: [{ code: 'not-admitted' }] }
    let secret: string | null = null
    answering({ ok: true, value: { files: [] } })
    const client = webClient(`ws://127.0.0.1:${port}`, {
      ...admission,
      secret: () => Promise.resolve(secret),
    })
    expect(await client.call('recent.list', {})).toMatchObject(locked)
    secret = 's'
    await vi.waitFor(async () => expect((await client.call('recent.list', {})).ok).toBe(true), {
      timeout: 4000,
    })
    const refused = webClient(`ws://127.0.0.1:1`, { ...admission, isRefused: () => Promise.resolve(true) })
    expect(await refused.call('recent.list', {})).toMatchObject(locked)
  })
})

it('the desktop client passes replies on, and a bridge that is gone as a fault', async () => {
  const reply = { ok: true, value: { files: [] } }
  const working = desktopClient({
    call: () => Promise.resolve(reply),
    on: () => () => undefined,
    pathOf: () => '',
  })
  expect(await working.call('recent.list', {})).toBe(reply)
  const gone = desktopClient({
    call: () => Promise.reject(new Error('gone')),
    on: () => () => undefined,
    pathOf: () => '',
  })
  expect(await gone.call('recent.list', {})).toMatchObject({
    ok: false,
    error: [{ code: 'connection-lost' }],
  })
})
