import * as v from 'valibot'
import type { Result } from '../core/support/result'

/**
 * How the window and the web host talk: birpc over one WebSocket, as devalue's text. The handshake carries, as
 * subprotocols, what only a page that was let in knows; addresses never do.
 */
export const SOCKET_PATH = '/messages'
export const SESSION_PATH = '/session'
export const DROPPED_PATH = '/dropped'
export const WINDOW_HEADER = 'x-piste-window'

/** Name of the key in the fragment of the address that opens the window: browsers send no fragments to anyone. */
export const KEY_NAME = 'key'

export const PROTOCOL = 'piste.1'
const SECRET = 'secret.'
const WINDOW = 'window.'

/** What a page calls itself, so that it is known again when its connection breaks. */
const WINDOW_ID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/

/** Who opens a socket. */
export interface Caller {
  readonly secret: string
  readonly window: string
}

export const protocolsOf = ({ secret, window }: Caller): string[] => [
  PROTOCOL,
  `${SECRET}${secret}`,
  `${WINDOW}${window}`,
]

/** Who the subprotocols of a handshake say it is; undefined where they are not as `protocolsOf` gives them. */
export function callerIn(header: string | undefined): Caller | undefined {
  const [protocol, secret = '', window = '', ...more] = (header ?? '').split(',').map((part) => part.trim())
  const named = protocol === PROTOCOL && secret.startsWith(SECRET) && window.startsWith(WINDOW)
  if (!named || more.length > 0) return undefined
  const id = window.slice(WINDOW.length)
  return WINDOW_ID.test(id) ? { secret: secret.slice(SECRET.length), window: id } : undefined
}

/** What the window may ask of the host; channel and arguments are checked against the contract there. */
export interface HostFunctions {
  call(channel: string, args: unknown): Promise<Result<unknown>>
}

/** What the host tells the window unasked. */
export interface WindowFunctions {
  event(name: string, payload: unknown): void
}

/** The only message that the host takes: one call of `call`. */
export const requestSchema = v.strictObject({
  t: v.literal('q'),
  i: v.pipe(v.string(), v.minLength(1), v.maxLength(64)),
  m: v.literal('call'),
  a: v.pipe(v.array(v.unknown()), v.length(2)),
})
