import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { parse, stringify } from 'devalue'
import { WebSocketServer, type WebSocket } from 'ws'
import { DroppedFiles } from '../../files/dropped-files'
import { contentSecurityPolicy } from '../csp'
import { dispatch } from '../handlers/dispatch'
import { createSession } from '../handlers/handlers'
import type { Host } from '../handlers/host'
import { staticFile } from '../static-files'
import { Access } from './access'

/** The largest message a window sends is a project; results only go the other way. */
const LARGEST_MESSAGE_BYTES = 4 * 2 ** 20

export interface WebHostOptions {
  readonly host: Omit<Host, 'emit'>
  /** Folder of the built window. */
  readonly windowFolder: string
  /** 0 lets the system choose. */
  readonly port: number
  readonly onBug: (error: unknown) => void
  /** Called when the last window has been gone for a while. */
  readonly onDeserted?: () => void
}

export interface WebHost {
  /** Address with the token that opens it, once. */
  readonly url: string
  close(): Promise<void>
}

/** What a page calls itself, so that it is known again when its connection breaks. */
const WINDOW_ID = /^[\da-f-]{36}$/

/** A page that reloads is gone for a moment; a closed one for good. */
const DESERTED_AFTER_MS = 5000

/** Serves the window and its messages on the loopback interface, to whoever holds the token. */
export async function startWebHost(options: WebHostOptions): Promise<WebHost> {
  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      options.onBug(error)
      response.destroy()
    })
  })
  const address = () => server.address() as AddressInfo
  const access = new Access(() => address().port)
  const sockets = new WebSocketServer({ noServer: true, maxPayload: LARGEST_MESSAGE_BYTES })
  const dropped = new DroppedFiles()
  let desertion: NodeJS.Timeout | undefined

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    secure(response)
    const url = urlOf(request)
    if (url === undefined) return refuse(response, 400)
    if (!access.hostAllowed(request) || !access.originAllowed(request, false)) return refuse(response, 403)
    if (request.method === 'POST' && url.pathname === '/dropped') {
      if (!access.originAllowed(request, true) || !access.hasSession(request)) return refuse(response, 403)
      const taken = await dropped.take(url.searchParams.get('name') ?? '', request)
      response
        .writeHead(200, { 'content-type': 'text/plain; charset=utf-8' })
        .end(stringify(taken.ok ? { ok: true, value: { path: taken.value, scratch: true } } : taken))
      return
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response, 405)
    const token = url.searchParams.get('token')
    if (token !== null) {
      const cookie = access.redeem(token)
      if (cookie === undefined && !access.hasSession(request)) return refuse(response, 403)
      response.writeHead(303, { location: '/', ...(cookie ? { 'set-cookie': cookie } : {}) }).end()
      return
    }
    if (!access.hasSession(request)) return refuse(response, 403)
    const file = await staticFile(options.windowFolder, url.pathname)
    if (file === undefined) return refuse(response, 404)
    response
      .writeHead(200, { 'content-type': file.type })
      .end(request.method === 'HEAD' ? undefined : file.content)
  }

  server.on('upgrade', (request, socket, head) => {
    // The server lets go of the socket here; unheard, a connection that breaks would end the process.
    socket.on('error', () => socket.destroy())
    const url = urlOf(request)
    const allowed =
      url?.pathname === '/messages' &&
      access.hostAllowed(request) &&
      access.originAllowed(request, true) &&
      access.hasSession(request)
    if (!allowed) return socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n')
    const window = url.searchParams.get('window') ?? ''
    sockets.handleUpgrade(request, socket, head, (client) =>
      attend(client, WINDOW_ID.test(window) ? window : undefined),
    )
  })

  const attend = (client: WebSocket, window: string | undefined): void => {
    clearTimeout(desertion)
    const send = (message: unknown) => {
      if (client.readyState === client.OPEN) client.send(stringify(message))
    }
    const session = createSession(
      { ...options.host, emit: (event, payload) => send({ event, payload }) },
      window,
    )
    client.on('message', (data: Buffer) => {
      const call = readCall(data)
      if (call === undefined) return client.close(1007, 'not a message')
      void dispatch(session.handlers, call.channel, call.args, options.onBug).then((reply) =>
        send({ id: call.id, reply }),
      )
    })
    client.on('error', () => client.terminate())
    client.on('close', () => {
      session.end()
      if (sockets.clients.size === 0 && options.onDeserted)
        desertion = setTimeout(options.onDeserted, DESERTED_AFTER_MS)
    })
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, '127.0.0.1', resolve)
  })
  return {
    url: `http://127.0.0.1:${address().port}/?token=${access.token}`,
    close: async () => {
      for (const client of sockets.clients) client.terminate()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      clearTimeout(desertion)
      await dropped.clear()
    },
  }
}

function urlOf({ url }: IncomingMessage): URL | undefined {
  const base = 'http://127.0.0.1'
  return url !== undefined && URL.canParse(url, base) ? new URL(url, base) : undefined
}

function readCall(data: Buffer): { id: number; channel: unknown; args: unknown } | undefined {
  try {
    const message: unknown = parse(data.toString('utf8'))
    if (
      typeof message !== 'object' ||
      message === null ||
      !('id' in message) ||
      typeof message.id !== 'number'
    )
      return undefined
    return {
      id: message.id,
      channel: 'channel' in message ? message.channel : undefined,
      args: 'args' in message ? message.args : undefined,
    }
  } catch {
    return undefined
  }
}

function secure(response: ServerResponse): void {
  response.setHeader('content-security-policy', contentSecurityPolicy)
  response.setHeader('x-content-type-options', 'nosniff')
  response.setHeader('referrer-policy', 'no-referrer')
  response.setHeader('cross-origin-opener-policy', 'same-origin')
  response.setHeader('cross-origin-resource-policy', 'same-origin')
  response.setHeader('cache-control', 'no-store')
}

const refuse = (response: ServerResponse, status: number): void => {
  response
    .writeHead(status, { 'content-type': 'text/plain; charset=utf-8' })
    .end(
      status === 403
        ? 'Piste: open the address that npm start printed; its token works once.\n'
        : 'Piste: not here.\n',
    )
}
