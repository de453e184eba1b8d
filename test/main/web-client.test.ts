import type { AddressInfo } from 'node:net'
import { parse, stringify } from 'devalue'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { desktopClient } from '../../src/renderer/client/desktop-client'
import { webClient } from '../../src/renderer/client/web-client'

/** Node's socket throws an error that nobody listens to; a browser's does not. */
class BrowserLikeSocket extends WebSocket {
  constructor(url: string) {
    super(url)
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
      const { id } = parse(data.toString()) as { id: number }
      socket.send(stringify({ id, reply }))
    }),
  )

beforeEach(async () => {
  vi.stubGlobal('WebSocket', BrowserLikeSocket)
  await listen(0)
})
afterEach(async () => {
  await stop()
  vi.unstubAllGlobals()
})

describe('the web client', () => {
  it('gives replies to their calls and events to their listeners, columns whole', async () => {
    answering({ ok: true, value: { files: [], columns: new Float64Array([0.1, Infinity]) } })
    const client = webClient(`ws://127.0.0.1:${port}`)
    const told: unknown[] = []
    const stopListening = client.on('pool.workerLost', (payload) => told.push(payload))
    expect(await client.call('recent.list', {})).toEqual({
      ok: true,
      value: { files: [], columns: new Float64Array([0.1, Infinity]) },
    })
    const [socket] = server.clients
    const tell = (message: string) =>
      socket?.send(stringify({ event: 'pool.workerLost', payload: { message } }))
    tell('one')
    await vi.waitFor(() => expect(told).toEqual([{ message: 'one' }]))
    stopListening()
    tell('two')
    await client.call('recent.list', {})
    expect(told.length).toBe(1)
  })

  it('fails calls as faults when the connection breaks, and comes back by itself', async () => {
    server.on('connection', (socket) => socket.on('message', () => socket.terminate()))
    const client = webClient(`ws://127.0.0.1:${port}`)
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
