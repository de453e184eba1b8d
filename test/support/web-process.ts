import { spawn, type ChildProcess } from 'node:child_process'
import { request } from 'node:http'
import { join } from 'node:path'
import { WebSocket } from 'ws'
import { OUT } from './built-worker'

export interface WebProcess {
  readonly process: ChildProcess
  /** Its output until it was ready. */
  readonly printed: string
  /** Address with the token. */
  readonly url: string
  readonly port: number
  readonly token: string
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
  const { port, searchParams } = new URL(url)
  return { process: child, printed, url, port: Number(port), token: searchParams.get('token') ?? '', ended }
}

export interface Answer {
  readonly status: number
  readonly headers: NodeJS.Dict<string | string[]>
  readonly body: string
}

/** One plain HTTP request to the loopback interface, its path and headers sent exactly as given. */
export const httpGet = (
  port: number,
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
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
    sent.end()
  })

/** The open socket, or the status that it was refused with. */
export const openSocket = (
  port: number,
  headers: Record<string, string>,
  path = '/messages',
): Promise<WebSocket | number> =>
  new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers })
    socket.on('open', () => resolve(socket))
    socket.on('unexpected-response', (_, answer) => resolve(answer.statusCode ?? 0))
    socket.on('error', () => resolve(0))
  })

/** The session's cookie, as a browser would send it, for the token. */
export async function signIn(port: number, token: string): Promise<string> {
  const { headers } = await httpGet(port, `/?token=${token}`)
  return String(headers['set-cookie']).split(';')[0]!
}
