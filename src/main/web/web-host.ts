import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createBirpc } from 'birpc'
import { parse, stringify } from 'devalue'
import * as v from 'valibot'
import { WebSocketServer, type WebSocket } from 'ws'
import {
  callerIn,
  DROPPED_PATH,
  KEY_NAME,
  PROTOCOL,
  requestSchema,
  SESSION_PATH,
  SOCKET_PATH,
  WINDOW_HEADER,
  type HostFunctions,
  type WindowFunctions,
} from '../../contract/socket'
import { ok } from '../../core/support/result'
import { contentSecurityPolicy } from '../csp'
import { dispatch } from '../handlers/dispatch'
import { createSession } from '../handlers/handlers'
import type { Host } from '../handlers/host'
import { staticFile } from '../static-files'
import { Access } from './access'
import { Windows } from './windows'

/** The largest message a window sends is a project; results only go the other way. */
const LARGEST_MESSAGE_BYTES = 4 * 2 ** 20

export interface WebHostOptions {
  readonly host: Omit<Host, 'emit'>
  /** Folder of the built window. */
  readonly windowFolder: string
  /** Folder for what windows drop. */
  readonly scratchFolder: string
  /** 0 lets the system choose. */
  readonly port: number
  readonly onBug: (error: unknown) => void
  /** Called when the last window has been gone for a while. */
  readonly onDeserted?: () => void
}

export interface WebHost {
  /** An address that opens a window, once, and not past `expiresInMs`; `spent` tells when it opens none any more. */
  issueAddress(expiresInMs?: number): { readonly url: string; readonly spent: Promise<void> }
  close(): Promise<void>
}

/** A connection that answers no ping for this long is broken, and its window may come back under another. */
const PING_MS = 15_000

/** Serves the window on the loopback interface, and its messages to pages that were given a key. */
export async function startWebHost(options: WebHostOptions): Promise<WebHost> {
  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      options.onBug(error)
      response.destroy()
    })
  })
  const address = () => server.address() as AddressInfo
  const access = new Access(() => address().port)
  const windows = new Windows(options.scratchFolder, options.onDeserted)
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: LARGEST_MESSAGE_BYTES,
    handleProtocols: () => PROTOCOL,
  })

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    secure(response)
    const url = urlOf(request)
    if (url === undefined) return refuse(response, 400)
    if (!access.hostAllowed(request) || !access.originAllowed(request, request.method === 'POST'))
      return refuse(response, 403)
    if (url.pathname === SESSION_PATH) return session(request, response)
    if (url.pathname === DROPPED_PATH) return dropped(request, response, url.searchParams.get('name') ?? '')
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response, 405)
    const file = await staticFile(options.windowFolder, url.pathname)
    if (file === undefined) return refuse(response, 404)
    response
      .writeHead(200, { 'content-type': file.type })
      .end(request.method === 'HEAD' ? undefined : file.content)
  }

  /** Exchanges a key for the secret, and tells whoever has a secret whether it is the one. */
  const session = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.method === 'GET') {
      if (access.hasSecret(request)) response.writeHead(204).end()
      else refuse(response, 403)
    } else if (request.method === 'POST') {
      const secret = access.redeem(await shortText(request))
      if (secret === undefined) refuse(response, 403)
      else response.writeHead(200, TEXT).end(secret)
    } else refuse(response, 405)
  }

  const dropped = async (request: IncomingMessage, response: ServerResponse, name: string): Promise<void> => {
    if (request.method !== 'POST') return refuse(response, 405)
    const folder = windows.droppedOf(request.headers[WINDOW_HEADER]?.toString())
    if (!access.hasSecret(request) || folder === undefined) return refuse(response, 403)
    const taken = await folder.take(name, request)
    response.writeHead(200, TEXT).end(stringify(taken.ok ? ok({ path: taken.value, scratch: true }) : taken))
    // A browser reads no answer before it has sent all of the file.
    request.resume()
  }

  server.on('upgrade', (request, socket, head) => {
    // The server lets go of the socket here; unheard, a connection that breaks would end the process.
    socket.on('error', () => socket.destroy())
    const refuseWith = (status: string) => socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`)
    const caller = callerIn(request.headers['sec-websocket-protocol'])
    const allowed =
      urlOf(request)?.pathname === SOCKET_PATH &&
      access.hostAllowed(request) &&
      access.originAllowed(request, true) &&
      caller !== undefined &&
      access.knows(caller.secret)
    if (!allowed) return refuseWith('403 Forbidden')
    // Its name is known to the window alone; a second connection by it is not the window's.
    if (windows.isConnected(caller.window)) return refuseWith('409 Conflict')
    windows.connect(caller.window)
    const failed = () => windows.disconnect(caller.window)
    socket.once('close', failed)
    sockets.handleUpgrade(request, socket, head, (client) => {
      socket.off('close', failed)
      attend(client, caller.window)
    })
  })

  const attend = (client: WebSocket, window: string): void => {
    const host: Host = {
      ...options.host,
      emit: (event, payload) => void rpc.$callEvent('event', event, payload),
    }
    const session = createSession(host, window)
    const functions: HostFunctions = {
      call: (channel, args) => dispatch(session.handlers, channel, args, options.onBug),
    }
    const rpc = createBirpc<WindowFunctions, HostFunctions, false>(functions, {
      proxify: false,
      post: (message) => {
        if (client.readyState === client.OPEN) client.send(stringify(message))
      },
      on: (listener) =>
        client.on('message', (data: Buffer) => {
          const request = requestIn(data)
          if (request === undefined) client.close(1007, 'not a message')
          else listener(request)
        }),
      onGeneralError: (error) => {
        options.onBug(error)
        return true
      },
    })
    client.on('error', () => client.terminate())
    const stopPinging = keepAlive(client)
    client.on('close', () => {
      stopPinging()
      rpc.$close()
      session.end()
      windows.disconnect(window)
    })
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, '127.0.0.1', resolve)
  })
  const origin = `http://127.0.0.1:${address().port}`
  return {
    issueAddress: (expiresInMs) => {
      const { key, spent } = access.issue(expiresInMs)
      return { url: `${origin}/#${KEY_NAME}=${key}`, spent }
    },
    close: async () => {
      for (const client of sockets.clients) client.terminate()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await windows.close()
    },
  }
}

/** Ends a connection whose other end has gone without a word. */
function keepAlive(client: WebSocket): () => void {
  let heard = true
  client.on('pong', () => (heard = true))
  const timer = setInterval(() => {
    if (!heard) return client.terminate()
    heard = false
    client.ping()
  }, PING_MS)
  return () => clearInterval(timer)
}

/** What a request holds where that is short; nothing else is waited for. */
async function shortText(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request as AsyncIterable<Buffer>) {
    text += chunk.toString('latin1')
    if (text.length > LONGEST_KEY) return ''
  }
  return text
}

const LONGEST_KEY = 128

function urlOf({ url }: IncomingMessage): URL | undefined {
  const base = 'http://127.0.0.1'
  return url !== undefined && URL.canParse(url, base) ? new URL(url, base) : undefined
}

function requestIn(data: Buffer): v.InferOutput<typeof requestSchema> | undefined {
  try {
    const request = v.safeParse(requestSchema, parse(data.toString('utf8')))
    return request.success ? request.output : undefined
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

const TEXT = { 'content-type': 'text/plain; charset=utf-8' }

const refuse = (response: ServerResponse, status: number): void => {
  response
    .writeHead(status, TEXT)
    .end(
      status === 403
        ? 'Piste: open the address that npm start printed; its key works once.\n'
        : 'Piste: not here.\n',
    )
}
