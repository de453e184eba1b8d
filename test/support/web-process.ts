import { spawn, type ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { request } from 'node:http'
import { join } from 'node:path'
import { createBirpc } from 'birpc'
import { parse, stringify } from 'devalue'
import { WebSocket } from 'ws'
import {
  protocolsOf,
  SESSION_PATH,
  SOCKET_PATH,
  type HostFunctions,
  type WindowFunctions,
} from '../../src/contract/socket'
import { OUT } from './built-worker'

export interface WebProcess {
  readonly process: ChildProcess
  /** Its output until it was ready. */
  readonly printed: string
  /** Address with the key. */
  readonly url: string
  readonly port: number
  readonly key: string
  readonly ended: Promise<number | null>
}

/** Starts the built web host as a separate process, without a browser. */
export async function startWebProcess(folder: string, ...args: string[]): Promise<WebProcess> {
  const child = spawn(process.execPath, [join(OUT, 'main', 'web.js'), '--no-browser', ...args], {
    env: { ...process.env, PISTE_DATA: join(folder, 'data'), HOME: folder },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  let printed = ''
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (data: Buffer) => {
      printed += data.toString()
      const found = /(http:\S+)\s/.exec(printed)
      if (found) resolve(found[1]!)
    })
    child.once('exit', (code) => reject(new Error(`the web host ended with ${code}`)))
  })
  return { process: child, printed, url, port: Number(new URL(url).port), key: keyIn(url), ended }
}

export interface Answer {
  readonly status: number
  readonly headers: NodeJS.Dict<string | string[]>
  readonly body: string
}

/** The key in the fragment of an address. */
export const keyIn = (url: string): string => new URLSearchParams(new URL(url).hash.slice(1)).get('key') ?? ''

export interface Sending {
  readonly method?: string
  readonly body?: string
}

/** One plain HTTP request to the loopback interface, its path and headers sent exactly as given. */
export const httpRequest = (
  port: number,
  path: string,
  headers: Record<string, string> = {},
  { method = 'GET', body: sending = '' }: Sending = {},
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const sent = request(
      { host: '127.0.0.1', port, path, method, headers: { host: `127.0.0.1:${port}`, ...headers } },
      (answer) => {
        let body = ''
        answer.on('data', (data: Buffer) => (body += data.toString()))
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body }))
      },
    )
    sent.on('error', reject)
    sent.end(sending)
  })

/** A page of the host's own address. */
export const ours = (port: number): { origin: string } => ({ origin: `http://127.0.0.1:${port}` })

export interface Knock {
  readonly secret?: string
  readonly window?: string
  readonly headers?: Record<string, string>
  readonly path?: string
}

/** The open socket, or the status that it was refused with. */
export const openSocket = (
  port: number,
  { secret, window = randomUUID(), headers = ours(port), path = SOCKET_PATH }: Knock,
): Promise<WebSocket | number> =>
  new Promise((resolve) => {
    const protocols = secret === undefined ? [] : protocolsOf({ secret, window })
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, protocols, { headers })
    socket.on('open', () => resolve(socket))
    socket.on('unexpected-response', (_, answer) => resolve(answer.statusCode ?? 0))
    socket.on('error', () => resolve(0))
  })

/** The secret that a page of ours gets for a key; empty where it gets none. */
export async function signIn(port: number, key: string): Promise<string> {
  const { status, body } = await httpRequest(port, SESSION_PATH, ours(port), { method: 'POST', body: key })
  return status === 200 ? body : ''
}

/** Calls the host over a socket, as the window does. */
export function callerOver(socket: WebSocket): (channel: string, args: unknown) => Promise<unknown> {
  const rpc = createBirpc<HostFunctions, WindowFunctions, false>(
    { event: () => undefined },
    {
      proxify: false,
      timeout: -1,
      post: (message) => socket.send(stringify(message)),
      on: (listener) => socket.on('message', (data: Buffer) => listener(parse(data.toString()))),
    },
  )
  return (channel, args) => rpc.$call('call', channel, args)
}
